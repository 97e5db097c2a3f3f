/**
 * `pg-transactional-outbox`, polling, set up as its README says, and tuned in its favour: a hundred messages at once
 * from the first poll on, no pause between polls, a handler that does nothing, no protections that cost statements, and
 * retries without end. (By default it gives a message up after five attempts, and its own polls, which lock rows that
 * are being handled, use them up.)
 */
import pg from 'pg';
import {
  type DatabasePollingSetupConfig,
  DatabaseSetup,
  getDisabledLogger,
  initializePollingMessageListener,
  type StoredTransactionalMessage,
} from 'pg-transactional-outbox';
import { asOwner } from './database.ts';

const BATCH = 100;
const SETUP: DatabasePollingSetupConfig = {
  outboxOrInbox: 'outbox',
  database: '',
  schema: 'peer',
  table: 'outbox',
  listenerRole: '',
  nextMessagesName: 'next_outbox_messages',
};

/** Its own table, with what our outbox holds. A segment is an aggregate: what has to stay in order. */
export const giveOwnTable = (url: string, schema: string): Promise<void> =>
  asOwner(url, [
    DatabaseSetup.dropAndCreateTable(SETUP),
    `insert into peer.outbox (id, aggregate_type, aggregate_id, message_type, segment, payload, metadata, created_at)
     select event_id, 'order', aggregate, type, aggregate, payload,
       jsonb_build_object('version', aggregate_version), recorded_at + id * interval '1 microsecond'
     from ${schema}.outbox
     order by id`,
    DatabaseSetup.createPollingFunction(SETUP),
    DatabaseSetup.setupPollingIndexes(SETUP),
    'vacuum analyze peer.outbox',
  ]);

/**
 * Our table: the columns and indexes that it keeps its books with are added, and it sees them through a view under the
 * names it expects.
 */
export const giveOurTable = (url: string, schema: string): Promise<void> =>
  asOwner(url, [
    `create schema peer;
     alter table ${schema}.outbox
       add aggregate_type text not null default 'order',
       add concurrency text not null default 'sequential',
       add locked_until timestamptz not null default to_timestamp(0),
       add created_at timestamptz not null default clock_timestamp(),
       add processed_at timestamptz,
       add abandoned_at timestamptz,
       add started_attempts smallint not null default 0,
       add finished_attempts smallint not null default 0;
     update ${schema}.outbox set created_at = recorded_at + id * interval '1 microsecond';
     create unique index on ${schema}.outbox_p0 (event_id);
     create unique index on ${schema}.outbox_p1 (event_id);
     create index on ${schema}.outbox (aggregate);
     create index on ${schema}.outbox (created_at);
     create index on ${schema}.outbox (processed_at);
     create index on ${schema}.outbox (abandoned_at);
     create index on ${schema}.outbox (locked_until);
     create view peer.outbox as
       select event_id as id, aggregate_type, aggregate as aggregate_id, type as message_type, aggregate as segment,
         concurrency, payload, jsonb_build_object('version', aggregate_version) as metadata, locked_until, created_at,
         processed_at, abandoned_at, started_attempts, finished_attempts
       from ${schema}.outbox;`,
    DatabaseSetup.createPollingFunction(SETUP),
    `vacuum full analyze ${schema}.outbox`,
  ]);

/** It wants `Date`s where the program has told the driver to leave texts. */
const withDates = (): pg.CustomTypesConfig => {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text: string) => new Date(text));
  return types;
};

export const listen = (url: string, hear: (message: StoredTransactionalMessage) => void): (() => Promise<void>) => {
  const [stop] = initializePollingMessageListener(
    {
      outboxOrInbox: 'outbox',
      dbListenerConfig: { connectionString: url, types: withDates() },
      settings: {
        dbSchema: SETUP.schema,
        dbTable: SETUP.table,
        nextMessagesFunctionSchema: SETUP.schema,
        nextMessagesFunctionName: SETUP.nextMessagesName,
        nextMessagesBatchSize: BATCH,
        nextMessagesPollingIntervalInMs: 1,
        nextMessagesLockInMs: 1_000,
        enableMaxAttemptsProtection: false,
        enablePoisonousMessageProtection: false,
        messageCleanupIntervalInMs: 0,
      },
    },
    {
      handle: (message) => {
        hear(message);
        return Promise.resolve();
      },
    },
    getDisabledLogger(),
    { batchSizeStrategy: () => Promise.resolve(BATCH), messageRetryStrategy: () => true },
  );
  return stop;
};
