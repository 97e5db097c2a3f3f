import { expect } from 'chai';
import type { Commission } from '../../../../src/modules/commission/domain/life-cycle/commission.ts';
import { assessed, verdictOn, verdictsOn } from '../../../../src/modules/commission/domain/life-cycle/credit.ts';
import { lifecycle } from '../../../../src/modules/commission/domain/life-cycle/life-cycle.ts';
import { reckon } from '../../../../src/modules/commission/domain/life-cycle/reckon.ts';
import type { Step } from '../../../../src/modules/commission/domain/life-cycle/step.ts';
import { locked } from '../../../../src/modules/commission/domain/life-cycle/waiting.ts';
import {
  paid,
  recovered,
  settled,
  unpaid,
  unrecovered,
} from '../../../../src/modules/commission/domain/life-cycle/settle.ts';
import type { TermsVersion } from '../../../../src/modules/commission/domain/terms/terms.ts';
import type { OrderFacts } from '../../../../src/modules/orders/index.ts';
import { isId } from '../../../../src/shared/ids.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { mayMove, moved } from '../../../../src/shared/lifecycle.ts';
import { Money } from '../../../../src/shared/money.ts';
import { aCredit, aLine, allowing, aPart, anOrder, aTermsVersion, partsOf } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';

const day = (n: number) => instant(`2018-01-${String(n).padStart(2, '0')}T00:00:00Z`);
const milestones = (reached: Record<string, number>): OrderFacts['milestones'] =>
  Object.fromEntries(Object.entries({ placed: 2, ...reached }).map(([name, n]) => [name, day(n)]));
const brl = (minor: bigint) => Money.of(minor, 'BRL');

/** One reckoning: the commissions afterwards, and what was told. */
const after = (
  order: OrderFacts,
  credit = aCredit(),
  before: readonly Commission[] = [],
  terms: TermsVersion = aTermsVersion(),
) => {
  const { commissions, steps } = reckon({ order, credit, commissions: before, parts: partsOf(order, credit, terms) });
  const changed = new Map(commissions.map((each) => [each.id, each]));
  const all = [
    ...before.map((each) => changed.get(each.id) ?? each),
    ...commissions.filter(({ id }) => !before.some((each) => each.id === id)),
  ];
  return { all, told: steps.map(({ kind }) => kind), steps, one: all.at(-1)! };
};

const delivered = anOrder({ milestones: milestones({ confirmed: 3, in_transit: 4, delivered: 10 }) });
const lockedCommission = (): Commission =>
  locked(after(delivered, aCredit({ verdicts: [allowing()] })).one, instant('2018-03-01T00:00:00Z'))!.commission;

