import { expect } from 'chai';
import { calculate } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import { explanationFault } from '../../../../src/modules/commission/domain/life-cycle/drift.ts';
import { adjustedStep, otherStep, pastStep } from '../../../../src/modules/commission/domain/life-cycle/history.ts';
import type { Step } from '../../../../src/modules/commission/domain/life-cycle/step.ts';
import type { Adjustment } from '../../../../src/modules/commission/domain/life-cycle/adjustment.ts';
import type { Explanation } from '../../../../src/modules/commission/domain/explaining/explanation.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { Money } from '../../../../src/shared/money.ts';
import { aCommission, aTermsVersion, factsOn } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';

const at = instant('2018-02-01T00:00:00Z');
const brl = (minor: bigint) => Money.of(minor, 'BRL');
const commission = aCommission({ holdReasons: ['odd'] });
const { id: commissionId, amount } = commission;

describe('what is kept of a step', () => {
  const by = brl(120n);
  const adjustmentId = idOf('adj', 1);
  const sized = { at, commission, by, reason: 'lines_returned' } as const;
  const less = { by: by.negated(), reasons: ['lines_returned'] };
  const steps: readonly (readonly [Step, object])[] = [
    [{ kind: 'accrued', at, commission }, { reasons: [] }],
    [{ kind: 'released', at, commission }, { reasons: [] }],
    [{ kind: 'held', at, commission }, { reasons: ['odd'] }],
    [
      { kind: 'raised', ...sized },
      { by, reasons: ['lines_returned'] },
    ],
    [{ kind: 'reduced', ...sized }, less],
    [
      { kind: 'topped_up', ...sized, adjustmentId },
      { by, reasons: ['lines_returned'], adjustmentId },
    ],
    [
      { kind: 'clawed_back', ...sized, adjustmentId },
      { ...less, adjustmentId },
    ],
    [
      { kind: 'reversed', at, commission, reason: 'order_cancelled' },
      { by: amount.negated(), reasons: ['order_cancelled'] },
    ],
  ];
  for (const [step, kept] of steps) {
    it(`is how large it was then, by how much it changed and why: ${step.kind}`, () => {
      expect(pastStep(step)).to.deep.equal({ commissionId, kind: step.kind, at, amount, ...kept });
    });
  }

  it('is who did it and what they said, where people did', () => {
    expect(otherStep(commission, 'stopped', at)).to.deep.equal({
      commissionId,
      kind: 'stopped',
      at,
      amount,
      reasons: [],
    });
    expect(otherStep(commission, 'resumed', at, { actor: 'ada', note: 'fine' })).to.include({
      actor: 'ada',
      note: 'fine',
    });
  });

  it('is of an adjustment when it was decided, or proposed where nobody had to decide', () => {
    const adjustment: Adjustment = {
      ...{ id: adjustmentId, programId: idOf('prg', 1), partnerId: idOf('par', 1), kind: 'adjustment' as const },
      ...{ amount: by, reason: 'goodwill', state: 'approved' as const, proposedBy: 'ada', proposedAt: at },
    };
    const decidedAt = instant('2018-02-02T00:00:00Z');

    expect(adjustedStep(commission, adjustment)).to.deep.include({
      kind: 'adjusted',
      at,
      by,
      reasons: ['goodwill'],
      adjustmentId,
    });
    expect(adjustedStep(commission, { ...adjustment, decidedAt }).at).to.equal(decidedAt);
  });
});

describe('what is wrong with a commission by its explanation', () => {
  const bonuses = [{ name: 'b', when: { all: [] }, amount: { flat: { minor: '70', currency: 'BRL' } } }];
  const explained = (terms = {}): Explanation => calculate(factsOn(), aTermsVersion(terms), new Map()).explanation;
  const faultOf = (explanation: Explanation | undefined, minor = 500n) =>
    explanationFault({ id: commissionId, termsId: idOf('trm', 1), amount: brl(minor) }, explanation);

  it('is nothing where it comes to its amount, and its parts to the whole', () => {
    expect(faultOf(explained())).to.equal(undefined);
    expect(faultOf(explained({ bonuses }), 570n)).to.equal(undefined);
  });

  it('is said in a sentence where anything does not fit', () => {
    const [line] = explained().lines;
    const other = { ...line!, amount: { minor: '499', currency: 'BRL' } };
    const faults: readonly (readonly [Explanation | undefined, string])[] = [
      [undefined, 'has no explanation'],
      [{} as Explanation, 'has an explanation that nobody can calculate'],
      [explained({ bonuses }), 'is 5.00 BRL, its explanation says 5.70 BRL'],
      [{ ...explained(), lines: [other] }, 'has an explanation whose parts do not sum to its total'],
      [
        { ...explained(), terms: { ...explained().terms, termsId: idOf('trm', 2) } },
        `is by terms ${idOf('trm', 1)}, its explanation is by ${idOf('trm', 2)}`,
      ],
    ];
    for (const [explanation, fault] of faults) expect(faultOf(explanation)).to.equal(`${commissionId} ${fault}`);
  });
});
