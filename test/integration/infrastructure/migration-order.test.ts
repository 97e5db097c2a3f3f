/** The three phases of a change, as different releases run them: see docs/migrations.md. */
import { expect } from 'chai';
import { rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { parseMigration, type Phase } from '../../../src/infrastructure/postgres/migration-file.ts';
import { Migrator } from '../../../src/infrastructure/postgres/migrator.ts';
import { emptyDatabase, type TestDatabase } from '../../support/database.ts';
import { rejects } from '../../support/rejects.ts';

const file = (stamp: string, phase: Phase, sql: string) =>
  parseMigration(`20260101${stamp}_shop_change.sql`, `-- phase: ${phase}\n-- For a test.\n${sql}\n`);

const expand = file('0900', 'expand', 'alter table goods add column label text');
const backfill = file('0901', 'backfill', 'update goods set label = name where label is null returning id');
const contract = file('0902', 'contract', 'alter table goods drop column name');

describe('the phases of a change', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await emptyDatabase();
    await rowsOf(database.owner.knex, `create table goods (id integer primary key, name text)`);
    await rowsOf(database.owner.knex, `insert into goods values (1, 'lamp')`);
  });
  afterEach(() => database.drop());

  const apply = async (...phases: Phase[]): Promise<readonly string[]> => {
    const migrator = new Migrator(database.owner.knex, [expand, backfill, contract, later]);
    return (await migrator.apply(new Set(phases))).map(({ name }) => name);
  };
  const later = file('0903', 'expand', 'create table shelves (id uuid primary key)');

  it('run one after the other, each when it is asked for', async () => {
    expect(await apply('expand')).to.deep.equal([expand.name, later.name]);
    expect(await apply('backfill')).to.deep.equal([backfill.name]);
    expect(await apply('contract')).to.deep.equal([contract.name]);

    expect(await rowsOf(database.owner.knex, 'select * from goods')).to.deep.equal([{ id: 1, label: 'lamp' }]);
  });

  it('do not overtake: nothing is thrown away that a backfill has yet to read', async () => {
    await rejects(apply('backfill'), 'migration.out_of_order');
    await apply('expand');

    const { message } = await rejects(apply('contract'), 'migration.out_of_order');

    expect(message).to.equal(
      `${contract.name} comes after ${backfill.name}, which is pending: run migrate backfill first`,
    );
    expect(await rowsOf(database.owner.knex, 'select * from goods')).to.deep.equal([
      { id: 1, name: 'lamp', label: null },
    ]);
  });

  it('let a later expansion pass a contraction that has to wait', async () => {
    expect(await apply('expand', 'backfill')).to.deep.equal([expand.name, backfill.name, later.name]);
  });
});