describe('reckoning a commission', () => {
  it('accrues an estimate when an order is credited', () => {
    const { one, told } = after(anOrder());

    expect(told).to.deep.equal(['accrued']);
    expect(one).to.deep.include({ state: 'estimated', accruedAt: day(2), partnerId: idOf('par', 1) });
    expect(one.amount.minor).to.equal(500n);
    expect(isId('com', one.id)).to.equal(true);
  });

  it('does nothing for an order credited to nobody', () => {
    expect(after(delivered, aCredit({ credits: [] })).told).to.be.empty;
  });

  it('walks all the way when everything is known at once, and tells each step', () => {
    const { one, told } = after(delivered, aCredit({ verdicts: [allowing()] }));

    expect(told).to.deep.equal(['accrued', 'confirmed', 'vested']);
    expect(one).to.deep.include({ state: 'vested', locksAt: instant('2018-02-09T00:00:00Z'), allowed: true });
  });

  it('takes an order that went further without being confirmed as binding', () => {
    expect(after(anOrder({ milestones: milestones({ in_transit: 5 }) })).one.state).to.equal('pending');
  });

  it('is binding from the first that was told of an order that went further, whatever was told last', () => {
    const { steps } = after(anOrder({ milestones: milestones({ in_transit: 9, delivered: 8 }) }));

    expect(steps.find(({ kind }) => kind === 'confirmed')?.at).to.equal(day(8));
  });

  it('vests a milestone nobody told of by the time the order was further', () => {
    const terms = aTermsVersion({
      vesting: [
        { milestone: 'confirmed', percent: '30' },
        { milestone: 'delivered', percent: '70' },
      ],
    });

    const { one } = after(anOrder({ milestones: milestones({ delivered: 10 }) }), aCredit(), [], terms);

    expect(one).to.deep.include({ state: 'vested', vestedAt: day(10), locksAt: instant('2018-02-09T00:00:00Z') });
    expect(one.vested.minor).to.equal(one.amount.minor);
  });

  it('names the terms its amount is by, also when the order turns out to fall under others', () => {
    const first = after(anOrder());
    const other = { ...aTermsVersion({ returnWindowDays: 5 }), termsId: idOf('trm', 9), version: 2 };

    const { one } = after(anOrder({ lines: [aLine({ quantity: 3 })] }), aCredit(), first.all, other);

    expect(one).to.deep.include({ termsId: idOf('trm', 9), termsVersion: 2 });
  });

  it('does not vest an order that is called delivered and has no delivery', () => {
    expect(after(anOrder({ milestones: milestones({ confirmed: 3, in_transit: 4 }) })).one.state).to.equal('pending');
  });

  it('has nothing to tell twice', () => {
    const first = after(delivered, aCredit({ verdicts: [allowing()] }));

    expect(after(delivered, aCredit({ verdicts: [allowing()] }), first.all).told).to.be.empty;
  });

  it('vests in parts by the plan, the parts summing to the whole', () => {
    const terms = aTermsVersion({
      vesting: [
        { milestone: 'confirmed', percent: '33.3' },
        { milestone: 'delivered', percent: '66.7' },
      ],
    });

    const first = after(anOrder({ milestones: milestones({ confirmed: 3 }) }), aCredit(), [], terms);
    expect(first.one).to.deep.include({ state: 'vesting' });
    expect(first.one.vested.minor).to.equal(167n);

    const second = after(delivered, aCredit(), first.all, terms);
    expect(second.one).to.deep.include({ state: 'vested', locksAt: instant('2018-02-09T00:00:00Z') });
    expect(second.one.vested.minor).to.equal(500n);
  });
});

describe('locking a commission', () => {
  const vestedOne = after(delivered, aCredit({ verdicts: [allowing()] })).one;

  it('happens when the window ends, and counts from then', () => {
    expect(locked(vestedOne, instant('2018-02-08T23:59:59.999Z'))).to.equal(undefined);
    expect(locked(vestedOne, instant('2018-02-09T00:00:00Z'))?.at).to.equal(instant('2018-02-09T00:00:00Z'));
    expect(locked(vestedOne, instant('2018-06-01T00:00:00Z'))).to.deep.include({
      kind: 'locked',
      at: instant('2018-02-09T00:00:00Z'),
    });
  });

  it('never happens without a word from fraud', () => {
    expect(locked(after(delivered).one, instant('2020-01-01T00:00:00Z'))).to.equal(undefined);
  });

  it('does not take another partner’s verdict for its own', () => {
    expect(after(delivered, aCredit({ verdicts: [allowing(2)] })).one.allowed).to.equal(false);
  });
});

describe('a commission that fraud wants to look at', () => {
  const review = { ...allowing(), verdict: 'review' as const, reasons: ['self_referral'] };

  it('is no other for the keys of its holds standing in another order, as a database gives them back', () => {
    const credit = aCredit({ verdicts: [review] });
    const held = after(anOrder(), credit).one;
    const readBack = { ...held, holds: held.holds.map(({ by, from, reasons }) => ({ from, by, reasons })) };

    const { commissions } = reckon({
      order: anOrder(),
      credit,
      commissions: [readBack],
      parts: partsOf(anOrder(), credit),
    });

    expect(commissions).to.deep.equal([]);
  });

  it('is held, and goes on where it would be once it is allowed', () => {
    const first = after(anOrder(), aCredit({ verdicts: [review] }));
    expect(first.told).to.deep.equal(['accrued', 'held']);
    expect(first.one).to.deep.include({ state: 'held', heldFrom: 'estimated', holdReasons: ['self_referral'] });

    const meanwhile = after(delivered, aCredit({ verdicts: [review] }), first.all);
    expect(meanwhile.told).to.be.empty;

    const released = after(delivered, aCredit({ verdicts: [{ ...allowing(), assessment: 2 }] }), meanwhile.all);
    expect(released.told).to.deep.equal(['released', 'confirmed', 'vested']);
    expect(released.one).to.deep.include({ state: 'vested', holdReasons: [], heldFrom: undefined });
  });

  it('is reversed when it is rejected', () => {
    const { one, told } = after(delivered, aCredit({ verdicts: [{ ...allowing(), verdict: 'reject' }] }));

    expect(told.at(-1)).to.equal('reversed');
    expect(one).to.deep.include({ state: 'reversed', endReason: 'fraud_rejected' });
  });
});

