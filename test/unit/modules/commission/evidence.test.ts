import { expect } from 'chai';
import type { CommissionEvidence } from '../../../../src/modules/commission/index.ts';
import { calculate } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import { evidenceOf, type KnownWithPast } from '../../../../src/modules/commission/domain/explaining/evidence.ts';
import type { PastStep } from '../../../../src/modules/commission/domain/life-cycle/history.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { Money } from '../../../../src/shared/money.ts';
import { aCommission, aLine, anOrder, aTermsVersion, factsOn } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';

const [LENA, KUPFER] = [idOf('par', 1), idOf('par', 2)];
const day = (n: number) => instant(`2018-01-${String(n).padStart(2, '0')}T00:00:00Z`);
const brl = (minor: bigint) => Money.of(minor, 'BRL');

const order = anOrder({
  lines: [
    aLine(),
    aLine({ lineRef: '2', quantity: 3, returnedQuantity: 2, unitPrice: { minor: '150', currency: 'BRL' } }),
  ],
  returns: [{ returnRef: 'R-1', at: day(9), extent: 'partial', lines: [{ lineRef: '2', quantity: 2 }] }] as never,
  returnedAt: day(9),
  reason: 'too large',
});
const { explanation } = calculate(factsOn(order), aTermsVersion(), new Map());
const commission = aCommission({ id: idOf('com', 1), partnerId: LENA, accruedAt: day(3), state: 'locked' });

const step = (kind: PastStep['kind'], n: number, by?: bigint): PastStep => ({
  ...{ commissionId: commission.id, kind, at: day(n), amount: brl(500n), by: by === undefined ? undefined : brl(by) },
  ...{ reasons: ['because'], actor: 'ada', note: 'looked at it' },
});
const known = (past: readonly PastStep[], changes: object = {}): KnownWithPast => ({
  order,
  commissions: [{ commission: { ...commission, ...changes }, explanation, past }],
});
const figures = (past: readonly PastStep[], changes: object = {}): CommissionEvidence =>
  evidenceOf(known(past, changes), LENA).commissions[0]!;

describe('the figures of an order in a dispute', () => {
  it('are of the goods as they were ordered, not as they were kept', () => {
    expect(evidenceOf(known([]), LENA).goods).to.deep.equal({ minor: '10450', currency: 'BRL' });
  });

  it('are computed again from the explanation, but of what is somebody else’s percentage or has ended', () => {
    const recruit = { parentId: idOf('com', 9), level: 1, percent: '10' };

    expect(figures([]).recomputed).to.deep.equal({ minor: '508', currency: 'BRL' });
    expect(figures([], { recruit }).recomputed).to.equal(undefined);
    expect(figures([], { state: 'reversed' }).recomputed).to.equal(undefined);
  });

  it('come to nothing where it was reversed, and else to what was added and taken back besides', () => {
    const adjusted = { adjusted: brl(30n), clawedBack: brl(10n) };
    const netOf = (changes: object): unknown => {
      const { everything } = evidenceOf(known([], { ...adjusted, ...changes }), LENA);
      return (everything as unknown as { commissions: { net: object }[] }).commissions[0]?.net;
    };

    expect(netOf({})).to.deep.equal({ minor: '520', currency: 'BRL' });
    expect(netOf({ state: 'reversed' })).to.deep.equal({ minor: '0', currency: 'BRL' });
  });

  it('sum what was taken off, and nothing that was added, brought or kept', () => {
    const past = [
      step('reduced', 4, -1n),
      step('reversed', 5, -20n),
      step('clawed_back', 6, -300n),
      step('raised', 7, 4_000n),
      step('topped_up', 8, 50_000n),
      step('adjusted', 9, -600_000n),
      step('recovered', 10, -7_000_000n),
      step('clawed_back', 11),
    ];

    expect(figures(past).takenOff).to.deep.equal({ minor: '321', currency: 'BRL' });
  });

  for (const [kind, decides] of [
    ...(['accrued', 'raised', 'reduced', 'reversed', 'locked', 'clawed_back', 'topped_up'] as const).map(
      (each) => [each, true] as const,
    ),
    ...(['held', 'vested', 'reviewed', 'settled', 'paid', 'unpaid', 'adjusted'] as const).map(
      (each) => [each, false] as const,
    ),
  ])
    it(`are ${decides ? '' : 'not '}decided by what came last where that is: ${kind}`, () => {
      expect(figures([step(kind, 20)]).decidedAt).to.equal(decides ? day(20) : day(3));
    });
});

describe('what is told of an order in a dispute', () => {
  const past = [step('reduced', 4, -1n)];
  const decision = {
    ...{ orderId: order.orderId, conversionId: idOf('cnv', 1), policyVersion: 1, decidedAt: day(3), reason: null },
    partners: [{ partnerId: LENA, share: '1/1' }],
    touches: [LENA, KUPFER].map((partnerId) => ({
      ...{ touchId: idOf('clk', 1), partnerId, kind: 'click', occurredAt: day(1), fate: 'won', share: null },
    })),
  };
  const evidence = (partnerId = LENA) => evidenceOf({ ...known(past), decision }, partnerId);
  const toldOf = (told: object | undefined) =>
    JSON.parse(JSON.stringify(told ?? {})) as { order: object; commissions: { history: object[] }[]; lines?: object[] };

  it('is to staff all, with who did what and what they noted', () => {
    const { order: about, commissions, lines, ...others } = toldOf(evidence().everything);

    expect(about).to.include({ orderRef: 'A-1', state: 'placed', returnedAt: day(9), reason: 'too large' });
    expect(about).to.have.deep.property('returns', [{ at: day(9), extent: 'partial' }]);
    expect(lines).to.have.length(2);
    expect(others).to.include({ answer: 'earned', uncalculated: null });
    expect(commissions).to.have.length(1);
    expect(commissions[0]).to.deep.include({ state: 'locked', terms: { termsId: idOf('trm', 1), version: 1 } });
    expect(commissions[0]).to.have.nested.property('explanation.orderRef', 'A-1');
    expect(commissions[0]?.history).to.deep.equal([
      {
        ...{ kind: 'reduced', at: day(4), amount: { minor: '500', currency: 'BRL' }, reasons: ['because'] },
        ...{ by: { minor: '-1', currency: 'BRL' }, actor: 'ada', note: 'looked at it' },
      },
    ]);
  });

  it('is to who earned it the same without lines, names and notes', () => {
    const { order: about, commissions, lines } = toldOf(evidence().shown);

    expect(about).to.include({ returnedAt: day(9), reason: 'too large' });
    expect(lines).to.equal(undefined);
    expect(commissions[0]?.history[0]).to.include({ kind: 'reduced' }).and.not.have.any.keys('actor', 'note');
  });

  it('is to who only touched it that it was placed, and of what state it is', () => {
    const { order: about, commissions, lines } = toldOf(evidence(KUPFER).shown);

    expect(about).to.have.all.keys('orderId', 'orderRef', 'programId', 'state', 'placedAt');
    expect([commissions, lines]).to.deep.equal([[], undefined]);
  });

  it('is where nothing is decided that nothing is', () => {
    const undecided = evidenceOf({ order, commissions: [] }, LENA);

    expect(undecided).to.deep.include({ isCredited: false, decidedAt: undefined, commissions: [], shown: undefined });
    expect(undecided.everything).to.deep.include({ answer: 'not_decided', credit: null, uncalculated: null });
  });
});
