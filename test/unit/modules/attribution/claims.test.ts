import { expect } from 'chai';
import {
  type Claim,
  claimTouch,
  isWorth,
  lateClaimsOf,
} from '../../../../src/modules/attribution/domain/deciding/claim.ts';
import { candidateOf } from '../../../../src/modules/attribution/domain/deciding/journey.ts';
import { DEFAULT_POLICY, type Policy, type Rules } from '../../../../src/modules/attribution/domain/policy/policy.ts';
import type { Coupon } from '../../../../src/modules/attribution/domain/traffic/coupon.ts';
import { isId } from '../../../../src/shared/ids.ts';
import { instant, plusMs } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { aCoupon } from '../../../support/contracts/attribution-contract.ts';

const noon = instant('2018-01-10T12:00:00Z');
const after = (ms: number) => plusMs(noon, ms);
const lena = idOf('par', 1);
const order = { orderId: idOf('ord', 1), programId: idOf('prg', 1), placedAt: noon };

const claim: Claim = {
  claimId: idOf('clm', 1),
  programId: idOf('prg', 1),
  orderId: idOf('ord', 1),
  orderRef: 'A-1',
  partnerId: lena,
  state: 'filed',
  evidence: 'she told me at the till',
  references: [],
  filedBy: 'lena',
  filedAt: after(60_000),
};
const coupon = aCoupon(1, { partnerId: lena, code: 'LENA10', createdAt: noon });
const policyOf = (more: Partial<Rules> = {}): Policy => ({
  version: 2,
  rules: { model: { kind: 'last_touch' }, windows: { click: { days: 30 } }, ...more },
});

describe('the code of a late claim, at the moment of the order,', () => {
  const cases: readonly (readonly [why: string, coupon: Partial<Coupon>, policy: Policy, isWorth: boolean])[] = [
    ['is worth something from the moment it was made', {}, policyOf(), true],
    ['is worth nothing before', { createdAt: after(1) }, policyOf(), false],
    ['is worth something until just before it was disabled', { disabledAt: after(1) }, policyOf(), true],
    ['is worth nothing from then on', { disabledAt: noon }, policyOf(), false],
    ['is worth nothing when it is somebody else’s', { partnerId: idOf('par', 2) }, policyOf(), false],
    ['is worth nothing by a policy without rules, which knows no claims', {}, DEFAULT_POLICY, false],
    [
      'is worth nothing where the policy suppresses it, however far',
      {},
      policyOf({ suppressedCodes: [{ code: 'lena', match: 'contains', earns: 'with_click' }] }),
      false,
    ],
    [
      'is worth something where the policy suppresses others',
      {},
      policyOf({ suppressedCodes: [{ code: 'welcome', match: 'contains', earns: 'nothing' }] }),
      true,
    ],
  ];
  for (const [why, change, policy, expected] of cases)
    it(why, () => {
      expect(isWorth({ ...coupon, ...change }, claim, order, policy)).to.equal(expected);
    });
});

describe('what a policy says of late claims', () => {
  const ofAll = { window: { days: 14 }, confirmation: 'staff' } as const;
  const ofDealers = { window: { days: 60 }, confirmation: 'valid_code' } as const;
  const policy = policyOf({
    lateClaims: ofAll,
    groups: [{ group: 'vip' }, { group: 'dealers', lateClaims: ofDealers }],
  });

  it('is what the first group says that it names, and else what holds for all', () => {
    for (const [groups, said] of [
      [undefined, ofAll],
      [[], ofAll],
      [['strangers'], ofAll],
      [['vip'], ofAll],
      [['dealers'], ofDealers],
      [['dealers', 'vip'], ofAll],
    ] as const)
      expect(lateClaimsOf(policy, groups), String(groups)).to.deep.equal(said);
  });

  it('is nothing where it takes none', () => {
    expect(lateClaimsOf(policyOf(), ['dealers'])).to.equal(undefined);
    expect(lateClaimsOf(DEFAULT_POLICY, ['dealers'])).to.equal(undefined);
  });
});

describe('the touch a confirmed claim stands for', () => {
  it('is of the moment of the order, and known since the claim was filed', () => {
    const touch = claimTouch({ ...claim, code: ' LENA10' }, order);

    expect(touch).to.deep.include({
      kind: 'late_claim',
      programId: idOf('prg', 1),
      partnerId: lena,
      linkCode: 'lena10',
      occurredAt: noon,
      recordedAt: claim.filedAt,
      live: false,
      consent: 'unknown',
      signals: [],
    });
    expect(candidateOf(touch)).to.include({ claimedAt: claim.filedAt }).and.not.to.have.property('code');
    expect(claimTouch(claim, order).linkCode).to.equal('claim');
  });

  it('is one for each claim, and for each moment the order may turn out to be of', () => {
    const ids = [
      claimTouch(claim, order),
      claimTouch(claim, { ...order }),
      claimTouch(claim, { ...order, placedAt: after(1) }),
      claimTouch({ ...claim, claimId: idOf('clm', 2) }, order),
      claimTouch(claim, { ...order, orderId: idOf('ord', 2) }),
    ].map(({ clickId }) => clickId);

    expect(ids[1]).to.equal(ids[0]);
    expect(new Set(ids).size).to.equal(4);
    expect(ids.every((id) => isId('clk', id))).to.equal(true);
  });
});
