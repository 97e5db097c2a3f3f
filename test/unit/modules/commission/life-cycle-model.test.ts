/**
 * Twenty-four months of random orders, credits, verdicts, returns and disputes, heard in any order and more than once,
 * against a model that knows only the facts: whoever is credited has a share of what was kept, unless something ended it.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { heldOrReleased } from '../../../../src/modules/commission/domain/life-cycle/advance.ts';
import { type Commission, netOf } from '../../../../src/modules/commission/domain/life-cycle/commission.ts';
import {
  assessed,
  type Credit,
  type CreditPart,
  type Verdict,
} from '../../../../src/modules/commission/domain/life-cycle/credit.ts';
import { fraudHolds, openHolds, released } from '../../../../src/modules/commission/domain/life-cycle/holds.ts';
import { isOpen } from '../../../../src/modules/commission/domain/life-cycle/life-cycle.ts';
import { reckon } from '../../../../src/modules/commission/domain/life-cycle/reckon.ts';
import { recruitTarget } from '../../../../src/modules/commission/domain/life-cycle/recruits.ts';
import { paid, settled } from '../../../../src/modules/commission/domain/life-cycle/settle.ts';
import { at, type Step } from '../../../../src/modules/commission/domain/life-cycle/step.ts';
import { locked, reviewDue } from '../../../../src/modules/commission/domain/life-cycle/waiting.ts';
import type { OrderFacts } from '../../../../src/modules/orders/index.ts';
import { epochMs, instant, type Instant, plusDays } from '../../../../src/shared/instant.ts';
import { Money } from '../../../../src/shared/money.ts';
import { aCredit, aLine, allowing, anOrder, aTermsVersion, partsOf } from '../../../support/builders.ts';
import { idOf, SeededRandom } from '../../../support/clock.ts';

const PLACED = instant('2018-01-02T00:00:00Z');
const END = 730;
const on = (days: number): Instant => plusDays(PLACED, days);
const WINDOW = 30;
const REVIEW_AFTER = 365;

/** Exponents 0, 2 and 3. */
const CURRENCIES = ['JPY', 'BRL', 'KWD'] as const;
const terms = (currency: string) =>
  aTermsVersion({
    currency,
    groups: [{ name: 'all', rank: 1, when: { all: [] }, amount: { percent: '7.3' } }],
    limits: [],
    vesting: [
      { milestone: 'confirmed', percent: '33.3' },
      { milestone: 'delivered', percent: '66.7' },
    ],
    returnWindowDays: WINDOW,
  });

type Fact =
  | { readonly kind: 'milestone'; readonly milestone: 'confirmed' | 'delivered'; readonly day: number }
  | { readonly kind: 'return'; readonly n: number; readonly line: number; readonly day: number }
  | { readonly kind: 'cancel' | 'charge_back'; readonly day: number }
  | {
      readonly kind: 'credit';
      readonly decision: number;
      readonly credits: readonly CreditPart[];
      readonly day: number;
    }
  | { readonly kind: 'verdict'; readonly verdict: Verdict };

interface World {
  readonly currency: string;
  readonly quantities: readonly number[];
  readonly price: bigint;
  readonly facts: readonly Fact[];
}

const parts: readonly (readonly CreditPart[])[] = [
  [{ partnerId: idOf('par', 1), share: '1/1' }],
  [{ partnerId: idOf('par', 2), share: '1/1' }],
  [
    { partnerId: idOf('par', 1), share: '1/3' },
    { partnerId: idOf('par', 2), share: '2/3' },
  ],
  [],
];

/** In the order of their days; fraud's last word on either is usually that it allows it. */
const verdictsOf = (given: readonly { readonly n: number; readonly verdict: string; readonly day: number }[]): Fact[] =>
  [...given.toSorted((a, b) => a.day - b.day), ...[1, 2].map((n) => ({ n, verdict: 'allow', day: 301 }))]
    .slice(0, given.length % 3 === 0 ? given.length : undefined)
    .map(({ n, verdict, day }, index) => ({
      kind: 'verdict',
      verdict: { ...allowing(n), verdict: verdict as Verdict['verdict'], assessedAt: on(day), assessment: index + 1 },
    }));

