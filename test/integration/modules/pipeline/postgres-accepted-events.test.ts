import { DayTables } from '../../../../src/infrastructure/postgres/day-partitions.ts';
import { PostgresAcceptedEvents } from '../../../../src/modules/pipeline/adapters/postgres/postgres-accepted-events.ts';
import { PostgresEventTypes } from '../../../../src/modules/pipeline/adapters/postgres/postgres-event-types.ts';
import { PostgresQuarantine } from '../../../../src/modules/pipeline/adapters/postgres/postgres-quarantine.ts';
import { PostgresSeenEvents } from '../../../../src/modules/pipeline/adapters/postgres/postgres-seen-events.ts';
import type { PipelineStores, PipelineTransaction } from '../../../../src/modules/pipeline/ports/accepted-events.ts';
import {
  acceptedEventsContract,
  quarantineContract,
  seenEventsContract,
} from '../../../support/contracts/pipeline-contract.ts';
import { type TestDatabase, withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const on = (database: TestDatabase): PipelineTransaction =>
  postgresTransaction<PipelineStores>(database.as('pipeline'), (trx, outbox) => ({
    accepted: new PostgresAcceptedEvents(trx),
    seen: new PostgresSeenEvents(trx),
    types: new PostgresEventTypes(trx),
    quarantine: new PostgresQuarantine(trx),
    outbox,
  }));

describe('the PostgreSQL store of accepted events', () => {
  const database = withDatabase();

  acceptedEventsContract(() => Promise.resolve(on(database())));
});

describe('the PostgreSQL store of seen events', () => {
  const database = withDatabase();

  seenEventsContract(async () => {
    const { knex } = database().as('pipeline');
    await new DayTables(knex, 'pipeline').ensure('seen_events', ['2026-01-01', '2026-01-02']);
    return on(database());
  });
});

describe('the PostgreSQL quarantine', () => {
  const database = withDatabase();

  quarantineContract(async () => {
    await new DayTables(database().as('pipeline').knex, 'pipeline').ensure('quarantine', ['2026-01-01']);
    return on(database());
  });
});
