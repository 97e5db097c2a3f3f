import { expect } from 'chai';
import { exclusiveUses } from '../../../../src/modules/attribution/domain/policy/exclusive-codes.ts';
import {
  DEFAULT_POLICY,
  type ExclusiveCode,
  type Policy,
} from '../../../../src/modules/attribution/domain/policy/policy.ts';
import { instant, plusMs } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { aPlacedOrder } from '../../../support/contracts/attribution-contract.ts';

const noon = instant('2018-01-10T12:00:00Z');
const later = plusMs(noon, 5_000);
const [lena, carla] = [idOf('par', 1), idOf('par', 2)];

const policyOf = (...exclusiveCodes: readonly ExclusiveCode[]): Policy => ({
  version: 2,
  rules: { model: { kind: 'last_touch' }, windows: { click: { days: 30 } }, exclusiveCodes },
});
const lenas: ExclusiveCode = { code: 'LENA', match: 'starts_with', partnerId: lena };

const usesOf = (
  typed: readonly string[],
  policy: Policy,
  known: Parameters<typeof exclusiveUses>[2] = [],
  placedAt = noon,
) => exclusiveUses(aPlacedOrder(1, { placedAt, couponCodes: typed }), policy, known, later);
const inShort = (uses: ReturnType<typeof exclusiveUses>) =>
  uses.map(({ partnerId, linkCode }) => `${partnerId === lena ? 'Lena' : 'Carla'} ${linkCode}`);

describe('codes that a policy says are one partner’s alone', () => {
  it('are a coupon’s use at the moment of the order, though nobody knows a coupon', () => {
    const [use, ...more] = usesOf([' Lena10'], policyOf(lenas));

    expect(more).to.deep.equal([]);
    expect(use?.clickId).to.match(/^clk_/);
    expect(use).to.deep.include({
      kind: 'coupon',
      programId: idOf('prg', 1),
      partnerId: lena,
      linkCode: 'lena10',
      occurredAt: noon,
      recordedAt: later,
      live: false,
      consent: 'unknown',
      signals: [],
    });
  });

  it('are used once, however often they are typed or meant, and by the same id whenever they are asked', () => {
    const twice = policyOf(lenas, { ...lenas, match: 'contains' });
    const uses = usesOf(['LENA10', 'lena10 '], twice);

    expect(inShort(uses)).to.deep.equal(['Lena lena10']);
    expect(usesOf(['lena10'], policyOf(lenas))).to.deep.equal(uses);
  });

  const carlas: ExclusiveCode = { code: '10', match: 'ends_with', partnerId: carla };
  const cases: readonly (readonly [what: string, typed: readonly string[], policy: Policy, uses: readonly string[]])[] =
    [
      ['are nobody’s in a policy without rules', ['LENA10'], DEFAULT_POLICY, []],
      ['are nobody’s in a policy that names none', ['LENA10'], policyOf(), []],
      ['are only those that it means', ['CARLA20', '10LENA'], policyOf(lenas, carlas), []],
      [
        'are each used by whom they are said to be',
        ['lena5', 'x10'],
        policyOf(lenas, carlas),
        ['Lena lena5', 'Carla x10'],
      ],
      [
        'are used by both, if both are said to have one',
        ['lena10'],
        policyOf(lenas, carlas),
        ['Lena lena10', 'Carla lena10'],
      ],
      [
        'are a hundred characters at most',
        ['lena'.padEnd(100, 'x')],
        policyOf(lenas),
        [`Lena ${'lena'.padEnd(100, 'x')}`],
      ],
      ['are nobody’s beyond a hundred characters', ['lena'.padEnd(101, 'x')], policyOf(lenas), []],
      ['are nobody’s when they are blank', ['  '], policyOf({ ...lenas, code: '', match: 'contains' }), []],
    ];
  for (const [what, typed, policy, uses] of cases)
    it(what, () => {
      expect(inShort(usesOf(typed, policy))).to.deep.equal(uses);
    });

  it('are theirs from a moment on and until just before another', () => {
    const policy = policyOf({ ...lenas, from: noon, until: later });

    const counts = [plusMs(noon, -1), noon, plusMs(later, -1), later].map(
      (placedAt) => usesOf(['lena'], policy, [], placedAt).length,
    );

    expect(counts).to.deep.equal([0, 1, 1, 0]);
  });

  it('are used by no second touch where a coupon of the same partner says so already', () => {
    const coupon = (partnerId: typeof lena, code: string) => ({
      clickId: idOf('clk', 9),
      programId: idOf('prg', 1),
      occurredAt: noon,
      partnerId,
      code,
    });

    expect(usesOf(['lena10'], policyOf(lenas), [coupon(lena, 'lena10')])).to.deep.equal([]);
    expect(usesOf(['lena10'], policyOf(lenas), [coupon(carla, 'lena10'), coupon(lena, 'lena')])).to.have.length(1);
  });
});
