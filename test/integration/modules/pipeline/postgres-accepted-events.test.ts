import type { PipelineStores } from '../../../../src/modules/pipeline/ports/accepted-events.ts';
import { PostgresAcceptedEvents } from '../../../../src/modules/pipeline/adapters/postgres/postgres-accepted-events.ts';
import { PostgresEventTypes } from '../../../../src/modules/pipeline/adapters/postgres/postgres-event-types.ts';
import { PostgresQuarantine } from '../../../../src/modules/pipeline/adapters/postgres/postgres-quarantine.ts';
import { PostgresSeenEvents } from '../../../../src/modules/pipeline/adapters/postgres/postgres-seen-events.ts';
import { acceptedEventsContract } from '../../../support/contracts/pipeline-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the PostgreSQL store of accepted events', () => {
  const database = withDatabase();

  acceptedEventsContract(() =>
    Promise.resolve(
      postgresTransaction<PipelineStores>(database().as('pipeline'), (trx, outbox) => ({
        accepted: new PostgresAcceptedEvents(trx),
        seen: new PostgresSeenEvents(trx),
        types: new PostgresEventTypes(trx),
        quarantine: new PostgresQuarantine(trx),
        outbox,
      })),
    ),
  );
});