const days = (max: number) => fc.integer({ min: 1, max });

const worlds: fc.Arbitrary<World> = fc
  .record({
    currency: fc.constantFrom(...CURRENCIES),
    quantities: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
    price: fc.bigInt({ min: 1n, max: 10_000_000n }),
    confirmed: fc.option(days(100)),
    delivered: fc.option(fc.integer({ min: 100, max: 200 }), { freq: 9 }),
    returns: fc.array(fc.record({ line: fc.nat(2), day: fc.integer({ min: 200, max: 640 }) }), { maxLength: 3 }),
    end: fc.option(fc.record({ kind: fc.constantFrom('cancel' as const, 'charge_back' as const), day: days(600) }), {
      freq: 1,
    }),
    credits: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
    verdicts: fc.array(
      fc.record({
        n: fc.integer({ min: 1, max: 2 }),
        verdict: fc.constantFrom('allow', 'allow', 'allow', 'review', 'review', 'reject'),
        day: fc.integer({ min: 2, max: 300 }),
      }),
      { maxLength: 8 },
    ),
  })
  .map(({ currency, quantities, price, confirmed, delivered, returns, end, credits, verdicts }) => ({
    currency,
    quantities,
    price,
    facts: [
      ...(confirmed === null ? [] : [{ kind: 'milestone', milestone: 'confirmed', day: confirmed } as const]),
      ...(delivered === null ? [] : [{ kind: 'milestone', milestone: 'delivered', day: delivered } as const]),
      ...(delivered === null ? [] : returns.map((each, n) => ({ kind: 'return', n, ...each }) as const)),
      ...(end === null ? [] : [end]),
      ...credits.map(
        (pick, n) => ({ kind: 'credit', decision: n + 1, credits: parts[pick]!, day: 1 + n * 40 }) as const,
      ),
      ...verdictsOf(verdicts),
    ],
  }));

/** The order as it is known by those of its facts that were told. */
const orderOf = ({ currency, quantities, price }: World, told: readonly Fact[]): OrderFacts => {
  const back = told.filter((fact) => fact.kind === 'return').toSorted((a, b) => a.day - b.day || a.n - b.n);
  const lines = quantities.map((quantity, index) => {
    const returnedQuantity = Math.min(quantity, back.filter(({ line }) => line % quantities.length === index).length);
    const unitPrice = { minor: price.toString(), currency };
    return aLine({ lineRef: String(index), quantity, returnedQuantity, unitPrice });
  });
  const isGone = lines.every(({ quantity, returnedQuantity }) => quantity === returnedQuantity);
  const dayOf = (kind: 'cancel' | 'charge_back') => told.find((fact) => fact.kind === kind);
  const milestones = told.filter((fact) => fact.kind === 'milestone');
  const endings = { cancel: dayOf('cancel'), chargeBack: dayOf('charge_back') };
  return anOrder({
    currency,
    placedAt: PLACED,
    lines,
    milestones: { placed: PLACED, ...Object.fromEntries(milestones.map((each) => [each.milestone, on(each.day)])) },
    returns: back.map(({ n, day }) => ({ eventId: String(n), at: on(day), extent: 'some' })),
    ...(isGone && { returnedAt: on(back.at(-1)?.day ?? 0) }),
    ...(endings.cancel && 'day' in endings.cancel && { cancelledAt: on(endings.cancel.day) }),
    ...(endings.chargeBack && 'day' in endings.chargeBack && { chargedBackAt: on(endings.chargeBack.day) }),
  });
};

