import { expect } from 'chai';
import { creditFacts } from '../../../../src/modules/commission/domain/life-cycle/credit.ts';
import {
  judge,
  judgeEnded,
  type Judged,
  periodsAt,
  type Subject,
} from '../../../../src/modules/commission/domain/periods/judge.ts';
import {
  type Contribution,
  NO_FIGURES,
  PeriodBook,
} from '../../../../src/modules/commission/domain/periods/period-book.ts';
import { scopesOf } from '../../../../src/modules/commission/domain/periods/scopes.ts';
import { periodName } from '../../../../src/modules/commission/domain/periods/thresholds.ts';
import type { Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aCommission, aCredit, aLine, allowing, anOrder, aPart } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';
import { amount, countingTerms, monthly } from '../../../support/counted-orders.ts';

const recruiter = { partnerId: idOf('par', 1), level: 1, percent: '10' } as const;

/** The order of the builders, 5.00 by 5 %, first of all its periods; partner 1 has recruited partner 2. */
const subjectOf = (terms: Partial<Terms>, changes: Partial<Subject> = {}): Subject => {
  const version = countingTerms(terms);
  const [order, timeZone] = [changes.order ?? anOrder(), 'UTC'];
  const credit = changes.credit ?? aCredit({ verdicts: [allowing()] });
  const parts = creditFacts(credit, order.placedAt).map((facts) => {
    const { partnerId } = facts;
    const place = { placedAt: order.placedAt, orderId: order.orderId, partnerId };
    const periods = periodsAt(place, order.programId, scopesOf(version.terms), version, timeZone);
    return { place, version, credit: facts, periods, recruiters: partnerId === idOf('par', 2) ? [recruiter] : [] };
  });
  return { order, credit, commissions: [], timeZone, parts, ...changes };
};

/** What it comes to, and what it adds to the periods of its scopes. */
const judged = (subject: Subject): Judged & { readonly adds: Readonly<Record<string, readonly Contribution[]>> } => {
  const periods = subject.parts.flatMap((part) => part.periods);
  const books = new Map(
    periods.map(({ key, bounds }) => [
      periodName(key),
      new PeriodBook({ bounds, total: NO_FIGURES, old: [], behind: () => NO_FIGURES }),
    ]),
  );
  const { known, reckoned } = judge(subject, books);
  const adds = periods.map(({ key }) => [key.scope, books.get(periodName(key))?.changed ?? []] as const);
  return { known, reckoned, adds: Object.fromEntries(adds) };
};

