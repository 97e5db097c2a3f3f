import { expect } from 'chai';
import fc from 'fast-check';
import { LookAgain } from '../../../../src/modules/commission/application/reckoning/look-again.ts';
import { creditFacts } from '../../../../src/modules/commission/domain/life-cycle/credit.ts';
import type { Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { aCredit, aLine, aPart } from '../../../support/builders.ts';
import { at, idOf, SeededRandom } from '../../../support/clock.ts';
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
import { FakeCommissionTransaction } from '../../../support/fakes/fake-commission.ts';

const withTerms = async (terms: Partial<Terms>): Promise<CountedOrders> => {
  const orders = new CountedOrders(new FakeCommissionTransaction());
  await orders.transaction.run((stores) => stores.terms.add(countingTerms(terms)));
  return orders;
};

/** Earns 5.00 by 5 %. */
const five = (n: number, overrides: Partial<Told> = {}): Told => ({ n, minor: 10_000n, ...overrides });

describe('a limit over several orders', () => {
  it('is filled by those placed first, whatever is heard first', async () => {
    const orders = await withTerms({ limits: [monthly(1_200)] });

    await orders.tell(five(3), five(4));
    await orders.tell(five(2));
    await orders.tell(five(1));
    await orders.settle();

    expect(await orders.minors(1, 2, 3, 4)).to.deep.equal([500n, 500n, 200n, 0n]);
  });

  it('gives the room that a cancelled order leaves to later ones, in their order', async () => {
    const orders = await withTerms({ limits: [monthly(1_200)] });
    await orders.tell(five(1), five(2), five(3), five(4), five(5));

    await orders.tell(five(2, { cancelled: true }));
    expect(await orders.minors(3, 4, 5)).to.deep.equal([200n, 0n, 0n]);
    await orders.settle();

    expect(await orders.minors(1, 2, 3, 4, 5)).to.deep.equal([500n, 0n, 500n, 200n, 0n]);
  });

  it('counts each partner, and each month of the program’s zone, for itself', async () => {
    const orders = await withTerms({ limits: [monthly(700, 'partner')] });
    // In São Paulo it is still January, until 02:00 UTC.
    const lastOfJanuary = instant('2018-02-01T01:59:59Z');
    const firstOfFebruary = instant('2018-02-01T02:00:00Z');

    await orders.tell(five(1), five(2, { partner: 2 }), five(3, { placedAt: lastOfJanuary }));
    await orders.tell(five(4, { placedAt: firstOfFebruary }));

    expect(await orders.minors(1, 2, 3, 4)).to.deep.equal([500n, 500n, 200n, 500n]);
  });

  it('holds for a day of 25 hours as for any other', async () => {
    const orders = await withTerms({ limits: [{ per: 'program', period: 'day', orders: 2 }] });
    // Brazil put its clocks back on 18 February 2018, at midnight: Saturday had 25 hours, from 02:00Z to 03:00Z.
    const saturday = ['2018-02-17T02:00:00Z', '2018-02-18T02:30:00Z', '2018-02-18T02:59:59Z'].map(instant);
    const sunday = instant('2018-02-18T03:00:00Z');

    await orders.tell(...[...saturday, sunday].map((placedAt, index) => five(index + 1, { placedAt })));

    expect(await orders.minors(1, 2, 3, 4)).to.deep.equal([500n, 500n, 0n, 500n]);
  });

  it('explains which figures of the period it went by', async () => {
    const transaction = new FakeCommissionTransaction();
    const orders = new CountedOrders(transaction);
    await transaction.run((stores) => stores.terms.add(countingTerms({ limits: [monthly(1_200)] })));
    await orders.tell(five(1), five(2), five(3));

    const [third] = await orders.commissions(3);
    const [why] = transaction.explanationsOf(third!.id);

    expect(why?.explanation.limits[0]).to.deep.include({ before: amount(500), after: amount(200) });
    expect(why?.explanation.limits[0]?.counted).to.deep.include({ used: '1000', limit: '1200', period: 'month' });
  });
});

describe('an order that partners share', () => {
  it('fills a limit of the program with what all of them earn, and is one order of it', async () => {
    const orders = await withTerms({ limits: [monthly(700), { per: 'program', period: 'day', orders: 2 }] });
    const shared = ['1/2', '1/2'];

    await orders.tell(five(1, { shared }), five(2, { shared }), five(3));

    const found = await orders.commissions(1, 2, 3);
    expect(found.map(({ amount: { minor } }) => minor)).to.deep.equal([250n, 250n, 200n, 0n, 0n]);
  });
});

describe('parts of a credit', () => {
  it('stand by partner, each with its own share, in whatever order they were told', () => {
    const [first, second] = [aPart(1, { share: '1/3' }), aPart(2, { share: '2/3' })];

    const [told, reversed] = [
      [first, second],
      [second, first],
    ].map((credits) => creditFacts(aCredit({ credits }), instant('2018-01-01T00:00:00Z')));

    expect(reversed).to.deep.equal(told);
    expect(told?.map(({ partnerId, own, shares }) => [partnerId, own, shares[own]])).to.deep.equal([
      [idOf('par', 1), 0, '1/3'],
      [idOf('par', 2), 1, '2/3'],
    ]);
  });
});

describe('the touch of a part', () => {
  it('is when it was, or when the order was placed where nobody kept it', () => {
    const [placedAt, touchedAt] = [instant('2018-01-02T00:00:00Z'), instant('2018-01-01T00:00:00Z')];
    const facts = creditFacts(aCredit({ credits: [aPart(1, { touchedAt }), aPart(2)] }), placedAt);

    expect(facts.map(({ touch }) => touch.touchedAt)).to.deep.equal([touchedAt, placedAt]);
  });
});

describe('a retroactive tier', () => {
  const retroactive = tiered({
    by: 'count',
    mode: 'retroactive',
    steps: [
      { from: '0', amount: { percent: '5' } },
      { from: '3', amount: { percent: '10' } },
    ],
  });

  it('raises all orders of the period once it is reached, and lowers them when one of them goes', async () => {
    const orders = await withTerms(retroactive);
    await orders.tell(five(1), five(2));
    await orders.settle();
    expect(await orders.minors(1, 2)).to.deep.equal([500n, 500n]);

    await orders.tell(five(3));
    await orders.settle();
    expect(await orders.minors(1, 2, 3)).to.deep.equal([1_000n, 1_000n, 1_000n]);

    await orders.tell(five(2, { cancelled: true }));
    await orders.settle();
    expect(await orders.minors(1, 2, 3)).to.deep.equal([500n, 0n, 500n]);
  });

  it('makes up for locked commissions by entries of their own, up and down', async () => {
    const orders = await withTerms(retroactive);
    const transaction = orders.transaction as FakeCommissionTransaction;
    await orders.tell(five(1, { delivered: true }));
    const [vested] = await orders.commissions(1);
    const lockedAt = vested!.locksAt!;
    await transaction.run(({ commissions }) => commissions.save([{ ...vested!, state: 'locked', lockedAt }]));

    await orders.tell(five(2), five(3));
    await orders.settle();
    const [raised] = await orders.commissions(1);
    expect(raised).to.deep.include({ state: 'locked' });
    expect([raised?.amount.minor, raised?.adjusted.minor]).to.deep.equal([500n, 500n]);

    await orders.tell(five(3, { cancelled: true }));
    await orders.settle();
    expect(await orders.minors(1, 2, 3)).to.deep.equal([500n, 500n, 0n]);
    expect(transaction.explanationsOf(vested!.id).map(({ kind }) => kind)).to.deep.equal([
      'accrued',
      'topped_up',
      'clawed_back',
    ]);
    const reasons = transaction.published.flatMap(({ payload }) => (payload as { reason?: string }).reason ?? []);
    expect(reasons).to.include('period_changed');
  });
});

describe('orders that count together', () => {
  const stories = fc
    .uniqueArray(
      fc.record({
        n: fc.integer({ min: 1, max: 30 }),
        partner: fc.integer({ min: 1, max: 2 }),
        minor: fc.bigInt({ min: 0n, max: 20_000n }),
        cancelled: fc.boolean(),
      }),
      { selector: ({ n }) => n, minLength: 1, maxLength: 10 },
    )
    .map((told) => told.map((each) => ({ ...each, cancelled: each.cancelled && each.n % 3 === 0 })));

  it('come to the same cents sorted, shuffled, told twice, and cancelled after the others were judged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...COUNTING_WORDS), stories, fc.nat(), async (terms, story, seed) => {
        const numbers = story.map(({ n }) => n);
        const sorted = await withTerms(terms);
        for (const each of story.toSorted((a, b) => a.n - b.n)) await sorted.tell(each);
        await sorted.settle();

        const random = new SeededRandom(seed);
        const shuffled = await withTerms(terms);
        for (const each of random.shuffled([...story, ...story])) {
          await shuffled.tell({ ...each, cancelled: false });
          if (random.fraction() < 0.3) await shuffled.settle();
        }
        for (const each of random.shuffled(story.filter(({ cancelled }) => cancelled))) await shuffled.tell(each);
        await shuffled.settle();

        expect(await shuffled.minors(...numbers)).to.deep.equal(await sorted.minors(...numbers));
      }),
      { numRuns: 60 },
    );
  });

  it('are counted from the beginning of the period by terms that did not count before', async () => {
    const orders = await withTerms({});
    await orders.tell(five(1), five(2));
    const next = countingTerms({ limits: [monthly(1_300)] });
    const effectiveFrom = instant('2018-01-10T12:02:30Z');
    await orders.transaction.run((stores) =>
      stores.terms.add({ ...next, termsId: idOf('trm', 2), version: 2, effectiveFrom }),
    );
    const lookAgain = new LookAgain(orders.transaction, orders.partners, at('2018-01-10T12:02:00Z'));

    await orders.transaction.run((stores) => lookAgain.afterTerms(stores, idOf('prg', 1), idOf('trm', 2)));
    await orders.settle();
    await orders.tell(five(3), five(4));

    expect(await orders.minors(1, 2, 3, 4)).to.deep.equal([500n, 500n, 300n, 0n]);
  });

  it('are counted by later versions of the terms too', async () => {
    const orders = await withTerms({ limits: [monthly(1_200)] });
    await orders.tell(five(1), five(2));
    const next = countingTerms({ limits: [monthly(1_000_000, 'partner'), monthly(1_300)] });
    await orders.transaction.run((stores) =>
      stores.terms.add({
        ...next,
        termsId: idOf('trm', 2),
        version: 2,
        effectiveFrom: instant('2018-01-10T12:02:30Z'),
      }),
    );

    await orders.tell(five(3), five(4));

    expect(await orders.minors(1, 2, 3, 4)).to.deep.equal([500n, 500n, 300n, 0n]);
  });
});

