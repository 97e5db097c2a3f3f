import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MigrationFile, parseMigration, type Phase } from '../../../src/infrastructure/postgres/migration-file.ts';
import { projectRoot } from '../../../src/infrastructure/system/root.ts';
import { lintMigrations } from '../../../tools/migrations/lint.ts';
import { findingsIn } from '../../../tools/migrations/rules.ts';
import { squawkFindings } from '../../../tools/migrations/squawk.ts';
import { temporaryFolder } from '../../support/folder.ts';

const NAME = '202701010900_orders_change.sql';
const migration = (phase: Phase, sql: string, transaction: 'one' | 'none' = 'one') =>
  parseMigration(
    NAME,
    `-- phase: ${phase}\n-- Why.\n${transaction === 'none' ? '-- transaction: none\n' : ''}${sql}\n`,
  );
const found = (...given: Parameters<typeof migration>) =>
  findingsIn([migration(...given)], ['orders', 'ledger', 'platform']).map(({ line, rule }) => `${line} ${rule}`);

const squawked = (file: MigrationFile) => {
  const folder = temporaryFolder();
  try {
    writeFileSync(join(folder.path, file.name), file.sql);
    return squawkFindings(folder.path, [file]).map(({ line, rule }) => `${line} ${rule}`);
  } finally {
    folder.remove();
  }
};

describe('the migrations of this program', () => {
  it('keep every rule', async () => {
    expect(await lintMigrations()).to.deep.equal([]);
  });
});

describe('the recipes of docs/migrations.md', () => {
  const text = readFileSync(join(projectRoot(), 'docs/migrations.md'), 'utf8');
  const recipes = [...text.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql = '']) => sql);

  it('keep every rule', () => {
    expect(recipes).to.have.length.greaterThan(5);
    for (const sql of recipes) {
      const recipe = parseMigration(NAME, sql);
      expect(findingsIn([recipe], ['orders']), sql).to.deep.equal([]);
      expect(squawked(recipe), sql).to.deep.equal([]);
    }
  });
});

describe('a migration', () => {
  it('may do what old code does not notice', () => {
    expect(found('expand', 'alter table orders.orders add column note text;')).to.deep.equal([]);
    expect(found('expand', 'alter table orders.orders drop constraint orders_state_check;')).to.deep.equal([]);
    expect(found('expand', 'create table orders.notes (id uuid primary key, type text not null);')).to.deep.equal([]);
    expect(found('contract', 'alter table orders.orders drop column note;')).to.deep.equal([]);
  });

  it('touches no schema but its own', () => {
    expect(found('expand', 'alter table ledger.accounts add column note text;')).to.deep.equal(['3 own-schema']);
    expect(found('expand', 'grant select\n  on ledger.accounts to mod_orders;')).to.deep.equal(['3 own-schema']);
    expect(found('expand', 'create table orders.notes (account uuid references ledger.accounts (id));')).to.deep.equal([
      '3 own-schema',
    ]);
    expect(found('expand', 'drop index concurrently if exists ledger.x;', 'none')).to.include('4 own-schema');
    expect(found('expand', "comment on table orders.orders is 'not from ledger.accounts'; -- from ledger.accounts")).to // prettier-ignore
    .be.empty;
  });

  it('is named after a schema of ours', () => {
    const strange = parseMigration('202701010900_shop_change.sql', '-- phase: expand\n-- Why.\nselect 1;\n');
    expect(findingsIn([strange], ['orders']).map(({ rule }) => rule)).to.deep.equal(['own-schema']);
  });

  it('leaves time-outs and transactions to the migrator', () => {
    for (const setting of ["set lock_timeout = '5s'", "SET LOCAL statement_timeout TO '1h'"])
      expect(found('expand', `${setting};`), setting).to.deep.equal(['3 timeouts']);
    for (const word of ['begin', 'commit', 'rollback'])
      expect(found('expand', `select 1;\n${word};`), word).to.deep.equal(['4 transactions']);
  });

  it('says when it goes without a transaction', () => {
    expect(found('expand', 'drop index concurrently if exists orders.x;')).to.include('3 without-transaction');
    expect(found('expand', 'vacuum orders.orders;')).to.deep.equal(['3 without-transaction']);
  });

  it('holds without a transaction only what may run twice, and no semicolon within a statement', () => {
    expect(found('expand', 'alter table orders.orders add column a text;', 'none')).to.deep.equal([
      '4 without-transaction',
    ]);
    expect(found('expand', 'alter table orders.orders validate constraint a;', 'none')).to.deep.equal([]);
    expect(found('expand', 'do $$ begin perform 1; end $$;', 'none')).to.deep.equal([
      '4 without-transaction',
      '4 without-transaction',
    ]);
  });

  it('clears away the invalid index of a try that was cut off', () => {
    const create = 'create index concurrently by_age on orders.orders (placed_at);';
    expect(found('expand', create, 'none')).to.deep.equal(['4 leftover-index']);
    expect(found('expand', `drop index concurrently if exists orders.by_age;\n${create}`, 'none')).to.deep.equal([]);
    expect(found('expand', `drop index concurrently if exists orders.other;\n${create}`, 'none')).to.deep.equal([
      '4 expand-keeps',
      '5 leftover-index',
    ]);
  });

  it('takes nothing from old code while it expands', () => {
    for (const statement of [
      'drop table orders.notes',
      'drop function orders.f()',
      'revoke select on orders.orders from mod_orders',
      'alter table orders.orders drop column note',
      'alter table orders.orders rename column note to remark',
      'alter table orders.orders alter column note drop default',
      'alter table orders.orders alter column note drop not null',
      'alter table orders.orders alter column note set not null',
      'alter table orders.orders alter column note type integer',
    ])
      expect(found('expand', `${statement};`), statement).to.deep.equal(['3 expand-keeps']);
  });

  it('changes rows in a backfill alone', () => {
    expect(found('expand', "update orders.orders set note = '';")).to.deep.equal(['3 data']);
    expect(found('contract', 'delete from orders.orders;')).to.deep.equal(['3 data']);
  });

  it('backfills in one statement, bounded, that tells what it changed', () => {
    const batch = `update orders.orders set note = '' where id in
      (select id from orders.orders where note is null limit 1000 for update skip locked) returning id;`;
    expect(found('backfill', batch)).to.deep.equal([]);
    expect(found('backfill', batch.replace('limit 1000', ''))).to.deep.equal(['3 backfill']);
    expect(found('backfill', batch.replace('returning id', ''))).to.deep.equal(['3 backfill']);
    expect(found('backfill', `${batch}\nselect 1;`)).to.deep.equal(['5 backfill']);
    expect(found('backfill', 'alter table orders.orders add column a text;')).to.have.length(3);
    expect(found('backfill', '')).to.deep.equal(['1 backfill']);
  });

  it('holds the lock of one table that others use', () => {
    const first = 'alter table orders.orders add column a text;';
    expect(found('expand', `${first}\n${first}`)).to.deep.equal([]);
    expect(found('expand', `${first}\nalter table only orders.lines add column a text;`)).to.deep.equal([
      '4 one-table',
    ]);
    expect(
      found('expand', `${first}\ncreate trigger t before update on orders.lines for each row execute function f();`),
    ).to.deep.equal(['4 one-table']);
    expect(
      found('expand', `${first}\ncreate table orders.notes (id uuid);\nalter table orders.notes add column a text;`),
    ).to.deep.equal([]);
  });

  it('throws nothing away that nobody named', () => {
    expect(found('contract', 'truncate orders.notes;')).to.deep.equal(['3 truncate']);
    expect(found('contract', 'drop table orders.notes cascade;')).to.deep.equal(['3 cascade']);
  });

  it('has no enums, and no keys that run out', () => {
    expect(found('expand', "create type orders.state as enum ('a');")).to.deep.equal(['3 enum']);
    for (const column of ['id serial primary key', 'order_id integer not null', 'position int'])
      expect(found('expand', `create table orders.notes (${column});`), column).to.deep.equal(['3 small-keys']);
  });
});

