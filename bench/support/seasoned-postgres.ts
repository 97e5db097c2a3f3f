/** A PostgreSQL to measure with: as durable as in production, and past its first day. */
import pg from 'pg';
import { findPostgres, type LocalPostgres, startPostgres } from '../../src/cli/local/postgres.ts';

/** As much of its log is kept for use again as the longest run writes between two checkpoints. */
const LOG_FILES = 64;
const SETTINGS = { shared_buffers: '256MB', max_wal_size: '4GB', min_wal_size: `${LOG_FILES * 16}MB` };

export const startSeasoned = async (where: {
  readonly dir: string;
  readonly port?: number;
}): Promise<LocalPostgres> => {
  const server = await startPostgres({ ...where, bin: findPostgres(true), settings: SETTINGS });
  await season(server.url);
  return server;
};

/**
 * A new server makes each file of its log when it first needs it, 16 MB of zeros brought to disk, and whoever commits
 * just then waits 60 to 90 ms for it. One that has been up for a day uses old files again: so shall this one.
 */
const season = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const files = async (): Promise<number> =>
    Number((await client.query<{ count: string }>('select count(*) from pg_ls_waldir()')).rows[0]?.count);
  for (let have = await files(); have < LOG_FILES; have += 1)
    await client.query("select pg_logical_emit_message(false, 'bench', 'fill'), pg_switch_wal()");
  await client.query('checkpoint');
  await client.end();
};
