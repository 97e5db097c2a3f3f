import { expect } from 'chai';
import fc from 'fast-check';
import { AskBacktest } from '../../../../src/modules/commission/application/backtests/ask-backtest.ts';
import { RunBacktests } from '../../../../src/modules/commission/application/backtests/run-backtests.ts';
import type { BacktestResult, BacktestSubject } from '../../../../src/modules/commission/domain/backtest/backtest.ts';
import { recalculate } from '../../../../src/modules/commission/domain/engine/recalculate.ts';
import type { Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { type Instant, instant } from '../../../../src/shared/instant.ts';
import { at, CountingIds, idOf } from '../../../support/clock.ts';
import {
  amount,
  COUNTING_WORDS,
  CountedOrders,
  countingTerms,
  monthly,
  orderOf,
  tiered,
  type Told,
} from '../../../support/counted-orders.ts';
import { FakeBacktests, FakePlacedOrders } from '../../../support/fakes/fake-backtests.ts';
import { FakeCommissionTransaction } from '../../../support/fakes/fake-commission.ts';

const percent = (rate: string): Partial<Terms> => ({
  groups: [{ name: 'everything', rank: 1, when: { all: [] }, amount: { percent: rate } }],
});

const withTerms = async (terms: Partial<Terms>): Promise<CountedOrders> => {
  const orders = new CountedOrders(new FakeCommissionTransaction());
  await orders.transaction.run((stores) => stores.terms.add(countingTerms(terms)));
  return orders;
};

const words = (terms: Partial<Terms>): BacktestSubject => ({ kind: 'words', terms: countingTerms(terms).terms });

interface Asked {
  readonly from?: Instant;
  readonly until?: Instant;
  readonly budget?: ReturnType<typeof amount>;
}

const rehearsed = async (
  orders: CountedOrders,
  subject: BacktestSubject,
  { from = instant('2018-01-01T00:00:00Z'), until = instant('2019-01-01T00:00:00Z'), budget }: Asked = {},
): Promise<BacktestResult> => {
  const transaction = orders.transaction as FakeCommissionTransaction;
  const backtests = new FakeBacktests(transaction);
  const reader = {
    termsVersions: () => transaction.run(({ terms }) => terms.ofPrograms([idOf('prg', 1)])),
    explanation: (id: ReturnType<typeof idOf<'com'>>) =>
      Promise.resolve(transaction.explanationsOf(id).at(-1)?.explanation),
  };
  const placed = new FakePlacedOrders(orders.orders.known);
  const job = new RunBacktests(backtests, placed, orders.partners, reader, at('2019-01-02T00:00:00Z'));
  const backtestId = idOf('bkt', 1);
  await backtests.add({
    ...{ backtestId, programId: idOf('prg', 1), subject, from, until, budget },
    ...{ askedBy: 'somebody', askedAt: until, state: 'running', judged: 0 },
  });
  while (await job.run());
  const done = await backtests.find(backtestId);
  if (done?.result === undefined) throw new Error(done?.failure ?? 'it never ends');
  return done.result;
};

/** Earns 5.00 by 5 %. */
const five = (n: number, overrides: Partial<Told> = {}): Told => ({ n, minor: 10_000n, ...overrides });

describe('a back-test', () => {
  it('of a higher rate says what it would have cost, in all and for each partner', async () => {
    const orders = await withTerms(percent('5'));
    await orders.tell(five(1), five(2, { partner: 2 }), five(3, { partner: 2 }));

    const { live, rehearsed: after, delta, partners, changedOrders } = await rehearsed(orders, words(percent('6')));

    expect([live.minor, after.minor, delta.minor]).to.deep.equal(['1500', '1800', '300']);
    expect(partners.map((each) => [each.partnerId, each.orders, each.delta.minor])).to.deep.equal([
      [idOf('par', 2), 2, '200'],
      [idOf('par', 1), 1, '100'],
    ]);
    expect(changedOrders).to.equal(3);
  });

  it('shows the orders that change most, with an explanation of both that comes to the same cents', async () => {
    const orders = await withTerms(percent('5'));
    await orders.tell(...Array.from({ length: 12 }, (_, n) => five(n + 1, { minor: BigInt(1_000 * (n + 1)) })));

    const { changed } = await rehearsed(orders, words(percent('10')));

    expect(changed).to.have.length(10);
    expect(changed.map(({ orderRef }) => orderRef).slice(0, 3)).to.deep.equal(['A-12', 'A-11', 'A-10']);
    for (const { live, rehearsed: after, liveExplanation, rehearsedExplanation } of changed) {
      expect(recalculate(liveExplanation!).minor.toString()).to.equal(live.minor);
      expect(recalculate(rehearsedExplanation!).minor.toString()).to.equal(after.minor);
    }
  });

  it('says which limits would have cut, and whether a budget is breached', async () => {
    const orders = await withTerms(percent('5'));
    await orders.tell(five(1), five(2), five(3), five(4));
    const limited = words({ ...percent('10'), limits: [monthly(2_500)] });

    const kept = await rehearsed(orders, limited, { budget: amount(2_500) });
    const breached = await rehearsed(orders, limited, { budget: amount(2_499) });

    expect(kept.rehearsed.minor).to.equal('2500');
    expect(kept.caps).to.deep.equal([{ limit: 'program/month', orders: 2, cut: amount(1_500) }]);
    expect(kept.budget).to.deep.equal({ limit: amount(2_500), isBreached: false });
    expect(breached.budget?.isBreached).to.equal(true);
  });

  it('counts an order that partners share once, whichever of them comes first', async () => {
    const orders = await withTerms(percent('5'));
    const shared = ['1/2', '1/2'];
    await orders.tell(five(1, { shared }), five(2, { shared }), five(3));

    const counted = words({ ...percent('5'), limits: [{ per: 'program', period: 'day', orders: 2 }] });
    const { rehearsed: after, caps } = await rehearsed(orders, counted);

    expect(after.minor).to.equal('1000');
    expect(caps).to.deep.equal([{ limit: 'program/day', orders: 1, cut: amount(500) }]);
  });

  it('names what cuts: the limit of an order, and the budget of a group', async () => {
    const orders = await withTerms(percent('5'));
    await orders.tell(five(1), five(2), five(3, { minor: 1_000n }));
    const [everything] = percent('10').groups!;

    const { caps } = await rehearsed(
      orders,
      words({
        groups: [{ ...everything!, budget: amount(1_500) }],
        limits: [{ per: 'order', amount: amount(900) }],
      }),
    );

    expect(caps).to.deep.equal([
      { limit: 'order', orders: 2, cut: amount(200) },
      { limit: 'budget "everything"', orders: 2, cut: amount(400) },
    ]);
  });

  it('lists those who gain or lose as much by who they are, and orders by when they were made', async () => {
    const orders = await withTerms(percent('5'));
    await orders.tell(five(1, { partner: 3 }), five(2, { partner: 1 }), five(3, { partner: 2 }));

    const { partners, changed } = await rehearsed(orders, words(percent('4')));

    expect(partners.map(({ partnerId, delta }) => [partnerId, delta.minor])).to.deep.equal(
      [1, 2, 3].map((n) => [idOf('par', n), '-100']),
    );
    expect(changed.map(({ orderRef }) => orderRef)).to.deep.equal(['A-1', 'A-2', 'A-3']);
  });

  it('counts what the month has seen before the first day asked for', async () => {
    const orders = await withTerms(percent('5'));
    await orders.tell(five(1), five(2), five(3));
    const from = orderOf(five(3)).placedAt;

    const { rehearsed: after, orders: count } = await rehearsed(
      orders,
      words({ ...percent('5'), limits: [monthly(1_200)] }),
      {
        from,
      },
    );

    expect([count, after.minor]).to.deep.equal([1, '200']);
  });

  it('lists orders these terms cannot calculate, by reason, and goes on with the others', async () => {
    const orders = await withTerms(percent('5'));
    await orders.tell(five(1), five(2));
    const strict = {
      groups: [
        { name: 'de', rank: 1, when: { fact: 'customer.country' as const, equals: 'DE' }, amount: { percent: '9' } },
      ],
    };

    const { notCalculated, orders: count } = await rehearsed(orders, words(strict));

    expect(count).to.equal(2);
    expect(notCalculated.map((each) => [each.code, each.orders, each.example.orderRef])).to.deep.equal([
      ['commission.fact_missing', 2, 'A-1'],
    ]);
  });

  it('gives nothing for what was cancelled', async () => {
    const orders = await withTerms(percent('5'));
    await orders.tell(five(1), five(2, { cancelled: true }));

    const { rehearsed: after } = await rehearsed(orders, words(percent('6')));

    expect(after.minor).to.equal('600');
  });
});

describe('a back-test that is asked for', () => {
  const asked = async (currency: string, terms?: Partial<Terms>): Promise<Error | undefined> => {
    const { partners, transaction } = await withTerms(percent('5'));
    const reader = {
      termsVersion: () => Promise.resolve(undefined),
      termsVersions: () => transaction.run((stores) => stores.terms.ofPrograms([idOf('prg', 1)])),
    };
    const ask = new AskBacktest(
      new FakeBacktests(transaction),
      { find: () => Promise.resolve(undefined) },
      reader,
      partners,
      new CountingIds(),
      at('2019-01-02T00:00:00Z'),
    );
    const [from, until] = [instant('2018-01-01T00:00:00Z'), instant('2019-01-01T00:00:00Z')];
    const about = { programId: idOf('prg', 1), from, until, budget: { minor: '900', currency } };
    return ask.run({ ...about, ...(terms && { terms: countingTerms(terms).terms }) }, 'somebody').then(
      () => undefined,
      (error: unknown) => error as Error,
    );
  };

  it('compares a budget with amounts of its own currency alone', async () => {
    for (const terms of [undefined, percent('6')]) {
      expect(await asked('BRL', terms)).to.equal(undefined);
      expect(await asked('EUR', terms)).to.have.property('code', 'commission.budget_currency');
    }
  });
});

describe('a back-test of the terms that were live', () => {
  const recruits: Terms['recruits'] = [
    { level: 1, percent: '10' },
    { level: 2, percent: '3.5' },
  ];
  const stories = fc.uniqueArray(
    fc.record({
      n: fc.integer({ min: 1, max: 30 }),
      partner: fc.integer({ min: 1, max: 3 }),
      minor: fc.bigInt({ min: 0n, max: 20_000n }),
      cancelled: fc.boolean(),
    }),
    { selector: ({ n }) => n, minLength: 1, maxLength: 12 },
  );

  it('has what recruiters earned in history beside what they would earn, an order each', async () => {
    const orders = await withTerms({ recruits });
    orders.partners.recruit(idOf('par', 1), idOf('par', 9));
    await orders.tell(five(1), five(2));

    const live = await rehearsed(orders, { kind: 'live' });
    const more = await rehearsed(orders, words({ ...percent('10'), recruits }));

    expect([live.live.minor, live.rehearsed.minor, live.changedOrders]).to.deep.equal(['1100', '1100', 0]);
    const recruiter = more.partners.find(({ partnerId }) => partnerId === idOf('par', 9));
    expect([recruiter?.orders, recruiter?.live.minor, recruiter?.rehearsed.minor]).to.deep.equal([2, '100', '200']);
  });

  it('adds up one currency, and lists orders of versions that pay another', async () => {
    const orders = await withTerms(percent('5'));
    const euros = countingTerms({ ...percent('5'), currency: 'EUR', exchange: { source: 'ecb', at: 'order' } });
    await orders.transaction.run(async ({ terms, rates }) => {
      const effectiveFrom = orderOf(five(2)).placedAt;
      await terms.add({ ...euros, termsId: idOf('trm', 2), version: 2, effectiveFrom });
      const at = instant('2018-01-01T00:00:00Z');
      await rates.add([{ source: 'ecb', base: 'BRL', currency: 'EUR', at, rate: '0.25' }], at);
    });
    await orders.tell(five(1), five(2));

    const { live, rehearsed: after, changedOrders, notCalculated } = await rehearsed(orders, { kind: 'live' });

    expect([live, after, changedOrders]).to.deep.equal([amount(500), amount(500), 0]);
    expect(notCalculated.map(({ code, orders: count, example }) => [code, count, example.orderRef])).to.deep.equal([
      ['commission.currency_not_comparable', 1, 'A-2'],
    ]);
  });

  it('converts each order by the rate it was calculated by, whatever rate of before it came later', async () => {
    const exchange = { source: 'ecb', at: 'order' } as const;
    const limits = [{ per: 'program', period: 'month', amount: { minor: '200', currency: 'EUR' } }] as const;
    const orders = await withTerms({ ...percent('5'), currency: 'EUR', exchange, limits });
    const quoted = (day: string, rate: string) => {
      const at = instant(`${day}T00:00:00Z`);
      const rates = [{ source: 'ecb', base: 'BRL', currency: 'EUR', at, rate }];
      return orders.transaction.run((stores) => stores.rates.add(rates, at));
    };
    await quoted('2018-01-01', '0.25');
    await orders.tell(five(1), five(2));
    await quoted('2018-01-10', '0.2');
    await orders.tell(five(3));

    const live = await rehearsed(orders, { kind: 'live' });
    const words = countingTerms({ ...percent('10'), currency: 'EUR', exchange }).terms;
    const other = await rehearsed(orders, { kind: 'words', terms: words });

    expect(await orders.minors(1, 2, 3)).to.deep.equal([125n, 75n, 0n]);
    expect([live.live.minor, live.rehearsed.minor, live.changedOrders]).to.deep.equal(['200', '200', 0]);
    expect(other.rehearsed.minor).to.equal('700');
  });

  it('looks as far back as what came before depends on what came before that', async () => {
    const weekly = { per: 'program', period: 'week', amount: amount(700) } as const;
    const orders = await withTerms({ ...percent('5'), limits: [weekly, monthly(600)] });
    const days = ['2018-01-30', '2018-02-02', '2018-02-10'].map((day) => instant(`${day}T12:00:00Z`));
    await orders.tell(...days.map((placedAt, index) => five(index + 1, { placedAt })));
    const from = instant('2018-02-08T00:00:00Z');

    const { live, rehearsed: after } = await rehearsed(orders, { kind: 'live' }, { from });

    expect([live.minor, after.minor]).to.deep.equal(['400', '400']);
  });

  it('looks back to the beginning where a limit is for the life of the program, in any zone', async () => {
    const forLife = { per: 'program', period: 'life', amount: amount(700) } as const;
    const orders = await withTerms({ ...percent('5'), limits: [forLife, monthly(600)] });
    await orders.tell(five(1), five(2));

    const { live, rehearsed: after } = await rehearsed(orders, { kind: 'live' }, { from: orderOf(five(2)).placedAt });

    expect([live.minor, after.minor]).to.deep.equal(['100', '100']);
  });

  it('judges by the step that the whole month has reached, also where only some of its days are asked for', async () => {
    const steps = [
      { from: '0', amount: { percent: '5' } },
      { from: '3', amount: { percent: '10' } },
    ];
    const orders = await withTerms(tiered({ by: 'count', mode: 'retroactive', steps }));
    await orders.tell(five(1), five(2), five(3));
    await orders.settle();
    const until = orderOf(five(2)).placedAt;

    const { live, rehearsed: after, orders: count } = await rehearsed(orders, { kind: 'live' }, { until });

    expect([count, live.minor, after.minor]).to.deep.equal([1, '1000', '1000']);
  });

  it('reproduces history to the cent, whatever the terms count and whatever part of it is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(percent('5'), { recruits, limits: [monthly(1_700)] }, ...COUNTING_WORDS),
        stories,
        fc.uniqueArray(fc.integer({ min: 0, max: 31 }), { minLength: 2, maxLength: 2 }),
        async (terms, story, bounds) => {
          const orders = await withTerms(terms);
          orders.partners.recruit(idOf('par', 1), idOf('par', 2));
          orders.partners.recruit(idOf('par', 2), idOf('par', 9));
          await orders.tell(...story);
          await orders.settle();

          const byVersion = await rehearsed(orders, { kind: 'live' });
          const asWords = await rehearsed(orders, words(terms));
          const [from, until] = bounds.toSorted((a, b) => a - b).map((n) => orderOf(five(n)).placedAt);
          const inPart = await rehearsed(orders, words(terms), { from: from!, until: until! });

          for (const { delta, changedOrders, changed } of [byVersion, asWords, inPart]) {
            expect(
              changed.map(({ orderRef, live, rehearsed: after }) => [orderRef, live.minor, after.minor]),
            ).to.deep.equal([]);
            expect([delta.minor, changedOrders]).to.deep.equal(['0', 0]);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
