import { PostgresDeliveries } from '../../../../src/modules/webhooks/adapters/postgres/postgres-deliveries.ts';
import { PostgresDeliveryQueue } from '../../../../src/modules/webhooks/adapters/postgres/postgres-delivery-queue.ts';
import { PostgresEndpoints } from '../../../../src/modules/webhooks/adapters/postgres/postgres-endpoints.ts';
import type { WebhookStores } from '../../../../src/modules/webhooks/ports/webhooks.ts';
import { webhooksContract } from '../../../support/contracts/webhooks-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the PostgreSQL store of webhooks', () => {
  const database = withDatabase();

  webhooksContract(() => {
    const webhooks = database().as('webhooks');
    return Promise.resolve({
      transaction: postgresTransaction<WebhookStores>(webhooks, (trx, outbox) => ({
        endpoints: new PostgresEndpoints(trx),
        deliveries: new PostgresDeliveries(trx),
        outbox,
      })),
      queue: new PostgresDeliveryQueue(webhooks.knex),
    });
  });
});
