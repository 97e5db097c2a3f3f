import type { Knex } from 'knex';
import { type Doorbell, LocalDoorbell } from '../../src/infrastructure/messaging/doorbell.ts';
import type { Database } from '../../src/infrastructure/postgres/database.ts';
import { PostgresTransaction, type TransactionParts } from '../../src/infrastructure/postgres/transaction.ts';
import { SystemWallClock } from '../../src/infrastructure/system/system.ts';
import { TimeOrderedIds } from '../../src/infrastructure/system/time-ordered-ids.ts';
import type { Outbox } from '../../src/shared/outbox.ts';

/** What a module's transactions are made of, on a test's database. */
export const partsOn = (database: Database, doorbell: Doorbell = new LocalDoorbell()): TransactionParts => ({
  database,
  ids: new TimeOrderedIds(new SystemWallClock()),
  doorbell,
});

/** A module's real transaction on a test's database. */
export const postgresTransaction = <Stores>(
  database: Database,
  storesOf: (trx: Knex, outbox: Outbox) => Stores,
  doorbell?: Doorbell,
): PostgresTransaction<Stores> => new PostgresTransaction(partsOn(database, doorbell), storesOf);
