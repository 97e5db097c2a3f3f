import { expect } from 'chai';
import { rowsOf, rowsOfOften } from '../../../src/infrastructure/postgres/database.ts';
import { withDatabase } from '../../support/database.ts';

describe('what the database answers', () => {
  const database = withDatabase();

  const read = async (literal: string): Promise<unknown> => {
    const [row] = await rowsOf<{ value: unknown }>(database().owner.knex, `select ${literal} as value`);
    return row?.value;
  };

  const moments = [
    ['2018-12-31 00:00:00+00', '2018-12-31T00:00:00.000Z'],
    ['2018-12-31 00:00:00.5+00', '2018-12-31T00:00:00.500Z'],
    ['2018-12-31 23:59:59.999999+00', '2018-12-31T23:59:59.999Z'],
    ['2018-12-31 21:30:00.012345-03', '2019-01-01T00:30:00.012Z'],
    ['1583-01-01 00:00:00+00', '1583-01-01T00:00:00.000Z'],
    ['9999-12-31 23:59:59.9999+00', '9999-12-31T23:59:59.999Z'],
  ] as const;
  for (const [stored, seen] of moments) {
    it(`is an instant, cut to the millisecond: ${stored}`, async () => {
      expect(await read(`timestamptz '${stored}'`)).to.equal(seen);
    });
  }

  it('is a bigint where a number would lose digits, and a day as it was written', async () => {
    expect(await read('9007199254740993::bigint')).to.equal(9_007_199_254_740_993n);
    expect(await read(`date '2018-12-31'`)).to.equal('2018-12-31');
  });

  it('is planned once for what is asked often, however often it is asked', async () => {
    const { knex } = database().owner;
    const ask = (number: number) =>
      rowsOfOften<{ value: number }>(knex, 'select :number::integer as value', { number });

    const answers = [await ask(1), await ask(2), await ask(3)];

    const planned = await rowsOf<{ count: bigint }>(
      knex,
      `select sum(generic_plans + custom_plans)::bigint as count from pg_prepared_statements
       where statement like 'select $1::integer%' having count(*) = 1`,
    );
    expect(answers).to.deep.equal([[{ value: 1 }], [{ value: 2 }], [{ value: 3 }]]);
    expect(planned).to.deep.equal([{ count: 3n }]);
  });
});
