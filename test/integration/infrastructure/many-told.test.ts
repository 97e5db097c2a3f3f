import { expect } from 'chai';
import { rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { instant } from '../../../src/shared/instant.ts';
import type { Announcement } from '../../../src/shared/outbox.ts';
import { withDatabase } from '../../support/database.ts';
import { postgresTransaction } from '../../support/transaction.ts';

const aFact = (aggregate: string, n: number): Announcement => ({
  type: 'test.told',
  version: 1,
  aggregate,
  partitionKey: `key\tof ${aggregate}`,
  occurredAt: instant('2018-01-01T00:00:00.250Z'),
  payload: { n, text: 'a tab\t, a line\n, a quote " and a \\ stay what they are' },
});

interface Row {
  readonly aggregate: string;
  readonly aggregate_version: bigint;
  readonly partition_key: string;
  readonly occurred_at: string;
  readonly payload: { readonly n: number };
}

describe('what a transaction tells', () => {
  const database = withDatabase();

  const tell = (facts: readonly Announcement[]) =>
    postgresTransaction(database().as('settlement'), (_, outbox) => outbox).run((outbox) => {
      outbox.publish(...facts);
      return Promise.resolve();
    });

  it('is the same, and in the same order, when it is much at a time', async () => {
    const names = Array.from({ length: 4_000 }, (_, n) => `aggregate ${n % 3_000}`);
    const many = names.map(aFact);

    await tell([aFact('aggregate 7', -1)]);
    await tell(many);
    await tell([aFact('aggregate 7', -2)]);

    const rows = await rowsOf<Row>(database().owner.knex, 'select * from settlement.outbox order by id');
    expect(rows.map(({ payload }) => payload.n)).to.deep.equal([-1, ...names.keys(), -2]);
    expect(rows[1]).to.include({ partition_key: 'key\tof aggregate 0', occurred_at: '2018-01-01T00:00:00.250Z' });
    expect(rows[1]?.payload).to.deep.equal(many[0]?.payload);
    const versions = (name: string) =>
      rows.filter(({ aggregate }) => aggregate === name).map((row) => Number(row.aggregate_version));
    expect(versions('aggregate 7')).to.deep.equal([1, 2, 3, 4]);
    expect(versions('aggregate 8')).to.deep.equal([1, 2]);
    expect(versions('aggregate 2999')).to.deep.equal([1]);
  });
});
