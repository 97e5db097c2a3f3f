import { expect } from 'chai';
import { DayTables } from '../../../src/infrastructure/postgres/day-partitions.ts';
import { rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { withDatabase } from '../../support/database.ts';

describe('tables that are kept by the day', () => {
  const database = withDatabase();
  const tables = () => new DayTables(database().as('pipeline').knex, 'pipeline');
  const days = async (): Promise<readonly string[]> => {
    const rows = await rowsOf<{ name: string }>(
      database().owner.knex,
      `select relname as name from pg_inherits join pg_class on oid = inhrelid
       where inhparent = 'pipeline.seen_events'::regclass order by relname`,
    );
    return rows.map(({ name }) => name.replace('seen_events_p', ''));
  };
  const write = (day: string) =>
    rowsOf(
      database().as('pipeline').knex,
      `insert into pipeline.seen_events values (:day, 'web', '1', decode(repeat('00', 16), 'hex'))`,
      { day },
    );

  it('have room for today and a week ahead, and for any day that is asked for', async () => {
    await tables().keep('seen_events', '2026-03-01', 10);
    await tables().ensure('seen_events', ['2026-02-25', '2026-02-25']);

    await write('2026-02-25');
    await write('2026-03-08');
    expect(await days()).to.have.length(9);
  });

  it('are made once, whoever asks for them at the same moment', async () => {
    await Promise.all(Array.from({ length: 8 }, () => tables().ensure('seen_events', ['2026-02-25'])));

    expect(await days()).to.deep.equal(['20260225']);
  });

  it('forget what is older than they keep, a day at a time', async () => {
    await tables().ensure('seen_events', ['2026-02-26', '2026-02-27', '2026-02-28']);

    expect(await tables().keep('seen_events', '2026-03-01', 2)).to.equal(true);
    expect(await tables().keep('seen_events', '2026-03-01', 2)).to.equal(false);
    expect((await days())[0]).to.equal('20260227');
  });

  it('wait for nobody who reads for long: there will be another minute', async () => {
    await tables().ensure('seen_events', ['2026-01-01']);
    await database().owner.knex.transaction(async (trx) => {
      await rowsOf(trx, 'select from pipeline.seen_events');
      const started = performance.now();

      expect(await tables().keep('seen_events', '2026-03-01', 2)).to.equal(false);
      expect(performance.now() - started).to.be.lessThan(5_000);
      expect(await days()).to.include.members(['20260101', '20260301', '20260308']);
    });

    expect(await tables().keep('seen_events', '2026-03-01', 2)).to.equal(true);
    expect(await days()).to.not.include('20260101');
  });

  it('let nobody be held up by a new day', async () => {
    await tables().ensure('seen_events', ['2026-01-01']);
    await database().owner.knex.transaction(async (trx) => {
      await rowsOf(
        trx,
        `insert into pipeline.seen_events values ('2026-01-01', 'web', '2', decode(repeat('00', 16), 'hex'))`,
      );
      await tables().ensure('seen_events', ['2026-01-02']);
      await write('2026-01-02');
    });
  });

  it('belong to their module: no other makes or drops days of them', async () => {
    const { knex } = database().as('orders');

    const refused = await new DayTables(knex, 'pipeline')
      .ensure('seen_events', ['2026-01-01'])
      .catch((error: unknown) => error);

    expect(refused).to.have.property('code', '42501');
  });
});