describe('what a commission has to save', () => {
  const credit = aCredit({ verdicts: [allowing()] });
  const saved = (order: OrderFacts, before: readonly Commission[], given = credit) =>
    reckon({ order, credit: given, commissions: before, parts: partsOf(order, given) }).commissions;

  it('is nothing where nothing is news, before its lock and after it', () => {
    expect(saved(delivered, after(delivered, credit).all)).to.deep.equal([]);
    expect(saved(delivered, [lockedCommission()])).to.deep.equal([]);
  });

  it('is what fraud says of it now, also after its lock, where that takes nothing back', () => {
    const doubted = aCredit({ verdicts: [allowing(), { ...allowing(), verdict: 'review', assessment: 2 }] });

    const [now] = saved(delivered, [lockedCommission()], doubted);
    expect(now).to.deep.include({ state: 'locked', allowed: false, holds: lockedCommission().holds });
  });

  it('is the end of its window where delivery is reported again, earlier, and nothing else', () => {
    const vested = after(delivered, credit);
    const earlier = { ...delivered, milestones: milestones({ confirmed: 3, in_transit: 4, delivered: 9 }) };

    const { one, told } = after(earlier, credit, vested.all);

    expect(told).to.be.empty;
    expect(one).to.deep.include({ vestedAt: day(10), locksAt: instant('2018-02-08T00:00:00Z') });
  });

  it('stays vested where the report of its delivery is withdrawn', () => {
    expect(saved(anOrder(), after(delivered, credit).all)).to.deep.equal([]);
  });
});

describe('a commission that was held', () => {
  const doubt = { ...allowing(), verdict: 'review' as const, reasons: ['odd'], assessedAt: day(12) };
  const trust = { ...allowing(), assessment: 2, assessedAt: day(15) };

  it('is released when the last hold was over, and told again when it vested, with as much more of its window', () => {
    const held = after(delivered, aCredit({ verdicts: [doubt] }), after(delivered).all);
    expect(held.steps.at(-1)).to.deep.include({ kind: 'held', at: day(12) });
    expect(held.one).to.deep.include({ state: 'held', heldFrom: 'vested' });

    const { one, steps } = after(delivered, aCredit({ verdicts: [doubt, trust] }), held.all);

    expect(steps.map(({ kind, at }) => [kind, at])).to.deep.equal([
      ['released', day(15)],
      ['vested', day(10)],
    ]);
    expect(one).to.deep.include({ state: 'vested', locksAt: instant('2018-02-12T00:00:00Z') });
  });

  it('is released when the last of all its holds was over, whichever began first', () => {
    const staff = { by: 'staff', reasons: ['call'], from: day(5), until: day(13) } as const;
    const held = after(anOrder(), aCredit({ verdicts: [doubt] })).one;

    const { steps } = after(anOrder(), aCredit({ verdicts: [doubt, trust] }), [
      { ...held, holds: [...held.holds, staff] },
    ]);

    expect(steps.map(({ kind, at }) => [kind, at])).to.deep.equal([['released', day(15)]]);
  });

  it('has the reasons of all that holds it, each once, from the first of them on', () => {
    const estimate = after(anOrder()).one;
    const staff = { by: 'staff', reasons: ['odd', 'call'], from: day(5) } as const;

    const { one, steps } = after(anOrder(), aCredit({ verdicts: [doubt] }), [{ ...estimate, holds: [staff] }]);

    expect(steps.map(({ kind, at }) => [kind, at])).to.deep.equal([['held', day(5)]]);
    expect(one.holdReasons).to.deep.equal(['odd', 'call']);
  });

  it('takes another reason down without a step', () => {
    const held = after(anOrder(), aCredit({ verdicts: [doubt] }));
    const odder = { ...doubt, assessment: 2, reasons: ['odder'] };

    const { one, told } = after(anOrder(), aCredit({ verdicts: [doubt, odder] }), held.all);

    expect(told).to.be.empty;
    expect(one).to.deep.include({ state: 'held', holdReasons: ['odder'] });
  });
});

