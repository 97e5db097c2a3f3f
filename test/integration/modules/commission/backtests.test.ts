import { expect } from 'chai';
import { RunBacktests } from '../../../../src/modules/commission/application/backtests/run-backtests.ts';
import { commissionStores } from '../../../../src/modules/commission/adapters/postgres/commission-stores.ts';
import { PostgresBacktests } from '../../../../src/modules/commission/adapters/postgres/postgres-backtests.ts';
import { PostgresCommissionReader } from '../../../../src/modules/commission/adapters/postgres/postgres-commission-reader.ts';
import type { Backtest, BacktestSubject } from '../../../../src/modules/commission/domain/backtest/backtest.ts';
import type { Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import type { CommissionStores } from '../../../../src/modules/commission/ports/commissions.ts';
import { PostgresPlacedOrders } from '../../../../src/modules/orders/adapters/postgres/postgres-placed-orders.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { toUuid } from '../../../../src/shared/ids.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { at, idOf } from '../../../support/clock.ts';
import { CountedOrders, countingTerms, orderOf, type Told } from '../../../support/counted-orders.ts';
import { type TestDatabase, withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const amount = (minor: number) => ({ minor: String(minor), currency: 'BRL' });

/** A limit of the program and a retroactive tier of each partner. */
const terms: Partial<Terms> = {
  groups: [
    {
      name: 'all',
      rank: 1,
      when: { all: [] },
      amount: {
        tiers: {
          ...{ of: 'partner', per: 'month', by: 'count', mode: 'retroactive' },
          steps: [
            { from: '0', amount: { percent: '5' } },
            { from: '5', amount: { percent: '8' } },
          ],
        },
      },
    },
  ],
  limits: [{ per: 'program', period: 'month', amount: amount(9_000) }],
};

const story: readonly Told[] = Array.from({ length: 24 }, (_, index) => ({
  n: index + 1,
  partner: (index % 3) + 1,
  minor: BigInt(3_000 + ((index * 7_919) % 9_000)),
  cancelled: index % 7 === 3,
}));

const told = async (database: TestDatabase): Promise<CountedOrders> => {
  const orders = new CountedOrders(postgresTransaction<CommissionStores>(database.as('commission'), commissionStores));
  await orders.transaction.run((stores) => stores.terms.add(countingTerms(terms)));
  await orders.tell(...story);
  await orders.settle();
  for (const each of story) {
    const { orderId, programId, orderRef, state, ...facts } = orderOf(each);
    await rowsOf(
      database.as('orders').knex,
      'insert into orders.orders (id, program_id, order_ref, state, facts) values (:id, :programId, :orderRef, :state, :facts::jsonb)',
      {
        ...{ id: toUuid(orderId), programId: toUuid(programId), orderRef, state },
        facts: JSON.stringify({ orderId, programId, orderRef, state, ...facts }),
      },
    );
  }
  return orders;
};

describe('back-tests on PostgreSQL', () => {
  const database = withDatabase();

  const rehearsed = async (orders: CountedOrders, n: number, subject: BacktestSubject): Promise<Backtest> => {
    const { knex } = database().as('commission');
    const backtests = new PostgresBacktests(knex);
    const placed = new PostgresPlacedOrders(database().as('orders').knex);
    const reader = new PostgresCommissionReader(knex);
    const job = new RunBacktests(backtests, placed, orders.partners, reader, at('2019-01-02T00:00:00Z'));
    const backtestId = idOf('bkt', n);
    await backtests.add({
      ...{ backtestId, programId: idOf('prg', 1), subject, askedBy: 'somebody', state: 'running', judged: 0 },
      from: instant('2018-01-01T00:00:00Z'),
      until: instant('2019-01-01T00:00:00Z'),
      askedAt: instant('2019-01-01T00:00:00Z'),
      budget: amount(1),
    });
    while (await job.run());
    const done = await backtests.find(backtestId);
    if (done === undefined) throw new Error('it is gone');
    return done;
  };

  it('reproduce history to the cent by the terms that were live, and keep what came out', async () => {
    const orders = await told(database());
    const earned = (await orders.minors(...story.map(({ n }) => n))).reduce<bigint>(
      (sum, each) => sum + (each ?? 0n),
      0n,
    );

    const live = await rehearsed(orders, 1, { kind: 'live' });
    const other = await rehearsed(orders, 2, {
      kind: 'words',
      terms: countingTerms({ groups: [{ name: 'all', rank: 1, when: { all: [] }, amount: { percent: '6' } }] }).terms,
    });

    expect(live).to.include({ state: 'finished', judged: 24 });
    expect(live.result).to.deep.include({
      orders: 24,
      changedOrders: 0,
      delta: amount(0),
      live: amount(Number(earned)),
    });
    expect(other.result?.live).to.deep.equal(amount(Number(earned)));
    expect(other.result?.changed.length).to.equal(10);
    expect(other.result?.budget).to.deep.equal({ limit: amount(1), isBreached: true });
    const { data } = await new PostgresBacktests(database().as('commission').knex).page(idOf('prg', 1), { limit: 10 });
    expect(data.map(({ backtestId }) => backtestId)).to.deep.equal([idOf('bkt', 1), idOf('bkt', 2)]);
  });
});