const creditOf = (told: readonly Fact[]): Credit | undefined => {
  const decisions = told.filter((fact) => fact.kind === 'credit').toSorted((a, b) => a.decision - b.decision);
  const last = decisions.at(-1);
  const verdicts = told.flatMap((fact) => (fact.kind === 'verdict' ? [fact.verdict] : []));
  if (last === undefined) return undefined;
  const { credits, decision, day } = last;
  return verdicts.reduce(assessed, aCredit({ credits, decision, decidedAt: on(day) }));
};

/** Commissions that live on from one piece of news to the next, and what was told of them. */
class Life {
  commissions: readonly Commission[] = [];
  readonly steps: Step[] = [];
  private readonly told: Fact[] = [];

  constructor(
    private readonly world: World,
    private readonly recruiters: boolean,
  ) {}

  hear(...facts: readonly Fact[]): void {
    this.told.push(...facts.filter((fact) => !this.told.includes(fact)));
    const credit = creditOf(this.told);
    if (credit === undefined) return;
    const order = orderOf(this.world, this.told);
    const recruiters = this.recruiters ? [{ partnerId: idOf('par', 9), level: 1 as const, percent: '12.5' }] : [];
    const calculated = [...partsOf(order, credit, terms(this.world.currency))].map(
      ([partnerId, each]) => [partnerId, { ...each, recruiters, reviewAfterDays: REVIEW_AFTER }] as const,
    );
    const { commissions, steps } = reckon({
      order,
      credit,
      commissions: this.commissions,
      parts: new Map(calculated),
    });
    this.keep(commissions, steps);
  }

  /** What only waiting brings, then settlement with some of what is locked. */
  wait(now: Instant, random: SeededRandom): void {
    for (const commission of this.commissions) {
      const steps = [locked(commission, now) ?? [], reviewDue(commission, now)].flat();
      const last = steps.at(-1);
      if (last !== undefined) this.keep([last.commission], steps);
    }
    for (const commission of this.commissions) {
      if (isOpen(commission.state) || commission.state === 'reversed' || random.fraction() < 0.5) continue;
      this.keep([commission.state === 'locked' ? settled(commission, now) : paid(commission, commission.amount, now)]);
    }
  }

  /** Somebody disputes what is not locked, and settles it so many days later. */
  dispute(now: Instant, random: SeededRandom): void {
    const open = this.commissions.filter(({ state, recruit }) => isOpen(state) && recruit === undefined);
    const one = open[Math.floor(random.fraction() * open.length)];
    if (one === undefined) return;
    const until = plusDays(now, 1 + Math.floor(random.fraction() * 20));
    const hold = { by: 'staff' as const, reasons: ['dispute'], from: now };
    const held = heldOrReleased(at({ ...one, holds: [...one.holds, hold] }));
    this.keep([held.commission], held.steps);
    this.keep([{ ...held.commission, holds: released(held.commission.holds, 'staff', until) }]);
    this.hear();
  }

  /** Somebody looks at what has become too old, sooner or later, and lets it go on. */
  review(now: Instant, random: SeededRandom): void {
    for (const commission of this.commissions) {
      const { holds, state, recruit } = commission;
      if (recruit !== undefined || state !== 'held' || openHolds(holds).every(({ by }) => by !== 'review')) continue;
      if (random.fraction() < 0.5) continue;
      this.keep([{ ...commission, holds: released(holds, 'review', now), reviewedAt: now }]);
      this.hear();
    }
  }

  private keep(changed: readonly Commission[], steps: readonly Step[] = []): void {
    const byId = new Map([...this.commissions, ...changed].map((each) => [each.id, each]));
    for (const before of this.commissions) {
      const after = byId.get(before.id)!;
      if (isOpen(before.state) || before.state === 'reversed') continue;
      expect(after.amount.minor, 'locked money does not move').to.equal(before.amount.minor);
    }
    this.commissions = [...byId.values()];
    this.steps.push(...steps);
  }
}