describe('a commission that has vested in part', () => {
  const plan = aTermsVersion({
    vesting: [
      { milestone: 'confirmed', percent: '40' },
      { milestone: 'delivered', percent: '60' },
    ],
  });
  const ordered = (quantity: number, reached = {}) =>
    anOrder({ lines: [aLine({ quantity })], milestones: milestones({ confirmed: 3, ...reached }) });

  it('has vested as much of the new amount, when it is made larger or smaller', () => {
    const two = after(ordered(2), aCredit(), [], plan);
    const three = after(ordered(3), aCredit(), two.all, plan);
    const one = after(ordered(1), aCredit(), three.all, plan);

    const sizes = [two, three, one].map(({ one: { amount, vested } }) => [amount.minor, vested.minor]);
    expect(sizes).to.deep.equal([
      [1_000n, 400n],
      [1_500n, 600n],
      [500n, 200n],
    ]);
    expect(three.told).to.deep.equal(['raised']);
    expect(one.told).to.deep.equal(['reduced']);
  });

  it('has vested nothing where nothing is left of it, and its part again once there is', () => {
    const back = { ...ordered(1), lines: [aLine({ returnedQuantity: 1 })] };
    const nothing = after(back, aCredit(), after(ordered(1), aCredit(), [], plan).all, plan);
    const again = after(ordered(1), aCredit(), nothing.all, plan);

    expect([nothing.one.amount.minor, nothing.one.vested.minor]).to.deep.equal([0n, 0n]);
    expect(nothing.told).to.deep.equal(['reduced']);
    expect([again.one.amount.minor, again.one.vested.minor]).to.deep.equal([500n, 200n]);
    expect(again.told).to.deep.equal(['raised', 'vested']);
  });

  it('has vested wholly once every step is reached, also what grew afterwards', () => {
    const vested = after(ordered(1, { delivered: 10 }), aCredit(), [], plan);
    const grown = after(ordered(2, { delivered: 10 }), aCredit(), vested.all, plan);

    expect(grown.told).to.deep.equal(['raised']);
    expect([grown.one.amount.minor, grown.one.vested.minor]).to.deep.equal([1_000n, 1_000n]);
  });
});

