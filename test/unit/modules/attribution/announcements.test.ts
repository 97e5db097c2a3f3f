import { expect } from 'chai';
import {
  announcementsOf,
  clickAnnouncements,
  type Notes,
} from '../../../../src/modules/attribution/domain/deciding/announcements.ts';
import {
  type Conversion,
  decided,
  type PlacedOrder,
} from '../../../../src/modules/attribution/domain/deciding/conversion.ts';
import { decisionFacts } from '../../../../src/modules/attribution/domain/deciding/decision-facts.ts';
import { DEFAULT_POLICY, type Policy, type Rules } from '../../../../src/modules/attribution/domain/policy/policy.ts';
import type { Touchpoint } from '../../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import type { CreditV1 } from '../../../../src/modules/attribution/events.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { instant, plusMs } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { aPlacedOrder, aTouch } from '../../../support/contracts/attribution-contract.ts';

const noon = instant('2018-01-10T12:00:00Z');
const linear: Rules = { model: { kind: 'linear' }, windows: { click: { days: 30 } } };
const ruled = (rules: Partial<Rules> = {}): Policy => ({ version: 2, rules: { ...linear, ...rules } });
const by = (n: number, overrides: Partial<Touchpoint> = {}): Touchpoint =>
  aTouch(n, { partnerId: idOf('par', n), occurredAt: plusMs(noon, n * 60_000), ...overrides });

const decide = (
  candidates: readonly Touchpoint[],
  { policy = ruled(), order = {}, before }: { policy?: Policy; order?: Partial<PlacedOrder>; before?: Conversion } = {},
): Conversion =>
  decided(
    aPlacedOrder(1, order),
    { candidates, standings: [3, 1, 2].map((n) => ({ partnerId: idOf('par', n), state: 'approved' })), policy },
    before?.decision,
    plusMs(noon, 9_000_000),
  );

const saidOf = (before: Conversion | undefined, after: Conversion, notes: Notes = new Map()) =>
  announcementsOf({ after, before: before?.decision, occasion: 'order_amended', notes }).map((each) => ({
    name: nameOf(each),
    aggregate: each.aggregate,
    payload: each.payload as Record<string, unknown>,
  }));
const namesOf = (...decisions: Parameters<typeof saidOf>): readonly string[] =>
  saidOf(...decisions).map(({ name }) => name);

describe('what is said of a decision', () => {
  const plain = (candidates: readonly Touchpoint[], order: Partial<PlacedOrder> = {}): Conversion =>
    decide(candidates, { policy: DEFAULT_POLICY, order });
  const CHANGED = 'attribution.attribution_changed.v1';
  const LOST = 'attribution.credit_lost.v1';

  const cases: readonly (readonly [why: string, before: Conversion, after: Conversion, names: readonly string[]])[] = [
    ['nothing, when the credit is the same', decide([by(1)]), decide([by(1)]), []],
    ['nothing, when it is nobody’s still, for another reason', decide([]), decide([by(4)]), []],
    ['a change alone, when somebody has what nobody had', decide([]), decide([by(1)]), [CHANGED]],
    ['a loss too, when nobody has what somebody had', decide([by(1)]), decide([]), [LOST, CHANGED]],
    ['a loss, when another partner has it', plain([by(1)]), plain([by(2)]), [LOST, CHANGED]],
    [
      'a change alone, when a partner has it by another of its clicks',
      plain([by(1)]),
      plain([by(1), by(2, { partnerId: idOf('par', 1) })]),
      [CHANGED],
    ],
    [
      'a change alone, when the order was placed at another time',
      plain([by(1)]),
      plain([by(1)], { placedAt: plusMs(noon, 3_600_000) }),
      [CHANGED],
    ],
    ['a loss, when a partner must share', decide([by(1)]), decide([by(1), by(2)]), [LOST, CHANGED]],
    [
      'losses of all who must share with more',
      decide([by(1), by(2)]),
      decide([by(1), by(2), by(3)]),
      [LOST, LOST, CHANGED],
    ],
    ['one loss, where the other has more now', decide([by(1), by(2)]), decide([by(1)]), [LOST, CHANGED]],
  ];
  for (const [why, before, after, names] of cases)
    it(`is ${why}`, () => {
      expect(namesOf(before, after)).to.have.ordered.members([...names]);
    });

  it('names what each loser had and has left, in a stream of its own', () => {
    const [before, after] = [decide([by(1), by(2)]), decide([by(2), by(3)])];

    const [lost, ...more] = saidOf(before, after);

    expect(more.map(({ name }) => name)).to.deep.equal([CHANGED]);
    expect(lost).to.deep.include({ aggregate: `credit:${after.conversionId}:${idOf('par', 1)}` });
    expect(lost?.payload).to.deep.include({ partnerId: idOf('par', 1), previousShare: '1/2', reason: 'order_amended' });
    expect(lost?.payload['share']).to.equal(undefined);

    const shared = saidOf(decide([by(1)]), decide([by(1), by(2), by(3)]))[0]?.payload;
    expect(shared).to.deep.include({ previousShare: '1/1', share: '1/3' });
  });

  it('names, first, who has it, by what, and what the partner noted on that touch', () => {
    const notes: Notes = new Map([[idOf('clk', 1), { campaign: 'spring', subs: { sub1: 'blog' } }]]);

    const [said] = saidOf(undefined, decide([by(1), by(2)]), notes);

    expect(said?.name).to.equal('attribution.conversion_attributed.v1');
    expect(said?.payload).to.deep.include({
      partnerId: idOf('par', 2),
      clickId: idOf('clk', 2),
      touchKind: 'click',
      policyVersion: 2,
    });
    expect(
      (said?.payload['credits'] as readonly CreditV1[]).map(({ campaign, subs }) => [campaign, subs]),
    ).to.deep.equal([
      ['spring', { sub1: 'blog' }],
      [undefined, undefined],
    ]);
  });

  it('names, when it is nobody’s, why', () => {
    const [said] = saidOf(undefined, decide([by(1, { objection: 'link_suspended' })]));

    expect(said?.name).to.equal('attribution.conversion_unattributed.v1');
    expect(said?.payload).to.include({ reason: 'link_suspended' });
  });

  it('names whose it was before, if it was anybody’s, and whose it is, if anybody’s', () => {
    const changed = (before: Conversion, after: Conversion) => {
      const { previousPartnerId, partnerId, clickId, touchKind } = saidOf(before, after).at(-1)!.payload;
      return [previousPartnerId, partnerId, clickId, touchKind];
    };
    expect(changed(plain([by(1)]), plain([by(2)]))).to.deep.equal([
      idOf('par', 1),
      idOf('par', 2),
      idOf('clk', 2),
      'click',
    ]);
    expect(changed(plain([]), plain([by(2)]))[0]).to.equal(undefined);
    expect(changed(plain([by(1)]), plain([]))).to.deep.equal([idOf('par', 1), undefined, undefined, undefined]);
  });
});