/** What the facts alone say that a partner has in the end. */
const modelOf = (world: World, n: number): Money => {
  const order = orderOf(world, world.facts);
  const credit = creditOf(world.facts)!;
  const nothing = Money.zero(world.currency);
  if (order.cancelledAt ?? order.returnedAt ?? order.chargedBackAt) return nothing;
  const last = credit.verdicts.filter(({ partnerId }) => partnerId === idOf('par', n)).at(-1);
  if (last?.verdict === 'reject') return nothing;
  return partsOf(order, credit, terms(world.currency)).get(idOf('par', n))?.kept.total ?? nothing;
};

const netOfAll = (commissions: readonly Commission[], n: number, currency: string): Money =>
  Money.sum(
    currency,
    commissions.filter(({ partnerId, state }) => partnerId === idOf('par', n) && state !== 'reversed').map(netOf),
  );

/** Where a commission stands, but for how it came there. */
const standing = (commissions: readonly Commission[], currency: string): object =>
  [1, 2].map((n) => {
    const live = commissions.filter(
      ({ partnerId, state, endReason }) =>
        partnerId === idOf('par', n) && state !== 'reversed' && endReason === undefined,
    );
    // While it is held it does not go on: how far it had come depends on what was heard until then.
    const about = live.map(({ state, vested, locksAt, allowed, share, reviewAt }) =>
      state === 'held' ? { state, share } : { state, vested: vested.minor, locksAt, allowed, share, reviewAt },
    );
    return { net: netOfAll(commissions, n, currency).minor, about };
  });

/** Day by day: the window runs while nobody holds it. */
const lockDayOf = (deliveredOn: number, verdicts: readonly Verdict[]): number => {
  const holds = fraudHolds(verdicts).map(({ from, until = on(10_000) }) => [epochMs(from), epochMs(until)] as const);
  let left = WINDOW;
  let day = deliveredOn;
  for (; left > 0; day += 1) {
    const noon = epochMs(on(day)) + 43_200_000;
    if (!holds.some(([from, until]) => from <= noon && noon < until)) left -= 1;
  }
  return day;
};

/** What was told of one commission adds up to what it comes to. */
const sumOf = (steps: readonly Step[], currency: string): Money =>
  steps.reduce((sum, step) => {
    if (step.kind === 'accrued') return sum.plus(step.commission.amount);
    if (step.kind === 'reversed') return sum.minus(step.commission.amount);
    if (step.kind === 'raised' || step.kind === 'topped_up') return sum.plus(step.by);
    return step.kind === 'reduced' || step.kind === 'clawed_back' ? sum.minus(step.by) : sum;
  }, Money.zero(currency));

const addsUp = ({ commissions, steps }: Life, world: World): void => {
  for (const n of [1, 2])
    expect(netOfAll(commissions, n, world.currency).minor, `partner ${n}`).to.equal(modelOf(world, n).minor);
  for (const commission of commissions) {
    const own = steps.filter((step) => step.commission.id === commission.id);
    const expected = commission.state === 'reversed' ? Money.zero(world.currency) : netOf(commission);
    expect(sumOf(own, world.currency).minor, 'the steps add up').to.equal(expected.minor);
  }
};

const followsItsParent = ({ commissions }: Life): void => {
  for (const child of commissions) {
    const parent = commissions.find(({ id }) => id === child.recruit?.parentId);
    if (child.recruit === undefined || parent === undefined) continue;
    expect(child.endReason === undefined, 'it ends with its parent').to.equal(parent.endReason === undefined);
    if (child.endReason === undefined)
      expect(netOf(child).minor, 'its percentage').to.equal(recruitTarget(parent, child.recruit).minor);
  }
};

/** A third of a commission comes to no yen at all; after delivery its partner is credited with the whole. */
const GROWN_FROM_NOTHING: World = {
  currency: 'JPY',
  quantities: [1],
  price: 7n,
  facts: [
    { kind: 'milestone', milestone: 'delivered', day: 100 },
    {
      kind: 'credit',
      decision: 1,
      credits: [
        { partnerId: idOf('par', 1), share: '1/3' },
        { partnerId: idOf('par', 2), share: '2/3' },
      ],
      day: 1,
    },
    { kind: 'credit', decision: 2, credits: [{ partnerId: idOf('par', 1), share: '1/1' }], day: 41 },
  ],
};

