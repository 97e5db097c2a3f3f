import type { Knex } from 'knex';
import { type Doorbell, LocalDoorbell } from '../../src/infrastructure/messaging/doorbell.ts';
import type { Database } from '../../src/infrastructure/postgres/database.ts';
import { PostgresTransaction } from '../../src/infrastructure/postgres/transaction.ts';
import { SystemWallClock } from '../../src/infrastructure/system/system.ts';
import { TimeOrderedIds } from '../../src/infrastructure/system/time-ordered-ids.ts';
import type { Outbox } from '../../src/shared/outbox.ts';

/** A module's real transaction on a test's database. */
export const postgresTransaction = <Stores>(
  database: Database,
  storesOf: (trx: Knex, outbox: Outbox) => Stores,
  doorbell: Doorbell = new LocalDoorbell(),
): PostgresTransaction<Stores> =>
  new PostgresTransaction({ database, ids: new TimeOrderedIds(new SystemWallClock()), doorbell }, storesOf);
