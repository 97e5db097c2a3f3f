import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { DayTables } from '../../../../src/infrastructure/postgres/day-partitions.ts';
import { PostgresAcceptedEvents } from '../../../../src/modules/pipeline/adapters/postgres/postgres-accepted-events.ts';
import { PostgresEventTypes } from '../../../../src/modules/pipeline/adapters/postgres/postgres-event-types.ts';
import { PostgresPassingEvents } from '../../../../src/modules/pipeline/adapters/postgres/postgres-passing-events.ts';
import { PostgresQuarantine } from '../../../../src/modules/pipeline/adapters/postgres/postgres-quarantine.ts';
import { PostgresSeenEvents } from '../../../../src/modules/pipeline/adapters/postgres/postgres-seen-events.ts';
import type { PipelineStores, PipelineTransaction } from '../../../../src/modules/pipeline/ports/accepted-events.ts';
import { SeenAlready } from '../../../../src/modules/pipeline/ports/seen-events.ts';
import {
  acceptedEventsContract,
  passingEvent,
  passingEventsContract,
  quarantineContract,
  seenEventsContract,
} from '../../../support/contracts/pipeline-contract.ts';
import type { Instant } from '../../../../src/shared/instant.ts';
import { type TestDatabase, withDatabase } from '../../../support/database.ts';
import { eventually, latch } from '../../../support/signals.ts';
import { partsOn, postgresTransaction } from '../../../support/transaction.ts';

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

  it('says that hope was in vain when somebody else noted the same in between', async () => {
    const transaction = on(database());
    const { knex } = database().as('pipeline');
    await new DayTables(knex, 'pipeline').ensure('seen_events', ['2026-01-01']);
    const key = { day: '2026-01-01', source: 'web', id: 'both', digest: 'a'.repeat(64) };
    const [noted, mayCommit] = [latch(2), latch(2)];

    const first = transaction.run(async ({ seen }) => {
      await seen.note([key], 'all_new');
      await noted.arrive();
      await mayCommit.arrive();
    });
    await noted.arrive();
    const second = transaction.run(({ seen }) => seen.note([key], 'undisturbed')).catch((error: unknown) => error);
    await eventually('the second waits for the first', async () => {
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return (await rowsOf(database().owner.knex, waiting)).length > 0;
    });
    void mayCommit.arrive();
    await first;

    expect(await second).to.be.instanceOf(SeenAlready);
    expect(await transaction.run(({ seen }) => seen.note([key], 'none'))).to.deep.equal(['known']);
  });
});

describe('PostgreSQL, taking passing events in bulk', () => {
  const database = withDatabase();
  const make = async () => {
    const pipeline = database().as('pipeline');
    await new DayTables(pipeline.knex, 'pipeline').ensure('seen_events', ['2026-01-01']);
    return {
      transaction: on(database()),
      passing: new PostgresPassingEvents(partsOn(pipeline)),
      told: async () => {
        const rows = await rowsOf<{ id: string }>(
          pipeline.knex,
          `select payload ->> 'eventId' as id from pipeline.outbox order by outbox.id`,
        );
        return rows.map(({ id }) => id);
      },
    };
  };

  passingEventsContract(make);

  it('notes nothing of what cannot be told', async () => {
    const { passing, told } = await make();
    const { key, announcement } = passingEvent('1');
    const broken = { key, announcement: { ...announcement, occurredAt: 'never' as Instant } };

    const failed = await passing.take([broken], 'all_new').catch((error: unknown) => error);

    expect(failed).to.be.instanceOf(Error);
    expect(await passing.take([{ key, announcement }], 'all_new')).to.deep.equal(['new']);
    expect(await told()).to.deep.equal(['1']);
  });
});

describe('the PostgreSQL quarantine', () => {
  const database = withDatabase();

  quarantineContract(async () => {
    await new DayTables(database().as('pipeline').knex, 'pipeline').ensure('quarantine', ['2026-01-01']);
    return on(database());
  });
});
