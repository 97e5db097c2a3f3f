import { expect } from 'chai';
import type { Commission } from '../../../../src/modules/commission/domain/life-cycle/commission.ts';
import type { Credit } from '../../../../src/modules/commission/domain/life-cycle/credit.ts';
import { reckon } from '../../../../src/modules/commission/domain/life-cycle/reckon.ts';
import { type Recruiter, recruitersOf } from '../../../../src/modules/commission/domain/life-cycle/recruits.ts';
import { locked } from '../../../../src/modules/commission/domain/life-cycle/waiting.ts';
import type { OrderFacts } from '../../../../src/modules/orders/index.ts';
import type { EnrolmentFacts } from '../../../../src/modules/partners/index.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aCredit, aLine, allowing, anOrder, partsOf } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';

describe('a recruiter’s months', () => {
  it('are over on the last day of a month that has no such day', () => {
    const [own, recruiter] = [idOf('par', 1), idOf('par', 2)];
    const about = { programId: idOf('prg', 1), state: 'approved' as const };
    const enrolments = new Map([
      [own, { ...about, partnerId: own, recruitedBy: recruiter, approvedAt: instant('2018-01-31T18:00:00Z') }],
      [recruiter, { ...about, partnerId: recruiter }],
    ]);
    const recruitersOn = (day: string): number =>
      recruitersOf({ recruits: [{ level: 1, percent: '10', months: 1 }] }, own, enrolments, {
        placedAt: instant(`${day}T12:00:00Z`),
        timeZone: 'UTC',
      }).length;

    expect(['2018-02-27', '2018-02-28', '2018-03-01'].map(recruitersOn)).to.deep.equal([1, 0, 0]);
  });
});

describe('who has a part in what a partner earns', () => {
  const [own, first, second] = [1, 2, 3].map((n) => idOf('par', n)) as [Named, Named, Named];
  type Named = Recruiter['partnerId'];
  const enrolled = (partnerId: Named, more: Partial<EnrolmentFacts> = {}): EnrolmentFacts => ({
    ...{ partnerId, programId: idOf('prg', 1), state: 'approved', ...more },
  });
  const recruits = [
    { level: 1, percent: '10' },
    { level: 2, percent: '3' },
  ] as const;
  const found = (...enrolments: readonly EnrolmentFacts[]) =>
    recruitersOf({ recruits }, own, new Map(enrolments.map((each) => [each.partnerId, each])), {
      placedAt: instant('2018-01-02T00:00:00Z'),
      timeZone: 'UTC',
    });
  const chain = [enrolled(own, { recruitedBy: first }), enrolled(first, { recruitedBy: second }), enrolled(second)];

  it('is who recruited the partner, and who recruited that one, each by their own percentage', () => {
    expect(found(...chain)).to.deep.equal([
      { partnerId: first, level: 1, percent: '10' },
      { partnerId: second, level: 2, percent: '3' },
    ]);
    expect(recruitersOf({}, own, new Map(), { placedAt: instant('2018-01-02T00:00:00Z'), timeZone: 'UTC' })).to.be
      .empty;
  });

  it('is nobody where nobody recruited anybody, or nobody knows of it', () => {
    expect(found(enrolled(own))).to.deep.equal([]);
    expect(found()).to.deep.equal([]);
    expect(found(enrolled(own, { recruitedBy: first }))).to.deep.equal([]);
  });

  it('is whoever recruited the partner for as many months, without an end where nobody knows when they began', () => {
    const pays = (months: number | undefined, approvedAt?: EnrolmentFacts['approvedAt']) =>
      recruitersOf(
        { recruits: [{ level: 1, percent: '10', months }] },
        own,
        new Map(
          [enrolled(own, { recruitedBy: first, approvedAt }), enrolled(first)].map((each) => [each.partnerId, each]),
        ),
        { placedAt: instant('2018-03-10T00:00:00Z'), timeZone: 'UTC' },
      ).length === 1;
    const january = instant('2018-01-10T00:00:00Z');

    expect([pays(3, january), pays(2, january)]).to.deep.equal([true, false]);
    expect([pays(undefined, january), pays(1)]).to.deep.equal([true, true]);
  });

  it('is whoever is approved or suspended, and not who has left, whatever became of the one between', () => {
    const withFirst = (state: EnrolmentFacts['state']) =>
      found(chain[0]!, { ...chain[1]!, state }, chain[2]!).map(({ level }) => level);

    expect(withFirst('suspended')).to.deep.equal([1, 2]);
    for (const state of ['terminated', 'applied'] as EnrolmentFacts['state'][])
      expect(withFirst(state)).to.deep.equal([2]);
  });
});

