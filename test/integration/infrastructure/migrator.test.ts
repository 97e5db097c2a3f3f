/** Changing the schema under a running program: see `migrator.ts`. */
import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { parseMigration, type Phase, PHASES } from '../../../src/infrastructure/postgres/migration-file.ts';
import { type Applied, Migrator } from '../../../src/infrastructure/postgres/migrator.ts';
import { emptyDatabase, type TestDatabase } from '../../support/database.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { withProcesses } from '../../support/process.ts';
import { rejects } from '../../support/rejects.ts';
import { eventually } from '../../support/signals.ts';

type Files = Readonly<Record<string, string>>;

/** `'create': 'create table …'` becomes the first file, of the phase expand; `'contract drop'` names its phase. */
const filesOf = (files: Files): Files =>
  Object.fromEntries(
    Object.entries(files).map(([title, sql], index) => {
      const [name = '', phase = 'expand'] = title.split(' ').toReversed();
      const stamp = String(202601010000 + index);
      return [`${stamp}_shop_${name}.sql`, `-- phase: ${phase}\n-- For a test.\n${sql}\n`];
    }),
  );

const parsed = (files: Files) => Object.entries(filesOf(files)).map(([name, sql]) => parseMigration(name, sql));

const CREATE = 'create table goods (id integer primary key, name text)';