describe('squawk, as it is set up here', () => {
  const said = (...given: Parameters<typeof migration>) => squawked(migration(...given));

  it('finds what locks a table for long', () => {
    const change = (what: string) => said('expand', `alter table orders.orders ${what};`);
    expect(said('expand', 'create index by_age on orders.orders (placed_at);')).to.deep.equal([
      '3 squawk require-concurrent-index-creation',
    ]);
    expect(change('add column a text not null')).to.deep.equal(['3 squawk adding-required-field']);
    expect(change('add column a uuid default gen_random_uuid()')).to.deep.equal(['3 squawk adding-field-with-default']);
    expect(change("add constraint a check (note <> '')")).to.deep.equal(['3 squawk constraint-missing-not-valid']);
    expect(change('rename column a to b')).to.deep.equal(['3 squawk renaming-column']);
  });

  it('is told what runs in a transaction', () => {
    const sql = 'create unique index concurrently by_ref on orders.orders (ref);';
    expect(said('expand', 'alter table orders.orders add column a text;')).to.deep.equal([]);
    expect(said('expand', sql, 'none')).to.deep.equal(['4 squawk prefer-robust-stmts']);
    expect(said('expand', sql.replace('concurrently', 'concurrently if not exists'), 'none')).to.deep.equal([]);
  });

  it('lets a contraction take away, and find what locks for long all the same', () => {
    expect(said('contract', 'alter table orders.orders drop column note;')).to.deep.equal([]);
    expect(said('contract', 'drop table orders.notes;')).to.deep.equal([]);
    expect(said('expand', 'drop table orders.notes;')).to.deep.equal(['3 squawk ban-drop-table']);
    const given = 'alter table orders.orders alter column note set not null;';
    expect(said('contract', given)).to.deep.equal(['3 squawk adding-not-nullable-field']);
    expect(said('contract', `alter table orders.orders validate constraint note_given;\n${given}`)).to.deep.equal([]);
  });

  it('leaves the time-outs to the migrator, and lets an expansion be', () => {
    expect(said('expand', 'alter table orders.orders add column a text;')).to.deep.equal([]);
  });

  it('says so when it cannot read a migration', () => {
    expect(said('expand', 'alter tabel orders.orders;')[0]).to.match(/^\d+ squawk syntax-error$/);
  });
});