/** All of it vests in parts; a third of it has parts of less than half a yen. */
const VESTS_NOTHING: World = {
  currency: 'JPY',
  quantities: [3],
  price: 7n,
  facts: [
    { kind: 'milestone', milestone: 'confirmed', day: 1 },
    { kind: 'credit', decision: 1, credits: [{ partnerId: idOf('par', 1), share: '1/1' }], day: 1 },
    {
      kind: 'credit',
      decision: 2,
      credits: [
        { partnerId: idOf('par', 1), share: '1/3' },
        { partnerId: idOf('par', 2), share: '2/3' },
      ],
      day: 41,
    },
  ],
};

describe('the life of commissions over twenty-four months', () => {
  it('comes to the same, whatever is heard first, late or twice', () => {
    fc.assert(
      fc.property(worlds, fc.integer(), (world, seed) => {
        const outcomes = [0, 1, 2].map((run) => {
          const random = new SeededRandom(seed + run);
          const life = new Life(world, false);
          const news = run === 0 ? [...world.facts] : random.shuffled([...world.facts, ...world.facts.slice(0, 3)]);
          for (const fact of news) life.hear(fact);
          return standing(life.commissions, world.currency);
        });
        expect(outcomes[1]).to.deep.equal(outcomes[0]);
        expect(outcomes[2]).to.deep.equal(outcomes[0]);
      }),
      { numRuns: 150, examples: [GROWN_FROM_NOTHING, VESTS_NOTHING].map((world) => [world, 0]) },
    );
  });

  it('comes to what the facts say, with locks, payments and disputes in between, and told step by step', () => {
    const seen = new Set<Step['kind']>();
    fc.assert(
      fc.property(worlds, fc.integer(), (world, seed) => {
        const random = new SeededRandom(seed);
        const life = new Life(world, true);
        const news = random.shuffled([...world.facts, ...world.facts]);
        const perMonth = Math.ceil(news.length / 24);
        for (let month = 1; month <= 24; month += 1) {
          const now = on(Math.min(month * 30.4, END - 1) | 0);
          for (const fact of news.splice(0, perMonth)) life.hear(fact);
          if (random.fraction() < 0.2) life.dispute(now, random);
          life.wait(now, random);
          life.review(now, random);
        }
        life.hear(...news);

        addsUp(life, world);
        followsItsParent(life);
        for (const { kind } of life.steps) seen.add(kind);
      }),
      { numRuns: 300 },
    );
    expect([...seen], 'the worlds are not too kind').to.include.members([
      'held',
      'released',
      'review_due',
      'locked',
      'raised',
      'reduced',
      'reversed',
      'clawed_back',
      'topped_up',
    ]);
  });

  it('locks on the day that a clock shows which stands still while fraud looks', () => {
    let stood = 0;
    fc.assert(
      fc.property(worlds, (world) => {
        const life = new Life(world, false);
        life.hear(...world.facts);
        const delivered = world.facts.find((fact) => fact.kind === 'milestone' && fact.milestone === 'delivered');
        for (const { state, partnerId, locksAt, endReason } of life.commissions) {
          if (state !== 'vested' || endReason !== undefined || delivered === undefined || !('day' in delivered))
            continue;
          const verdicts = creditOf(world.facts)!.verdicts.filter((each) => each.partnerId === partnerId);
          expect(locksAt).to.equal(on(lockDayOf(delivered.day, verdicts)));
          if (locksAt !== on(delivered.day + WINDOW)) stood += 1;
        }
      }),
      { numRuns: 300 },
    );
    expect(stood, 'the worlds are not too kind').to.be.greaterThan(5);
  });
});
