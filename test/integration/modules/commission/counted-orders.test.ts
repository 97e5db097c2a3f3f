import { expect } from 'chai';
import { commissionStores } from '../../../../src/modules/commission/adapters/postgres/commission-stores.ts';
import type { Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import type { CommissionStores } from '../../../../src/modules/commission/ports/commissions.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { SeededRandom } from '../../../support/clock.ts';
import { CountedOrders, countingTerms, type Told } from '../../../support/counted-orders.ts';
import { type TestDatabase, withDatabase } from '../../../support/database.ts';
import { FakeCommissionTransaction } from '../../../support/fakes/fake-commission.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const LIMIT = 20_000n;

/** A limit of the program, one a partner, a retroactive tier and a budget, all at once. */
const terms: Partial<Terms> = {
  groups: [
    {
      name: 'all',
      rank: 1,
      when: { all: [] },
      amount: {
        tiers: {
          of: 'partner',
          per: 'month',
          by: 'count',
          mode: 'retroactive',
          steps: [
            { from: '0', amount: { percent: '5' } },
            { from: '18', amount: { percent: '8' } },
          ],
        },
      },
      budget: { minor: '23000', currency: 'BRL' },
    },
  ],
  limits: [
    { per: 'partner', period: 'month', amount: { minor: '9000', currency: 'BRL' } },
    { per: 'program', period: 'month', amount: { minor: LIMIT.toString(), currency: 'BRL' } },
  ],
};

const counted = async (transaction: CountedOrders['transaction']): Promise<CountedOrders> => {
  const orders = new CountedOrders(transaction);
  await orders.transaction.run((stores) => stores.terms.add(countingTerms(terms)));
  return orders;
};

const onPostgres = (database: TestDatabase): Promise<CountedOrders> =>
  counted(postgresTransaction<CommissionStores>(database.as('commission'), commissionStores));

const story: readonly Told[] = Array.from({ length: 60 }, (_, index) => ({
  n: index + 1,
  partner: (index % 3) + 1,
  minor: BigInt(3_000 + ((index * 7_919) % 9_000)),
}));
const numbers = story.map(({ n }) => n);

/** Four at a time, as lanes of a broker bring them; each may lose a race and be brought again. */
const tellAtOnce = async (orders: CountedOrders, told: readonly Told[]): Promise<void> => {
  const waiting = [...told];
  const lane = async (): Promise<void> => {
    for (let next = waiting.splice(0, 2); next.length > 0; next = waiting.splice(0, 2)) await orders.tell(...next);
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
};

const oneByOne = async (told: readonly Told[]): Promise<readonly (bigint | undefined)[]> => {
  const model = await counted(new FakeCommissionTransaction());
  for (const each of told) await model.tell(each);
  await model.settle();
  return model.minors(...numbers);
};

describe('orders that count together, told at the same time', () => {
  const database = withDatabase();

  it('come to the cents they come to one after the other, and never to more than the limits', async () => {
    const random = new SeededRandom(7);
    const orders = await onPostgres(database());

    const cancelled = story.filter(({ n }) => n % 7 === 0).map((told) => ({ ...told, cancelled: true }));

    await tellAtOnce(orders, random.shuffled([...story, ...story.slice(0, 20)]));
    await orders.settle();
    const before = await orders.minors(...numbers);
    expect(before).to.deep.equal(await oneByOne(story));

    await Promise.all([tellAtOnce(orders, random.shuffled(cancelled)), orders.settle()]);
    await orders.settle();
    const after = await orders.minors(...numbers);
    expect(after).to.deep.equal(await oneByOne([...story, ...cancelled]));

    for (const minors of [before, after])
      expect(minors.reduce<bigint>((sum, minor) => sum + (minor ?? 0n), 0n)).to.equal(LIMIT);
  });

  it('keep totals that are the sums of what each contributes', async () => {
    const orders = await onPostgres(database());
    await tellAtOnce(orders, new SeededRandom(3).shuffled(story));
    await orders.settle();

    const strays = await rowsOf(
      database().owner.knex,
      `select id from commission.periods left join lateral (
         select coalesce(sum(orders), 0) as orders, coalesce(sum(revenue_minor), 0) as revenue,
           coalesce(sum(earned_minor), 0) as earned
         from commission.contributions where period_id = periods.id) as summed on true
       where (periods.orders, periods.revenue_minor, periods.earned_minor)
         <> (summed.orders, summed.revenue, summed.earned)`,
    );
    expect(strays).to.be.empty;
  });
});