describe('what an order adds to its periods', () => {
  it('is what it earns after their limits, beside what it would have earned without: room may become free', () => {
    const { adds } = judged(subjectOf({ limits: [monthly(300)] }));

    expect(adds['BRL/program/month']).to.have.length(1);
    expect(adds['BRL/program/month']?.[0]).to.include({
      ...{ orders: 1, revenueMinor: 10_000n },
      ...{ earnedMinor: 300n, wantedMinor: 500n },
    });
  });

  it('wants no more than its own limit leaves it, however much room there is', () => {
    const { adds } = judged(subjectOf({ limits: [{ per: 'order', amount: amount(400) }, monthly(300)] }));

    expect(adds['BRL/program/month']?.[0]).to.include({ earnedMinor: 300n, wantedMinor: 400n });
  });

  it('wants what the most generous of several limits has cut', () => {
    const { adds } = judged(
      subjectOf({ limits: [monthly(300), { per: 'partner', period: 'month', amount: amount(200) }] }),
    );

    for (const scope of ['BRL/program/month', 'BRL/partner/month'])
      expect(adds[scope]?.[0]).to.include({ earnedMinor: 200n, wantedMinor: 500n });
  });

  it('is to a budget what its group paid of it, neither an order nor revenue, and nothing where another group paid', () => {
    const spring = (country: string, budget: number): Partial<Terms> => ({
      groups: [
        {
          ...{ name: 'spring', rank: 1, amount: { percent: '9' }, budget: amount(budget) },
          when: { fact: 'line.category', equals: country },
        },
        { name: 'rest', rank: 2, when: { all: [] }, amount: { percent: '5' } },
      ],
    });

    expect(judged(subjectOf(spring('bebes', 700))).adds['BRL/program/life/spring']?.[0]).to.include({
      ...{ orders: 0, revenueMinor: 0n },
      ...{ earnedMinor: 700n, wantedMinor: 900n },
    });
    const order = anOrder({ lines: [aLine(), aLine({ lineRef: '2', category: 'books' })] });
    const ofTwo = judged(subjectOf(spring('bebes', 1_000), { order })).adds['BRL/program/life/spring'];
    expect(ofTwo?.[0]).to.include({ earnedMinor: 900n, wantedMinor: 900n });
    expect(judged(subjectOf(spring('toys', 700))).adds['BRL/program/life/spring']).to.deep.equal([]);
  });

  it('is cut by the budget of the group that ranks first, first, whichever line comes first', () => {
    const budgeted = (name: string, rank: number) => ({
      ...{ name, rank, amount: { percent: '5' }, budget: amount(100) },
      when: { fact: 'line.category', equals: name } as const,
    });
    const limitsOf = (...categories: readonly string[]) => {
      const lines = categories.map((category, n) => aLine({ lineRef: String(n), category }));
      const terms = { groups: [budgeted('toys', 3), budgeted('books', 1), budgeted('games', 2)] };
      const { known } = judged(subjectOf(terms, { order: anOrder({ lines }) }));
      return known.parts.get(idOf('par', 1))?.kept.explanation.limits.map(({ counted }) => counted?.group);
    };

    for (const lines of [
      ['toys', 'books', 'games'],
      ['games', 'toys', 'books'],
    ])
      expect(limitsOf(...lines)).to.deep.equal(['books', 'games', 'toys']);
  });

  it('is what the customer has kept of it, where the commission began with all and was made smaller', () => {
    const returned = anOrder({
      lines: [aLine({ quantity: 4, returnedQuantity: 1 })],
      returns: [{ eventId: 'r', at: instant('2018-01-06T00:00:00Z'), extent: 'some' }],
    });

    const { adds, reckoned } = judged(subjectOf({ limits: [monthly(9_000)] }, { order: returned }));

    expect(adds['BRL/program/month']?.[0]).to.include({ orders: 1, revenueMinor: 30_000n, earnedMinor: 1_500n });
    expect(reckoned.steps.map(({ kind }) => kind)).to.deep.equal(['accrued', 'reduced']);
    expect(reckoned.steps[0]?.commission.amount.minor).to.equal(2_000n);
  });

  it('is nothing where fraud has rejected it', () => {
    const credit = aCredit({ verdicts: [{ ...allowing(), verdict: 'reject' }] });

    expect(judged(subjectOf({ limits: [monthly(300)] }, { credit })).adds['BRL/program/month']).to.deep.equal([]);
  });

  it('is nothing of a partner who was rejected, whatever that partner earns as the recruiter of another', () => {
    const halves = [aPart(1, { share: '1/2' }), aPart(2, { share: '1/2' })];
    const both = judged(subjectOf({}, { credit: aCredit({ credits: halves }) }));
    expect(both.reckoned.commissions.filter(({ partnerId }) => partnerId === idOf('par', 1))).to.have.length(2);

    const credit = aCredit({ credits: halves, verdicts: [{ ...allowing(), verdict: 'reject' }] });
    const { commissions } = both.reckoned;
    const { adds } = judged(subjectOf({ limits: [monthly(300)] }, { credit, commissions }));

    const counted = adds['BRL/program/month']?.map(({ place, orders }) => [place.partnerId, orders]);
    expect(counted).to.deep.equal([[idOf('par', 2), 1]]);
  });
});

describe('an order that ended and that nobody can calculate', () => {
  const cancelledAt = instant('2018-01-05T00:00:00Z');

  it('takes with it what is live, and leaves alone what ended before', () => {
    const live = aCommission();
    const ended = aCommission({ id: idOf('com', 7), endReason: 'attribution_changed', state: 'reversed' });
    const order = anOrder({ cancelledAt });

    const found = judgeEnded({ order, credit: aCredit(), commissions: [ended, live] });

    expect(found?.reckoned.commissions.map(({ id, state, endReason }) => [id, state, endReason])).to.deep.equal([
      [live.id, 'reversed', 'order_cancelled'],
    ]);
    expect(found?.reckoned.steps.map(({ kind }) => kind)).to.deep.equal(['reversed']);
  });

  it('is only one that has ended: any other waits for somebody who can calculate it', () => {
    expect(judgeEnded({ order: anOrder(), credit: aCredit(), commissions: [aCommission()] })).to.equal(undefined);
  });
});