describe('a commission whose order comes back', () => {
  const twoLines = anOrder({ ...delivered, lines: [aLine({ quantity: 2 }), aLine({ lineRef: '2' })] });
  const oneBack = {
    ...twoLines,
    lines: [aLine({ quantity: 2, returnedQuantity: 1 }), aLine({ lineRef: '2' })],
    returns: [{ eventId: 'r', at: day(12), extent: 'some' as const }],
  };

  it('is reversed when the order is cancelled', () => {
    const { one, told } = after({ ...delivered, cancelledAt: day(5) });

    expect(told.at(-1)).to.equal('reversed');
    expect(one).to.deep.include({ state: 'reversed', endReason: 'order_cancelled', endedAt: day(5) });
    expect(one.amount.minor).to.equal(500n);
  });

  it('is not made smaller first where the whole order comes back or is disputed', () => {
    const lines = [aLine({ returnedQuantity: 1 })];
    const ends = [
      ['order_returned', { returnedAt: day(12) }],
      ['order_charged_back', { chargedBackAt: day(12) }],
      ['order_cancelled', { cancelledAt: day(12), returnedAt: day(13), chargedBackAt: day(14) }],
    ] as const;
    for (const [reason, end] of ends) {
      const { one, told } = after({ ...delivered, lines, ...end }, aCredit(), after(delivered).all);

      expect(told).to.deep.equal(['reversed']);
      expect(one).to.deep.include({ endReason: reason, endedAt: day(12), state: 'reversed' });
      expect(one.amount.minor).to.equal(500n);
    }
  });

  it('is reduced when part of it comes back before the lock, whichever was known first', () => {
    const late = after(oneBack, aCredit(), after(twoLines).all);
    const atOnce = after(oneBack);

    for (const { one, steps } of [late, atOnce]) {
      expect(one.amount.minor).to.equal(1_000n);
      expect(one.vested.minor).to.equal(1_000n);
      expect(steps.find(({ kind }) => kind === 'reduced')).to.deep.include({
        at: day(12),
        reason: 'lines_returned',
        by: brl(500n),
      });
    }
  });

  it('is clawed back when it comes back after the lock, each part once', () => {
    const locked1 = locked(
      after(twoLines, aCredit({ verdicts: [allowing()] })).one,
      instant('2018-03-01T00:00:00Z'),
    )!.commission;

    const some = after(oneBack, aCredit({ verdicts: [allowing()] }), [locked1]);
    expect(some.one).to.deep.include({ state: 'locked' });
    expect(some.one.clawedBack.minor).to.equal(500n);
    expect(after(oneBack, aCredit({ verdicts: [allowing()] }), some.all).told).to.be.empty;

    const all = after({ ...oneBack, returnedAt: day(20) }, aCredit({ verdicts: [allowing()] }), some.all);
    expect(all.steps).to.have.length(1);
    expect(all.steps[0]).to.deep.include({ kind: 'clawed_back', by: brl(1_000n), reason: 'order_returned' });
    expect(all.one.clawedBack.minor).to.equal(1_500n);
  });

  it('is changed for its last return where it is smaller, and otherwise because the order was revised', () => {
    const returns = [day(12), day(14)].map((at, n) => ({ eventId: `r${n}`, at, extent: 'some' as const }));
    const sized = (quantity: number, given = returns) =>
      after(anOrder({ lines: [aLine({ quantity })], returns: given }), aCredit(), after(twoLines).all).steps[0];

    expect(sized(1)).to.deep.include({ kind: 'reduced', reason: 'lines_returned', at: day(14) });
    expect(sized(9)).to.deep.include({ kind: 'raised', reason: 'order_revised', at: day(14) });
    expect(sized(1, [])).to.deep.include({ kind: 'reduced', reason: 'order_revised', at: day(2) });
  });

  it('takes the increase when the order turns out larger than reserved', () => {
    const reserved = after(anOrder());

    const { one, steps } = after(anOrder({ lines: [aLine({ quantity: 2 })] }), aCredit(), reserved.all);

    expect(steps[0]).to.deep.include({ kind: 'raised', by: brl(500n), reason: 'order_revised' });
    expect(one.amount.minor).to.equal(1_000n);
  });
});

describe('a commission whose credit moves', () => {
  const second = aCredit({ credits: [aPart(2)], decision: 2 });

  it('is reversed for the one and accrued for the other', () => {
    const { told, all } = after(anOrder(), second, after(anOrder()).all);

    expect(told).to.deep.equal(['reversed', 'accrued']);
    expect(all.map(({ state, partnerId }) => [state, partnerId])).to.deep.equal([
      ['reversed', idOf('par', 1)],
      ['estimated', idOf('par', 2)],
    ]);
  });

  it('begins anew when the credit comes back', () => {
    const away = after(anOrder(), second, after(anOrder()).all);

    const { all, told } = after(anOrder(), aCredit({ decision: 3 }), away.all);

    expect(told).to.deep.equal(['reversed', 'accrued']);
    expect(
      all.filter(({ partnerId }) => partnerId === idOf('par', 1)).map(({ generation, state }) => [generation, state]),
    ).to.deep.equal([
      [1, 'reversed'],
      [2, 'estimated'],
    ]);
  });

  it('is clawed back from the one who had it locked', () => {
    const { steps } = after(delivered, second, [lockedCommission()]);

    expect(steps[0]).to.deep.include({ kind: 'clawed_back', reason: 'attribution_changed' });
    expect((steps[0] as Extract<Step, { adjustmentId: string }>).by.minor).to.equal(500n);
  });
});

