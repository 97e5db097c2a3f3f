import { expect } from 'chai';
import fc from 'fast-check';
import { decide } from '../../../../src/modules/attribution/domain/deciding/decide.ts';
import type { Candidate, OrderTouches, Standing } from '../../../../src/modules/attribution/domain/deciding/journey.ts';
import { DEFAULT_POLICY } from '../../../../src/modules/attribution/domain/policy/policy.ts';
import { instant, plusDays, plusMs } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';

const placedAt = instant('2018-03-01T00:00:00Z');
const order: OrderTouches = { orderId: idOf('ord', 1), programId: idOf('prg', 1), placedAt, clickId: idOf('clk', 1) };

const touch = (n: number, minutesBefore: number, overrides: Partial<Candidate> = {}): Candidate => ({
  clickId: idOf('clk', n),
  programId: idOf('prg', 1),
  partnerId: idOf('par', n),
  occurredAt: plusMs(placedAt, -minutesBefore * 60_000),
  ...overrides,
});

const standing = (n: number, state: Standing['state'] = 'approved'): Standing => ({ partnerId: idOf('par', n), state });
const enrolled = [1, 2, 3].map((n) => standing(n));

const decideOn = (candidates: readonly Candidate[], standings: readonly Standing[] = enrolled) =>
  decide(order, candidates, standings, DEFAULT_POLICY);

const fates = (candidates: readonly Candidate[], standings?: readonly Standing[]) =>
  Object.fromEntries(decideOn(candidates, standings).considered.map(({ clickId, fate }) => [clickId, fate]));

describe('deciding who is credited', () => {
  it('credits the last touch, and says of the others that they were earlier', () => {
    const candidates = [touch(2, 10), touch(1, 30), touch(3, 20)];

    expect(decideOn(candidates).outcome).to.deep.equal({
      kind: 'attributed',
      partnerId: idOf('par', 2),
      clickId: idOf('clk', 2),
      touchedAt: plusMs(placedAt, -600_000),
    });
    expect(fates(candidates)).to.deep.equal({
      [idOf('clk', 1)]: 'earlier_touch',
      [idOf('clk', 2)]: 'won',
      [idOf('clk', 3)]: 'earlier_touch',
    });
  });

  it('takes of touches in one millisecond the one of the greatest id for the last, however they were told', () => {
    const [first, second, third] = [touch(1, 10), touch(2, 10), touch(3, 10)];

    for (const told of [
      [first, second, third],
      [third, second, first],
      [second, third, first],
      [third, first, second],
    ])
      expect(decideOn(told).considered.map(({ clickId }) => clickId)).to.deep.equal(
        [1, 2, 3].map((n) => idOf('clk', n)),
      );
    expect(decideOn([third, first, second]).outcome).to.include({ clickId: idOf('clk', 3) });
  });

  it('counts a touch in the millisecond of the order, and none after it', () => {
    expect(decideOn([touch(1, 0)]).outcome.kind).to.equal('attributed');
    expect(decideOn([touch(1, 0, { occurredAt: plusMs(placedAt, 1) })]).outcome).to.deep.equal({
      kind: 'unattributed',
      reason: 'after_order',
    });
  });

  it('takes the window as half-open: exactly 30 days before is outside, a millisecond later is inside', () => {
    const edge = plusDays(placedAt, -30);

    expect(decideOn([touch(1, 0, { occurredAt: edge })]).outcome).to.deep.equal({
      kind: 'unattributed',
      reason: 'outside_window',
    });
    expect(decideOn([touch(1, 0, { occurredAt: plusMs(edge, 1) })]).outcome.kind).to.equal('attributed');
  });

  it('passes over a partner that is not enrolled, to the touch before', () => {
    for (const state of ['applied', 'invited', 'rejected', 'declined', 'suspended', 'terminated', 'none'] as const) {
      const standings = [standing(1), standing(2, state)];

      expect(fates([touch(1, 30), touch(2, 10)], standings)).to.deep.equal({
        [idOf('clk', 1)]: 'won',
        [idOf('clk', 2)]: 'not_enrolled',
      });
    }
  });

  it('passes over clicks that were worth nothing from the start, and over other programs’', () => {
    const candidates = [
      touch(1, 40),
      touch(2, 30, { objection: 'link_suspended' }),
      touch(3, 20, { programId: idOf('prg', 2) }),
      touch(4, 10, { partnerId: undefined, objection: 'unknown_link' }),
    ];

    expect(Object.values(fates(candidates))).to.deep.equal(['won', 'link_suspended', 'other_program', 'unknown_link']);
  });

  it('says why nobody is credited: what the last of the losers lost by', () => {
    const reasonOf = (candidates: readonly Candidate[], about = order) => {
      const { outcome } = decide(about, candidates, [standing(2, 'suspended')], DEFAULT_POLICY);
      return outcome.kind === 'unattributed' ? outcome.reason : outcome.kind;
    };
    const old = touch(1, 40 * 24 * 60);

    expect(reasonOf([])).to.equal('click_unknown');
    expect(reasonOf([], { ...order, clickId: undefined })).to.equal('no_touchpoint');
    expect(reasonOf([old])).to.equal('outside_window');
    expect(reasonOf([old, touch(2, 10)])).to.equal('not_enrolled');
  });

  it('says the kind of what was no click, and of clicks nothing, as before there were others', () => {
    const kinds = (kind: Candidate['kind']) =>
      decideOn([touch(1, 10, { kind })]).considered.map((each) => ('kind' in each ? each.kind : 'none'));

    expect([undefined, 'click', 'coupon'].map((kind) => kinds(kind as Candidate['kind'])[0])).to.deep.equal([
      undefined,
      'none',
      'coupon',
    ]);
  });

  it('holds to the window of its policy', () => {
    const policy = { ...DEFAULT_POLICY, windowDays: 1 };

    expect(decide(order, [touch(1, 24 * 60)], enrolled, policy).outcome.kind).to.equal('unattributed');
    expect(decide(order, [touch(1, 24 * 60 - 1)], enrolled, policy).outcome.kind).to.equal('attributed');
  });

  it('decides alike whatever the order of the touches, and has one winner at most', () => {
    const some = fc.uniqueArray(
      fc.record({
        n: fc.integer({ min: 1, max: 40 }),
        minutes: fc.integer({ min: -10, max: 45 * 24 * 60 }),
        objection: fc.constantFrom(undefined, undefined, 'link_suspended' as const),
      }),
      { selector: ({ n }) => n, maxLength: 12 },
    );
    fc.assert(
      fc.property(some, fc.infiniteStream(fc.nat()), (drawn, noise) => {
        const candidates = drawn.map(({ n, minutes, objection }) => touch(n, minutes, { objection }));
        const standings = drawn.map(({ n }) => standing(n, n % 4 === 0 ? 'suspended' : 'approved'));
        const shuffled = candidates
          .map((each) => ({ each, key: noise.next().value as number }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ each }) => each);

        const decision = decideOn(candidates, standings);

        expect(decideOn(shuffled, standings.toReversed())).to.deep.equal(decision);
        expect(decision.considered.filter(({ fate }) => fate === 'won').length).to.equal(
          decision.outcome.kind === 'attributed' ? 1 : 0,
        );
      }),
    );
  });
});