describe('an order that cannot be judged any more', () => {
  const inEuros = (told: Told) => ({
    ...orderOf(told),
    currency: 'EUR',
    lines: [aLine({ unitPrice: { minor: told.minor.toString(), currency: 'EUR' } })],
  });
  const unreadable = (told: Told) => ({
    ...orderOf(told),
    lines: [aLine({ unitPrice: { minor: 'many', currency: 'BRL' } })],
  });
  const lookAtAllAgain = (orders: CountedOrders): Promise<void> =>
    orders.transaction.run(({ queue }) =>
      queue.againPlacedSince(idOf('prg', 1), instant('2018-01-01T00:00:00Z'), instant('2018-02-01T00:00:00Z')),
    );
  const asideOf = ({ transaction }: CountedOrders) =>
    (transaction as FakeCommissionTransaction).uncalculated().map(({ orderRef, code }) => [orderRef, code]);

  it('is set aside where its terms pay another currency now, and the others go on', async () => {
    const orders = await withTerms({});
    await orders.tell(five(1), five(2), five(3));
    const next = countingTerms({ currency: 'EUR' });
    await orders.transaction.run((stores) =>
      stores.terms.add({ ...next, termsId: idOf('trm', 2), version: 2, effectiveFrom: orderOf(five(3)).placedAt }),
    );
    orders.orders.known.set(idOf('ord', 3), inEuros(five(3)));
    orders.orders.known.set(idOf('ord', 1), orderOf(five(1, { minor: 20_000n })));

    await lookAtAllAgain(orders);
    await orders.settle();

    expect(asideOf(orders)).to.deep.equal([['A-3', 'commission.currency_changed']]);
    expect(await orders.minors(1, 2, 3)).to.deep.equal([1_000n, 500n, 500n]);
  });

  it('does not stop the orders that wait with it, whatever is wrong with it', async () => {
    const orders = await withTerms({});
    await orders.tell(five(1), five(2), five(3));
    orders.orders.known.set(idOf('ord', 2), unreadable(five(2)));
    orders.orders.known.set(idOf('ord', 3), orderOf(five(3, { minor: 20_000n })));

    await lookAtAllAgain(orders);
    await orders.settle();

    expect(asideOf(orders)).to.deep.equal([['A-2', 'commission.unexpected']]);
    expect(await orders.minors(1, 2, 3)).to.deep.equal([500n, 500n, 1_000n]);
  });

  it('does not stop those of its period, and counts in it what it counted', async () => {
    const orders = await withTerms({ limits: [monthly(1_200)] });
    await orders.tell(five(1), five(2), five(3), five(4));
    orders.orders.known.set(idOf('ord', 3), unreadable(five(3)));

    await orders.tell(five(1, { cancelled: true }));
    await orders.settle();

    expect(asideOf(orders)).to.deep.equal([['A-3', 'commission.unexpected']]);
    expect(await orders.minors(1, 2, 3, 4)).to.deep.equal([0n, 500n, 200n, 500n]);
  });

  it('is left to wait where it is the database that does not answer', async () => {
    const orders = await withTerms({});
    await orders.tell(five(1));
    orders.partners.away = new AppError('unavailable', 'database.unavailable', 'not now');
    await lookAtAllAgain(orders);

    const failed = await orders.settle().catch((error: unknown) => error);
    expect(failed).to.have.property('code', 'database.unavailable');
    orders.partners.away = undefined;
    orders.orders.known.set(idOf('ord', 1), orderOf(five(1, { minor: 20_000n })));
    await orders.settle();

    expect(asideOf(orders)).to.deep.equal([]);
    expect(await orders.minors(1)).to.deep.equal([1_000n]);
  });
});