describe('an order that several are credited with', () => {
  const thirds = aCredit({ credits: [aPart(1, { share: '1/3' }), aPart(2, { share: '2/3' })] });
  const verdictsOf = (...ns: number[]) => ns.map((n) => allowing(n));

  it('has a commission for each, by verdicts of their own', () => {
    const { all } = after(delivered, { ...thirds, verdicts: verdictsOf(2) });

    expect(all.map(({ partnerId, state, allowed }) => [partnerId, state, allowed])).to.deep.equal([
      [idOf('par', 1), 'vested', false],
      [idOf('par', 2), 'vested', true],
    ]);
  });

  it('reverses the commission of who loses the credit and leaves the others theirs', () => {
    const first = after(anOrder(), thirds);

    const { told, all } = after(anOrder(), aCredit({ decision: 2 }), first.all);

    expect(told).to.include('reversed');
    expect(all.find(({ partnerId }) => partnerId === idOf('par', 2))).to.deep.include({
      state: 'reversed',
      endReason: 'attribution_changed',
    });
    expect(all.find(({ partnerId }) => partnerId === idOf('par', 1))).to.deep.include({ state: 'estimated' });
  });
});

describe('a commission that people ended', () => {
  it('never begins anew, also where the credit had gone and come back before', () => {
    const [first] = after(anOrder()).all;
    const ended = (generation: number, endReason: 'review_ended' | 'attribution_changed'): Commission => ({
      ...{ ...first!, id: idOf('com', generation), generation, state: 'reversed', endReason, endedAt: day(9) },
    });

    expect(after(anOrder(), aCredit(), [ended(1, 'attribution_changed'), ended(2, 'review_ended')]).told).to.be.empty;
    expect(after(anOrder(), aCredit(), [ended(1, 'review_ended'), ended(2, 'attribution_changed')]).told).to.be.empty;
    expect(after(anOrder(), aCredit(), [ended(1, 'attribution_changed')]).told).to.deep.equal(['accrued']);
  });
});

describe('what fraud says of a credit', () => {
  it('counts in the order it was said and once, however often and late it is heard', () => {
    const [first, second] = [allowing(), { ...allowing(), assessment: 2, verdict: 'review' as const }];
    const others = { ...allowing(2), assessment: 2 };
    const credit = [second, others, first, second].reduce(assessed, aCredit());

    expect(verdictsOn(credit, idOf('par', 1))).to.deep.equal([first, second]);
    expect(verdictsOn({ ...credit, verdicts: [second, first] }, idOf('par', 1))).to.deep.equal([first, second]);
    expect(verdictOn(credit, idOf('par', 2))).to.deep.equal(others);
    expect(verdictOn(credit, idOf('par', 3))).to.equal(undefined);
    expect(assessed(credit, first)).to.equal(credit);
  });
});

describe('a share of the credit that changes', () => {
  const half = aCredit({ credits: [aPart(1, { share: '1/2' }), aPart(2, { share: '1/2' })], decision: 2 });

  it('reduces the commission of who has less, and raises it again, for that reason', () => {
    const less = after(delivered, half, after(delivered).all);
    const again = after(delivered, aCredit({ decision: 3 }), less.all);

    expect(less.steps.find(({ kind }) => kind === 'reduced')).to.deep.include({
      by: brl(250n),
      reason: 'attribution_changed',
      at: half.decidedAt,
    });
    expect(again.steps.find(({ kind }) => kind === 'raised')).to.deep.include({ by: brl(250n) });
  });

  it('is clawed back from what is locked, and topped up by an entry, each with an id of its own', () => {
    const less = after(delivered, half, [lockedCommission()]);
    const again = after(delivered, aCredit({ decision: 3 }), less.all);
    const lessAgain = after(delivered, { ...half, decision: 4 }, again.all);
    const entries = [less, again, lessAgain].map(({ steps }) => steps.find((step) => 'adjustmentId' in step)!);

    expect(entries.map(({ kind }) => kind)).to.deep.equal(['clawed_back', 'topped_up', 'clawed_back']);
    const ids = entries.map((step) => ('adjustmentId' in step ? step.adjustmentId : ''));
    expect(new Set(ids).size).to.equal(3);
    for (const id of ids) expect(isId('adj', id)).to.equal(true);
    const own = lessAgain.all.find(({ id }) => id === lockedCommission().id)!;
    expect([own.amount, own.adjusted, own.clawedBack].map(({ minor }) => minor)).to.deep.equal([500n, 250n, 500n]);
  });
});

