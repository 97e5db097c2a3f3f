import { expect } from 'chai';
import { PostgresOrders } from '../../../../src/modules/orders/adapters/postgres/postgres-orders.ts';
import type { OrderStores } from '../../../../src/modules/orders/ports/orders.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { ordersContract } from '../../../support/contracts/orders-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the PostgreSQL store of orders', () => {
  const database = withDatabase();

  ordersContract(() =>
    Promise.resolve(
      postgresTransaction<OrderStores>(database().as('orders'), (trx, outbox) => ({
        orders: new PostgresOrders(trx),
        outbox,
      })),
    ),
  );

  it('cannot see another module’s tables', async () => {
    const orders = database().as('orders');

    const seen = await rowsOf(orders.knex, 'select * from pipeline.accepted_events').catch((error: unknown) => error);

    expect(seen).to.be.instanceOf(Error).with.property('code', '42501');
  });
});
