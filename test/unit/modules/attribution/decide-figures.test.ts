import { expect } from 'chai';
import { decide } from '../../../../src/modules/attribution/domain/deciding/decide.ts';
import type { Candidate, Decision, Figures } from '../../../../src/modules/attribution/domain/deciding/journey.ts';
import { DEFAULT_POLICY, policyInForce, type Rules } from '../../../../src/modules/attribution/domain/policy/policy.ts';
import { counts, rulingOf } from '../../../../src/modules/attribution/domain/policy/ruling.ts';
import { TOUCH_KINDS } from '../../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import { instant, plusMs } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';

const noon = instant('2018-06-15T12:00:00Z');
const order = { orderId: idOf('ord', 1), programId: idOf('prg', 1), placedAt: noon };
const plain: Rules = { model: { kind: 'last_touch' }, windows: { click: { hours: 24 } } };

/** `by` the n-th partner; so many seconds before the order. */
const touch = (n: number, by: number, secondsBefore: number, more: Partial<Candidate> = {}): Candidate => ({
  clickId: idOf('clk', n),
  programId: idOf('prg', 1),
  partnerId: idOf('par', by),
  occurredAt: plusMs(noon, -secondsBefore * 1_000),
  ...more,
});
const decided = (rules: Partial<Rules>, touches: readonly Candidate[]): Decision =>
  decide(
    order,
    touches,
    [1, 2, 3].map((n) => ({ partnerId: idOf('par', n), state: 'approved' })),
    { version: 2, rules: { ...plain, ...rules } },
  );

const claim = (secondsAfter: number): Candidate =>
  touch(1, 1, 0, { kind: 'late_claim', claimedAt: plusMs(noon, secondsAfter * 1_000) });
const lateClaims = { window: { hours: 1 }, confirmation: 'staff' } as const;
const standDown = { groups: [], signals: ['standdown'], withinMinutes: 5 };
const marked = { signals: ['standdown'] };

/** What is said of the last of the touches. */
const FIGURES: readonly (readonly [fate: string, rules: Partial<Rules>, touches: Candidate[], figures: Figures])[] = [
  ['won', {}, [touch(1, 1, 90.9)], { secondsBefore: 90 }],
  ['after_order', {}, [touch(1, 1, -1.9)], { secondsAfter: 1 }],
  ['outside_window', {}, [touch(1, 1, 86_400.5)], { secondsBefore: 86_400, windowSeconds: 86_400 }],
  ['claim_too_late', { lateClaims }, [claim(3_600)], { secondsAfter: 3_600, windowSeconds: 3_600 }],
  ['won', { lateClaims }, [claim(3_599)], { secondsBefore: 0 }],
  [
    'stood_down',
    { standDown },
    [touch(1, 1, 400), touch(2, 2, 300), touch(3, 3, 100, marked)],
    { secondsSinceClick: 200 },
  ],
  ['in_cart', { inCartSeconds: 60 }, [touch(1, 1, 90), touch(2, 2, 30)], { secondsBefore: 30, thresholdSeconds: 60 }],
  [
    'lower_precedence',
    { precedence: [['coupon'], ['impression'], ['click']], windows: { click: { days: 1 }, impression: { days: 1 } } },
    [touch(1, 1, 90, { kind: 'impression' }), touch(2, 2, 30)],
    { tier: 3, firstTier: 2 },
  ],
  [
    'lower_precedence',
    { windows: { click: { days: 1 }, impression: { days: 1 } } },
    [touch(1, 1, 90), touch(2, 2, 30, { kind: 'impression' })],
    { tier: 2, firstTier: 1 },
  ],
];

describe('the numbers that decided', () => {
  for (const [fate, rules, touches, figures] of FIGURES)
    it(`are ${Object.keys(figures).join(' and ')} of a touch that is ${fate}`, () => {
      expect(decided(rules, touches).considered.at(-1)).to.deep.include({ fate, figures });
    });

  it('are tiers as a policy has them, or else all the rest, then views, then claims', () => {
    const tiers = (rules: Rules) => TOUCH_KINDS.map((kind) => rulingOf(rules).tierOf.get(kind));
    expect(tiers({ ...plain })).to.deep.equal([1, 2, 1, 1, 1, 1, 1, 3]);
    expect(tiers({ ...plain, precedence: [['coupon', 'qr'], ['click']] }).slice(0, 4)).to.deep.equal([
      2,
      undefined,
      1,
      1,
    ]);
  });
});

describe('a partner of several touches', () => {
  const even: Partial<Rules> = { model: { kind: 'linear' } };
  const uneven: Partial<Rules> = { model: { kind: 'position_based', first: 50, middle: 20, last: 30 } };
  const named = (rules: Partial<Rules>, touches: readonly Candidate[]): unknown => {
    const { outcome } = decided(rules, touches);
    return outcome.kind === 'attributed' && outcome.credits?.[0]?.clickId;
  };
  const cases: readonly (readonly [why: string, rules: Partial<Rules>, touches: Candidate[], named: number])[] = [
    ['its weightiest, though it came first', uneven, [touch(1, 1, 50), touch(2, 1, 40), touch(3, 2, 30)], 1],
    ['of equal ones its latest', even, [touch(2, 1, 50), touch(1, 1, 40), touch(3, 2, 30)], 1],
    ['in one moment the one of the greater id', even, [touch(2, 1, 50), touch(1, 1, 50), touch(3, 2, 30)], 2],
  ];
  for (const [why, rules, touches, n] of cases)
    it(`is credited for ${why}`, () => {
      expect(named(rules, touches)).to.equal(idOf('clk', n));
      expect(named(rules, touches.toReversed())).to.equal(idOf('clk', n));
    });
});

describe('the policy in force', () => {
  const version = (n: number, effectiveFrom?: typeof noon) => ({
    programId: idOf('prg', 1),
    policy: { version: n, rules: plain },
    effectiveFrom,
  });
  const inForce = (versions: Parameters<typeof policyInForce>[0], at = noon): number =>
    policyInForce(versions, at).version;

  it('is the newest that was, from its very moment on, in whatever order they are told', () => {
    const versions = [version(2), version(4, plusMs(noon, 5)), version(3, noon)];
    for (const told of [versions, versions.toReversed()])
      expect([-1, 0, 4, 5].map((ms) => inForce(told, plusMs(noon, ms)))).to.deep.equal([2, 3, 3, 4]);
  });

  it('is what every program starts with where nothing was published', () => {
    expect(policyInForce([], noon)).to.equal(DEFAULT_POLICY);
  });

  it('counts a kind that it gives a window for anybody, and without rules none by name', () => {
    const groups = [{ group: 'dealers', windows: { dealer: { days: 1 } } }, { group: 'vip' }];
    const policy = { version: 2, rules: { ...plain, groups } };
    expect(TOUCH_KINDS.filter((kind) => counts(policy, kind))).to.deep.equal(['click', 'dealer']);
    expect(counts(DEFAULT_POLICY, 'click')).to.equal(false);
  });
});
