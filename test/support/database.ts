/** A database of one's own for a test, cloned from a migrated template, gone afterwards. */
import pg from 'pg';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../src/infrastructure/postgres/database.ts';
import { type MigrationFile, PHASES, readMigrations } from '../../src/infrastructure/postgres/migration-file.ts';
import { Migrator } from '../../src/infrastructure/postgres/migrator.ts';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import { digest } from '../../src/shared/digest.ts';

export const serverUrl = (): string => {
  const url = process.env['DATABASE_URL'];
  if (!url) throw new Error('integration tests need DATABASE_URL; `make test` starts a server and sets it');
  return url;
};

export const urlOf = (database: string): string => {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
};

export const onServer = async <Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> => {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** Named after what is in it, so that a changed migration gets a new one and runs side by side share theirs. */
const templateName = (files: readonly MigrationFile[]): string =>
  `tributary_template_${digest(files.map(({ name, checksum }) => [name, checksum])).slice(0, 12)}`;

let template: Promise<string> | undefined;

/** Made once a server; then each clone costs a few dozen milliseconds. */
export const makeTemplate = (): Promise<string> => (template ??= make());

const make = async (): Promise<string> => {
  const files = await readMigrations(join(projectRoot(), 'db/migrations'));
  const name = templateName(files);
  await onServer(async (client) => {
    // Others may be making the same one: the lock is theirs until it is whole.
    await client.query('select pg_advisory_lock(727401, 1)');
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) {
      const draft = `${name}_draft`;
      await client.query(`drop database if exists ${draft} with (force)`);
      await client.query(`create database ${draft}`);
      const owner = openDatabase({ url: urlOf(draft), schema: 'owner', poolSize: 1, timeoutMs: 30_000 });
      await new Migrator(owner.knex, files).apply(new Set(PHASES)).finally(() => owner.knex.destroy());
      await client.query(`alter database ${draft} rename to ${name}`);
    }
    await client.query('select pg_advisory_unlock(727401, 1)');
  });
  return name;
};

export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  /** As that module's role, so that a step over the wall is refused. */
  as(module: string): Database;
  /** As the owner, for what only tests do. */
  readonly owner: Database;
  drop(): Promise<void>;
}

export const cloneDatabase = async (): Promise<TestDatabase> => createDatabase(await makeTemplate());

/** With nothing in it, not even our schemas. */
export const emptyDatabase = (): Promise<TestDatabase> => createDatabase('template0');

/** With all that is in another one; whoever is connected to that one is cut off. */
export const copyOf = async ({ name }: TestDatabase): Promise<TestDatabase> => {
  await onServer((client) =>
    client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]),
  );
  return createDatabase(name);
};

const createDatabase = async (origin: string): Promise<TestDatabase> => {
  const name = `tributary_${randomBytes(6).toString('hex')}`;
  await onServer(async (client) => {
    // Files are copied in half the time that writing them ahead takes, unless each must be on disk before the next.
    const { rows } = await client.query<{ fsync: string }>('show fsync');
    const strategy = rows[0]?.fsync === 'off' ? 'file_copy' : 'wal_log';
    await client.query(`create database ${name} template ${origin} strategy ${strategy}`);
  });
  return databaseAt(urlOf(name), async () => {
    await onServer((client) => client.query(`drop database if exists ${name} with (force)`));
  });
};

/** One that is there already, migrated or not. */
export const databaseAt = (url: string, remove = () => Promise.resolve()): TestDatabase => {
  const opened: Database[] = [];
  const open = (schema: string, role?: string): Database => {
    const database = openDatabase({ url, schema, ...(role !== undefined && { role }), poolSize: 6, timeoutMs: 10_000 });
    opened.push(database);
    return database;
  };
  return {
    name: new URL(url).pathname.slice(1),
    url,
    as: (module) => open(module, `mod_${module}`),
    owner: open('owner'),
    drop: async () => {
      await Promise.all(opened.map(({ knex }) => knex.destroy()));
      await remove();
    },
  };
};

/** For a `describe`: a fresh database before each test, dropped after it. */
export const withDatabase = (): (() => TestDatabase) => {
  let current: TestDatabase | undefined;
  beforeEach(async () => {
    current = await cloneDatabase();
  });
  afterEach(async () => {
    await current?.drop();
    current = undefined;
  });
  return () => {
    if (current === undefined) throw new Error('there is a database only within a test');
    return current;
  };
};
