/**
 * Who posts goes through the door together with all others who post; who changes what may be posted (the state of an
 * account, a limit, a closed period) waits until all are through and goes alone. So no batch is judged by rules that
 * changed before it was written, and no account that nobody's balance row guards is closed with something in it.
 *
 * The door comes before every other lock, so that nobody holds a balance while he waits at it.
 */
import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';

const KEY = '727430, 1';

/** A row, once one is through. */
export const TOGETHER = `select pg_advisory_xact_lock_shared(${KEY})::text`;

export const goAlone = async (db: Knex): Promise<void> => {
  await rowsOf(db, `select pg_advisory_xact_lock(${KEY})`);
};
