import pg from 'pg';
import { join } from 'node:path';
import { findPostgres, startPostgres } from '../../../src/cli/local/postgres.ts';
import { inDocker, notOurs, type Service } from './ready.ts';

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
  // The system's PostgreSQL first, for that is what production runs; npm's own is always there.
  const started = await startPostgres({
    dir: join(folder, 'postgres'),
    bin: findPostgres(true),
    fast: true,
    settings: { shared_buffers: '256MB', max_prepared_transactions: 10 },
  });
  return { url: started.url, stop: () => started.stop(), from: 'started' };
};