describe('a rejection that is taken back', () => {
  it('lets the commission begin anew, as if it had never been rejected', () => {
    const rejected = after(delivered, aCredit({ verdicts: [{ ...allowing(), verdict: 'reject' }] }));
    const verdicts = [
      { ...allowing(), verdict: 'reject' as const },
      { ...allowing(), assessment: 2 },
    ];

    const { one, told } = after(delivered, aCredit({ verdicts }), rejected.all);

    expect(told).to.deep.equal(['accrued', 'confirmed', 'vested']);
    expect(one).to.deep.include({ generation: 2, state: 'vested', allowed: true });
  });
});

describe('a return window', () => {
  it('does not run while fraud looks, and its new end is told with the release', () => {
    const words = [
      allowing(),
      { ...allowing(), verdict: 'review' as const, assessedAt: day(15), assessment: 2 },
      { ...allowing(), assessedAt: day(20), assessment: 3 },
    ];
    const first = after(delivered, aCredit({ verdicts: words.slice(0, 1) }));
    const held = after(delivered, aCredit({ verdicts: words.slice(0, 2) }), first.all);

    const { one, told } = after(delivered, aCredit({ verdicts: words }), held.all);

    expect(told).to.deep.equal(['released', 'vested']);
    expect(one.locksAt).to.equal(instant('2018-02-14T00:00:00Z'));
    expect(one.holds).to.deep.equal([{ by: 'fraud', reasons: [], from: day(15), until: day(20) }]);
  });
});

describe('settling a commission', () => {
  it('marks it settled by its statement and paid by its payouts, whichever is heard first', () => {
    const inOrder = paid(settled(lockedCommission(), day(20)), brl(500n), day(21));
    const reversed = settled(paid(lockedCommission(), brl(500n), day(21)), day(20));

    for (const commission of [inOrder, reversed])
      expect(commission).to.deep.include({ state: 'paid', paidAt: day(21) });
  });

  it('is not paid until payouts have brought all of it', () => {
    const half = paid(lockedCommission(), brl(200n), day(21));
    expect(half.state).to.equal('settled');

    expect(paid(half, brl(300n), day(22)).state).to.equal('paid');
  });

  it('is paid once payouts have brought what was not clawed back of it', () => {
    const less = { ...lockedCommission(), clawedBack: brl(120n) };

    expect(paid(less, brl(379n), day(21)).state).to.equal('settled');
    expect(paid(less, brl(380n), day(21)).state).to.equal('paid');
  });

  it('stays on the statement where a payout comes back that had not brought all of it', () => {
    const back = unpaid(paid(lockedCommission(), brl(200n), day(21)), brl(200n));

    expect(back).to.deep.include({ state: 'settled', settledAt: day(21) });
    expect(back.paid.minor).to.equal(0n);
  });

  it('is unpaid by a payout that comes back', () => {
    const back = unpaid(paid(lockedCommission(), brl(500n), day(21)), brl(500n));

    expect(back).to.deep.include({ state: 'settled', paidAt: undefined });
    expect(back.paid.minor).to.equal(0n);
  });

  it('is paid less by what a later payout kept for what was clawed back of it, until that payout comes back', () => {
    const kept = recovered(paid(lockedCommission(), brl(500n), day(21)), brl(120n));

    expect(kept).to.deep.include({ state: 'paid', paidAt: day(21) });
    expect(kept.paid.minor).to.equal(380n);
    expect(unrecovered(kept, brl(120n)).paid.minor).to.equal(500n);
  });
});

describe('the life cycle of a commission', () => {
  const states = Object.keys(lifecycle) as (keyof typeof lifecycle)[];
  const actions = [...new Set(states.flatMap((state) => Object.keys(lifecycle[state])))];
  for (const state of states) {
    for (const action of actions) {
      const next = (lifecycle[state] as Readonly<Record<string, string>>)[action];
      it(
        next === undefined ? `refuses ${action} while ${state}` : `moves from ${state} to ${next} by ${action}`,
        async () => {
          expect(mayMove(lifecycle, state, action as never)).to.equal(next !== undefined);
          if (next === undefined)
            await rejects(() => moved('commission', lifecycle, state, action as never), 'commission.illegal_move');
          else expect(moved('commission', lifecycle, state, action as never)).to.equal(next);
        },
      );
    }
  }
});
