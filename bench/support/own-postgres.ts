/** A PostgreSQL of a benchmark's own, as durable as in production, that it may stop and start again. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { findPostgres, freePort, startPostgres } from '../../src/cli/local/postgres.ts';
import { projectRoot } from '../../src/infrastructure/system/root.ts';

/** As much of its log is kept for use again as the longest run writes between two checkpoints. */
const LOG_FILES = 64;
const SETTINGS = { shared_buffers: '256MB', max_wal_size: '4GB', min_wal_size: `${LOG_FILES * 16}MB` };

export interface OwnPostgres {
  readonly url: string;
  /** For files of the run; removed with the server. */
  readonly folder: string;
  /** Sessions are cut off; nobody answers until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Sets `DATABASE_URL` for what is run from here, and takes everything away afterwards. */
export const withOwnPostgres = async <Result>(work: (postgres: OwnPostgres) => Promise<Result>): Promise<Result> => {
  const folder = join(projectRoot(), '.data/bench', String(process.pid));
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755); // PostgreSQL runs as nobody
  const port = await freePort();
  const launch = () =>
    startPostgres({ dir: join(folder, 'postgres'), port, bin: findPostgres(true), settings: SETTINGS });
  let server = await launch();
  process.env['DATABASE_URL'] = server.url;
  try {
    await grownUp(server.url);
    return await work({
      url: server.url,
      folder,
      stop: () => server.stop(),
      start: async () => {
        server = await launch();
      },
    });
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

/**
 * A new server makes each file of its log when it first needs it, 16 MB of zeros brought to disk, and whoever commits
 * just then waits 60 to 90 ms for it. One that has been up for a day uses old files again: so shall this one.
 */
const grownUp = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (let file = 0; file < LOG_FILES; file += 1)
    await client.query("select pg_logical_emit_message(false, 'bench', 'fill'), pg_switch_wal()");
  await client.query('checkpoint');
  await client.end();
};
