/**
 * Servers to measure with: the given ones, or some of our own. PostgreSQL must be as durable as in production, or the
 * figures would be of no use: one that is not is left alone, and another one started.
 */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import { findOrStartRabbit } from '../../test/support/services/rabbit.ts';
import { notOurs, type Service } from '../../test/support/services/ready.ts';
import { ask } from './database.ts';
import { startSeasoned } from './seasoned-postgres.ts';

export interface Services {
  /** `PostgreSQL 15.18 (given; fsync on, …) · RabbitMQ (started)` */
  readonly about: string;
  readonly stop: () => Promise<void>;
}

const isDurable = async (url: string): Promise<boolean> =>
  (await ask(
    url,
    `select string_agg(setting, ',' order by name) from pg_settings
     where name in ('fsync', 'synchronous_commit', 'full_page_writes')`,
  )) === 'on,on,on';

const durablePostgres = async (folder: string): Promise<Service> => {
  const given = process.env['DATABASE_URL'];
  if (given && (await isDurable(given))) return notOurs(given, 'given');
  if (given) console.log('the given PostgreSQL trades durability for speed; measuring with another one');
  const started = await startSeasoned({ dir: join(folder, 'postgres') });
  return { url: started.url, stop: () => started.stop(), from: 'started' };
};

/** What its figures depend on most, as it says itself. */
const aboutPostgres = async ({ url, from }: Service): Promise<string> => {
  const version = await ask(url, `select split_part(version(), ' ', 2)`);
  const settings = await ask(
    url,
    `select string_agg(name || ' ' || current_setting(name), ', ' order by name)
     from unnest(array['fsync', 'full_page_writes', 'max_wal_size', 'shared_buffers', 'synchronous_commit']) as name`,
  );
  return `PostgreSQL ${version} (${from}; ${settings})`;
};

/** Sets `DATABASE_URL` and `AMQP_URL` for what is run from here. */
export const findOrStartServices = async (): Promise<Services> => {
  const folder = join(projectRoot(), '.data/bench', String(process.pid));
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const [postgres, rabbit] = await Promise.all([durablePostgres(folder), findOrStartRabbit(folder)]);
  Object.assign(process.env, { DATABASE_URL: postgres.url, AMQP_URL: rabbit.url });
  return {
    about: `${await aboutPostgres(postgres)} · RabbitMQ (${rabbit.from})`,
    stop: async () => {
      await Promise.all([postgres.stop(), rabbit.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
