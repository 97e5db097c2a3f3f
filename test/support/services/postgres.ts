import pg from 'pg';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findPostgres, freePort, type LocalPostgres, startPostgres } from '../../../src/cli/local/postgres.ts';
import { memoryFolder } from './memory.ts';
import { answers, inDocker, notOurs, type Service, until } from './ready.ts';

const FOUND = ['postgres://postgres:postgres@127.0.0.1:5432/postgres', 'postgres://postgres@127.0.0.1:5432/postgres'];

/** Whether the address answers and its user may create roles and databases. */
const isOwner = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 500 });
  try {
    await client.connect();
    const { rows } = await client.query<{ ok: boolean }>(
      'select rolsuper as ok from pg_roles where rolname = current_user',
    );
    return rows[0]?.ok === true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
};

export const findOrStartPostgres = async (folder: string): Promise<Service> => {
  const given = process.env['DATABASE_URL'];
  if (given) return notOurs(given, 'given');
  for (const url of FOUND) if (await isOwner(url)) return notOurs(url, 'found');
  const contained = await inDocker(
    'postgres:15',
    5432,
    ['POSTGRES_PASSWORD=postgres'],
    (port) => `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
  );
  if (contained) return contained;
  const memory = memoryFolder();
  // The system's PostgreSQL first, for that is what production runs; npm's own is always there.
  const started = await startPostgres({
    dir: join(memory ?? folder, 'postgres'),
    bin: findPostgres(true),
    fast: true,
    // What is written ahead fills memory, and nobody will read it.
    settings: { shared_buffers: '256MB', max_prepared_transactions: 10, max_wal_size: '512MB' },
  });
  const stop = async (): Promise<void> => {
    await started.stop();
    if (memory !== undefined) rmSync(memory, { recursive: true, force: true });
  };
  return { url: started.url, stop, from: 'started' };
};

export interface OwnPostgres extends Service {
  /** SIGKILL to the server and all its sessions, as a power cut. Returns when nobody answers any more. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  restart(): Promise<void>;
  /** It keeps its connections and answers nobody, until `resume`. */
  hang(): void;
  resume(): void;
}

/** A server of one's own, as durable as in production, for tests that kill or stop it. */
export const startOwnPostgres = async (folder: string): Promise<OwnPostgres> => {
  const port = await freePort();
  const start = (): Promise<LocalPostgres> =>
    startPostgres({ dir: join(folder, 'postgres'), port, bin: findPostgres(true) });
  let server = await start();
  const all = (signal: NodeJS.Signals): void => {
    for (const pid of [server.pid, ...childrenOf(server.pid)]) signalled(pid, signal);
  };
  return {
    url: server.url,
    from: 'started',
    kill: async () => {
      all('SIGKILL');
      await until('the end of PostgreSQL', async () => !(await answers(port)), 10_000);
    },
    restart: async () => {
      server = await start();
    },
    hang: () => {
      all('SIGSTOP');
    },
    resume: () => {
      all('SIGCONT');
    },
    stop: async () => {
      all('SIGCONT');
      await server.stop();
    },
  };
};

const childrenOf = (pid: number): readonly number[] => {
  try {
    return execFileSync('pgrep', ['-P', String(pid)])
      .toString()
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return []; // it has none
  }
};

const signalled = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended by itself
  }
};