describe('a migrator', () => {
  let database: TestDatabase;
  const process = withProcesses();

  beforeEach(async () => {
    database = await emptyDatabase();
  });
  afterEach(() => database.drop());

  const migrator = (files: Files, patienceMs?: number): Migrator =>
    new Migrator(database.owner.knex, parsed(files), () => undefined, patienceMs);

  const apply = (files: Files, phases: readonly Phase[] = PHASES): Promise<readonly Applied[]> =>
    migrator(files).apply(new Set(phases));

  const state = async (files: Files): Promise<string> =>
    (await migrator(files).status()).map((each) => each.state).join(' ');

  const one = async (sql: string): Promise<unknown> =>
    Object.values((await rowsOf<Record<string, unknown>>(database.owner.knex, sql))[0] ?? {})[0];

  const exists = async (table: string): Promise<boolean> => (await one(`select to_regclass('${table}')`)) !== null;

  const names = (applied: readonly Applied[]): readonly string[] =>
    applied.map(({ name }) => /_shop_(.+)\.sql$/.exec(name)?.[1] ?? name);

  it('applies what is pending in the order of the names, once', async () => {
    const files = {
      create: CREATE,
      fill: `insert into goods values (1, 'a?b')`,
      index: 'create index on goods (name)',
    };
    expect(await state(files)).to.equal('pending pending pending');

    expect(names(await apply(files))).to.deep.equal(['create', 'fill', 'index']);
    expect(await apply(files)).to.deep.equal([]);

    expect(await state(files)).to.equal('applied applied applied');
    expect(await one('select name from goods')).to.equal('a?b');
  });

  it('applies only the phases it is asked for, and does not apply them again later', async () => {
    const files = {
      create: CREATE,
      'backfill rename': `update goods set name = 'new' where name = 'old' returning id`,
      'contract drop': 'alter table goods drop column name',
    };

    expect(names(await apply(files, ['expand']))).to.deep.equal(['create']);
    await rowsOf(database.owner.knex, `insert into goods values (1, 'old')`);
    expect(names(await apply(files, ['expand', 'backfill']))).to.deep.equal(['rename']);
    expect(await one('select name from goods')).to.equal('new');
    expect(names(await apply(files))).to.deep.equal(['drop']);
  });

  it('leaves nothing of a file that fails, keeps those before it, says which one, and goes on there when it is mended', async () => {
    const broken = {
      create: CREATE,
      bad: 'create table half (id integer); select 1 / 0',
      last: 'create table last ()',
    };

    const { message } = await rejects(apply(broken), 'migration.failed');

    expect(message).to.match(/^202601010001_shop_bad\.sql: division by zero/);
    expect([await exists('goods'), await exists('half'), await exists('last')]).to.deep.equal([true, false, false]);
    expect(await state(broken)).to.equal('applied pending pending');
    expect(names(await apply({ ...broken, bad: 'create table half (id integer)' }))).to.deep.equal(['bad', 'last']);
  });

  it('refuses to go on when an applied file was changed, before it touches anything', async () => {
    await apply({ create: CREATE });
    const changed = { create: `${CREATE}; -- and a thought`, more: 'create table more ()' };

    const { message } = await rejects(apply(changed), 'migration.changed');

    expect(message).to.contain('shop_create.sql');
    expect(await state(changed)).to.equal('changed pending');
    expect(await exists('more')).to.equal(false);
  });

  it('may take longer than a request may', async () => {
    const impatient = openDatabase({ url: database.url, schema: 'owner', poolSize: 1, timeoutMs: 100 });
    try {
      // The pool gives up on an answer after 1.1 s.
      const files = parsed({ slow: 'create table slow (); select pg_sleep(1.5)' });
      expect(names(await new Migrator(impatient.knex, files).apply(new Set(PHASES)))).to.deep.equal(['slow']);
    } finally {
      await impatient.knex.destroy();
    }
  });

  it('waits for another one at work, and then finds nothing left to do', async () => {
    const files = { create: CREATE, slow: 'select pg_sleep(0.5)', more: 'create table more ()' };
    const others = openDatabase({ url: database.url, schema: 'owner', poolSize: 1, timeoutMs: 10_000 });
    try {
      const both = await Promise.all([apply(files), new Migrator(others.knex, parsed(files)).apply(new Set(PHASES))]);
      expect(both.map(names).toSorted((a, b) => a.length - b.length)).to.deep.equal([[], ['create', 'slow', 'more']]);
    } finally {
      await others.knex.destroy();
    }
  });

  it('says so when the other one takes too long', async () => {
    await database.owner.knex.transaction(async (trx) => {
      await rowsOf(trx, 'select pg_advisory_xact_lock(727401001)');
      await rejects(migrator({ create: CREATE }, 300).apply(new Set(PHASES)), 'migration.running');
    });
    expect(names(await apply({ create: CREATE }))).to.deep.equal(['create']);
  });

  it('waits for a lock in short turns, so that readers go on between them, and says how often it waited', async () => {
    await apply({ create: CREATE });
    const files = { create: CREATE, add: 'alter table goods add column price bigint' };
    let migrating: Promise<readonly Applied[]> | undefined;

    await database.owner.knex.transaction(async (reader) => {
      await rowsOf(reader, 'select * from goods');
      migrating = apply(files);
      const others = database.owner.knex;
      await eventually('the migration waits', async () => (await one(WAITING)) === true);
      // Behind a waiting ALTER everybody waits, until it gives up for a moment.
      for (let n = 0; n < 3; n += 1) await rowsOf(others, 'select * from goods');
      await eventually('it waits again', async () => (await one(WAITING)) === true);
    });

    const [applied] = (await migrating) ?? [];
    expect(applied?.lockRetries).to.be.greaterThan(0);
    expect(await one(`select lock_retries from migrations.applied where name like '%add.sql'`)).to.be.greaterThan(0);
  });

  describe('that is killed with SIGKILL', () => {
    let folder: ReturnType<typeof temporaryFolder>;
    beforeEach(() => {
      folder = temporaryFolder();
    });
    afterEach(() => {
      folder.remove();
    });

    const inProcess = (files: Files, fault = ''): Promise<NodeJS.Signals | number> => {
      for (const [name, sql] of Object.entries(filesOf(files))) writeFileSync(join(folder.path, name), sql);
      const args = [database.url, folder.path, fault];
      return process('test/support/migrate-in-a-process.ts', { args }).ends();
    };

    it('in the middle of a file leaves nothing of it and no lock: run again, it goes on there', async () => {
      const files = {
        create: CREATE,
        half: `insert into goods values (1, 'a')`,
        last: `insert into goods values (2, 'b')`,
      };

      expect(await inProcess(files, 'migration.before_commit:2')).to.equal('SIGKILL');

      expect(await state(files)).to.equal('applied pending pending');
      expect(await one('select count(*) from goods')).to.equal(0n);
      expect(await inProcess(files)).to.equal(0);
      expect(await state(files)).to.equal('applied applied applied');
      expect(await one('select count(*) from goods')).to.equal(2n);
    });

    it('between two batches of a backfill goes on with the rest, and changes no row twice', async () => {
      const files = {
        create: `${CREATE}; alter table goods add column changed integer not null default 0;
                 insert into goods (id) select generate_series(1, 10)`,
        'backfill name': `update goods set name = 'n' || id, changed = changed + 1
          where id in (select id from goods where name is null order by id limit 3) returning id`,
        last: 'alter table goods alter column name set not null',
      };

      expect(await inProcess(files, 'migration.between_batches:2')).to.equal('SIGKILL');

      expect(await one('select count(name) from goods')).to.equal(6n);
      expect(await state(files)).to.equal('applied pending pending');
      expect(await inProcess(files)).to.equal(0);
      expect(await one('select count(name) from goods where changed = 1')).to.equal(10n);
    });

    it('before it wrote down a statement that takes no transaction, repeats it', async () => {
      const files = {
        create: CREATE,
        index: '-- transaction: none\ncreate index concurrently if not exists goods_by_name on goods (name);',
      };

      expect(await inProcess(files, 'migration.before_record')).to.equal('SIGKILL');

      expect([await exists('goods_by_name'), await state(files)]).to.deep.equal([true, 'applied pending']);
      expect(await inProcess(files)).to.equal(0);
      expect(await state(files)).to.equal('applied applied');
    });
  });
});

const WAITING = `select exists (select from pg_locks where not granted and relation = 'goods'::regclass)`;