describe('clicks as others hear of them', () => {
  it('are those of partners that were worth something, and no other touches', () => {
    const said = clickAnnouncements([
      by(1),
      by(2, { partnerId: undefined }),
      by(3, { objection: 'link_suspended' }),
      by(4, { kind: 'coupon' }),
      by(5, { kind: 'qr' }),
    ]);

    expect(said.map(({ aggregate }) => aggregate)).to.deep.equal([idOf('clk', 1), idOf('clk', 5)]);
  });
});

describe('what a decision keeps', () => {
  const digestOf = (...decision: Parameters<typeof decide>): string => decide(...decision).decision.digest;
  const inputsOf = (...decision: Parameters<typeof decide>) => decide(...decision).decision.inputs;

  it('is the same in whatever order it was learnt, and however often', () => {
    expect(digestOf([by(2), by(1), by(2)])).to.equal(digestOf([by(1), by(2)]));
    expect(inputsOf([by(2), by(1), by(2)]).candidates.map(({ clickId }) => clickId)).to.deep.equal([
      idOf('clk', 1),
      idOf('clk', 2),
    ]);
    expect(inputsOf([]).standings.map(({ partnerId }) => partnerId)).to.deep.equal(
      [1, 2, 3].map((n) => idOf('par', n)),
    );
  });

  it('has the order’s codes as they are compared, each once, where the policy has rules', () => {
    const order = { couponCodes: ['ZOE', ' lena', 'LENA'] };

    expect(inputsOf([], { order }).order.couponCodes).to.deep.equal(['lena', 'zoe']);
    expect(inputsOf([], { order: { couponCodes: [] } }).order.couponCodes).to.equal(undefined);
    expect(inputsOf([], { order, policy: DEFAULT_POLICY }).order).not.to.have.property('couponCodes');
  });

  it('has of a touch no more than credit depends on: its kind where it is no click, and marks the policy asks about', () => {
    const standDown = { groups: [], signals: ['standdown', 'no_referrer'], withinMinutes: 5 };
    const touches = [
      by(1, { signals: ['standdown', 'bot', 'no_referrer'] }),
      by(2, { signals: ['bot'] }),
      by(3, { kind: 'coupon', linkCode: 'LENA' }),
      by(4, { kind: 'late_claim', recordedAt: plusMs(noon, 7) }),
    ];
    const bare = (n: number) => ({
      clickId: idOf('clk', n),
      programId: idOf('prg', 1),
      partnerId: idOf('par', n),
      occurredAt: plusMs(noon, n * 60_000),
      objection: undefined,
    });

    expect(inputsOf(touches, { policy: ruled({ standDown }) }).candidates).to.deep.equal([
      { ...bare(1), signals: ['no_referrer', 'standdown'] },
      bare(2),
      { ...bare(3), kind: 'coupon', code: 'lena' },
      { ...bare(4), kind: 'late_claim', claimedAt: plusMs(noon, 7) },
    ]);
    expect(inputsOf(touches).candidates[0]).to.deep.equal(bare(1));
    expect(inputsOf(touches, { policy: DEFAULT_POLICY }).candidates[2]).to.deep.equal({ ...bare(3), kind: 'coupon' });
  });

  it('is numbered on from the decision before', () => {
    const first = decide([by(1)]);

    expect(first.decision.number).to.equal(1);
    expect(decide([by(2)], { before: first }).decision.number).to.equal(2);
  });
});

describe('a decision as others are told of it', () => {
  it('has the parts and the fate of every touch', () => {
    const facts = decisionFacts(decide([by(1), by(2, { kind: 'coupon' }), by(3, { partnerId: undefined })]).decision);

    expect(facts.partners).to.deep.equal([{ partnerId: idOf('par', 1), share: '1/1' }]);
    expect(facts.reason).to.equal(null);
    expect(facts.touches.map(({ partnerId, kind, fate, share }) => [partnerId, kind, fate, share])).to.deep.equal([
      [idOf('par', 1), 'click', 'won', '1/1'],
      [idOf('par', 2), 'coupon', 'kind_not_counted', null],
      [null, 'click', 'not_enrolled', null],
    ]);
  });

  it('has the reason where it is nobody’s', () => {
    expect(decisionFacts(decide([]).decision)).to.deep.equal({ partners: [], reason: 'no_touchpoint', touches: [] });
  });
});