describe('what a recruiter earns', () => {
  const day = (n: number) => instant(`2018-01-${String(n).padStart(2, '0')}T00:00:00Z`);
  const recruiter: Recruiter = { partnerId: idOf('par', 9), level: 1, percent: '10' };
  const placed = { placed: day(2) };
  const delivered = anOrder({ milestones: { ...placed, confirmed: day(3), delivered: day(10) } });
  const after = (
    order: OrderFacts,
    before: readonly Commission[] = [],
    { credit = aCredit(), recruiters = [recruiter] }: { credit?: Credit; recruiters?: readonly Recruiter[] } = {},
  ) => {
    const parts = new Map([...partsOf(order, credit)].map(([id, each]) => [id, { ...each, recruiters }] as const));
    const { commissions, steps } = reckon({ order, credit, commissions: before, parts });
    const all = [...new Map([...before, ...commissions].map((each) => [each.id, each])).values()];
    return {
      all,
      saved: commissions,
      own: all.find(({ recruit }) => recruit === undefined)!,
      recruit: all.find(({ recruit }) => recruit !== undefined),
      told: steps.filter(({ commission }) => commission.recruit !== undefined),
    };
  };

  it('goes all the way with what the partner earns, and has nothing to save twice', () => {
    const { all, own, recruit, told } = after(delivered);

    expect(told.map(({ kind }) => kind)).to.deep.equal(['accrued', 'confirmed', 'vested']);
    expect([own.amount.minor, recruit?.amount.minor, recruit?.vested.minor]).to.deep.equal([500n, 50n, 50n]);
    expect(recruit).to.deep.include({ partnerId: idOf('par', 9), state: 'vested', locksAt: own.locksAt });
    expect(recruit?.recruit).to.deep.equal({ parentId: own.id, level: 1, percent: '10' });
    expect(after(delivered, all).saved).to.deep.equal([]);
  });

  it('ends with it, also where both are heard of only when the order is cancelled', () => {
    const { recruit, told } = after({ ...delivered, cancelledAt: day(5) });

    expect(told.at(-1)).to.include({ kind: 'reversed', at: day(5) });
    expect(recruit).to.deep.include({ state: 'reversed', endReason: 'order_cancelled', endedAt: day(5) });
  });

  it('is told smaller for the reason and on the day that the parent was, whatever else the parent went through', () => {
    const two = anOrder({ lines: [aLine({ quantity: 2 })], milestones: placed });
    const oneBack = {
      ...delivered,
      lines: [aLine({ quantity: 2, returnedQuantity: 1 })],
      returns: [{ eventId: 'r', at: day(12), extent: 'some' as const }],
    };

    const { told } = after(oneBack, after(two).all);

    expect(told.map(({ kind }) => kind)).to.deep.equal(['reduced', 'confirmed', 'vested']);
    expect(told[0]).to.include({ reason: 'lines_returned', at: day(12) });
  });

  it('is nothing of what was locked before anybody had recruited the partner', () => {
    const credit = aCredit({ verdicts: [allowing()] });
    const vested = after(delivered, [], { credit, recruiters: [] }).own;
    const lockedOne = locked(vested, instant('2018-03-01T00:00:00Z'))!.commission;

    expect(after(delivered, [vested], { credit }).recruit?.amount.minor).to.equal(50n);
    expect(after(delivered, [lockedOne], { credit }).recruit).to.equal(undefined);
    const cameBack = {
      ...delivered,
      lines: [aLine({ returnedQuantity: 1 })],
      returns: [{ eventId: 'r', at: day(12), extent: 'everything' as const }],
    };
    const taken = after(cameBack, [lockedOne], { credit });
    expect([taken.own.clawedBack.minor, taken.recruit]).to.deep.equal([500n, undefined]);
  });

  it('is each recruiter’s once a level, also where somebody else has recruited the partner since', () => {
    const first = after(delivered);
    const other = { ...recruiter, partnerId: idOf('par', 8) };

    expect(after(delivered, first.all, { recruiters: [other] }).saved).to.deep.equal([]);
    expect(
      after(delivered, first.all, { recruiters: [other, { ...other, level: 2 }] }).saved.map(
        ({ recruit }) => recruit?.level,
      ),
    ).to.deep.equal([2]);
  });

  it('waits for terms to be accepted until the parent has gone a step', () => {
    const first = after(anOrder());
    const waiting = first.all.map((each) => ({ ...each, awaitsAcceptance: true as const }));
    const confirmed = anOrder({ milestones: { ...placed, confirmed: day(3) } });

    expect(after(anOrder(), waiting).recruit?.awaitsAcceptance).to.equal(true);
    expect(after(confirmed, waiting).recruit?.awaitsAcceptance).to.equal(undefined);
  });

  it('moves with the credit: it ends for that reason where the partner loses it', () => {
    const first = after(anOrder());
    const credit = aCredit({ credits: [], decision: 2 });

    const { recruit } = after(anOrder(), first.all, { credit });

    expect(recruit).to.deep.include({ state: 'reversed', endReason: 'attribution_changed', endedAt: credit.decidedAt });
  });
});
