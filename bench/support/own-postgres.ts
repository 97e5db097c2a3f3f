/** A PostgreSQL of a benchmark's own, as durable as in production, that it may stop and start again. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../src/cli/local/postgres.ts';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import { startSeasoned } from './seasoned-postgres.ts';

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
  const launch = () => startSeasoned({ dir: join(folder, 'postgres'), port });
  let server = await launch();
  process.env['DATABASE_URL'] = server.url;
  try {
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
