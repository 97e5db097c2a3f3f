/** Whatever is done with disputes, in whatever order: no path leaves a reserve open, and nothing is paid twice. */
import { expect } from 'chai';
import fc from 'fast-check';
import { isOpen } from '../../../../src/modules/settlement/domain/disputes/dispute-life-cycle.ts';
import type { Verdict } from '../../../../src/modules/settlement/domain/disputes/decide.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { Money } from '../../../../src/shared/money.ts';
import { FakeSettlementTransaction } from '../../../support/fakes/fake-settlement.ts';
import {
  ADA,
  aCommissionEvidence,
  aDisputeStory,
  ANA,
  anOrderEvidence,
  BOB,
  brl,
  CARL,
  type DisputeStory,
} from '../../../support/dispute-story.ts';
import { idOf } from '../../../support/clock.ts';

const KINDS = [
  { kind: 'missing_conversion', about: { orderRef: 'B-1' } },
  { kind: 'missing_conversion', about: { orderRef: 'A-1' } },
  { kind: 'wrong_rate', about: { commissionId: idOf('com', 1) } },
  { kind: 'wrong_attribution', about: { orderRef: 'B-2' } },
  { kind: 'wrongful_reversal', about: { commissionId: idOf('com', 1) } },
] as const;

const STAFF = [ADA, BOB, CARL];

type Step =
  | { readonly do: 'open'; readonly what: number; readonly minor: number }
  | { readonly do: 'pass'; readonly days: number }
  | { readonly do: 'work' }
  | { readonly do: 'crash' }
  | {
      readonly do: 'take' | 'ask' | 'answer' | 'withdraw' | 'appeal' | 'approve' | 'send_back';
      readonly which: number;
      readonly who: number;
    }
  | {
      readonly do: 'resolve';
      readonly which: number;
      readonly who: number;
      readonly outcome: Verdict['outcome'];
      readonly minor: number;
    };

const which = fc.nat({ max: 4 });
const who = fc.nat({ max: 2 });
const minor = fc.integer({ min: 1, max: 4_000 });

const stepOf: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('open' as const), what: fc.nat({ max: 4 }), minor }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'work' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'crash' as const }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('take', 'ask', 'answer', 'withdraw', 'appeal', 'approve', 'send_back'),
      which,
      who,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('resolve' as const),
      which,
      who,
      outcome: fc.constantFrom('upheld', 'partially_upheld', 'rejected'),
      minor,
    }),
  },
);

const verdictOf = (step: Extract<Step, { do: 'resolve' }>): Verdict => ({
  outcome: step.outcome,
  reason: step.outcome === 'rejected' ? 'insufficient_evidence' : 'goodwill',
  granted: step.outcome === 'partially_upheld' ? Money.of(BigInt(step.minor), 'BRL') : undefined,
  text: 'So it is.',
});

/** What is refused is refused; what is wrong with us is not. */
const allowed = (error: unknown): void => {
  if (!(error instanceof AppError)) throw error;
};

const play = async (story: DisputeStory, steps: readonly Step[], crash: () => void): Promise<void> => {
  for (const step of steps) {
    if (step.do === 'pass') story.clock.passDays(step.days);
    else if (step.do === 'work') await story.worked();
    else if (step.do === 'crash') {
      crash();
      await story.worked().catch(() => 'cut off');
    } else await act(story, step).catch(allowed);
  }
};

const act = async (story: DisputeStory, step: Exclude<Step, { do: 'pass' | 'work' | 'crash' }>): Promise<unknown> => {
  if (step.do === 'open') {
    const matter = KINDS[step.what] ?? KINDS[0];
    return story.opened({ ...matter, claimed: brl(step.minor) });
  }
  const all = story.db.tables.ofDisputes.disputes.committed.values();
  const { id } = all[step.which % Math.max(1, all.length)] ?? { id: idOf('dsp', 99) };
  const staff = STAFF[step.who] ?? ADA;
  switch (step.do) {
    case 'take':
      return story.work.takeUp(id, staff);
    case 'ask':
      return story.work.requestEvidence(id, 'And?', staff);
    case 'answer':
      return story.work.addEvidence(id, 'This.', ANA);
    case 'withdraw':
      return story.work.withdraw(id, ANA);
    case 'appeal':
      return story.work.appeal(id, 'No.', ANA);
    case 'approve':
      return story.work.approve(id, staff);
    case 'send_back':
      return story.work.sendBack(id, 'No.', staff);
    case 'resolve':
      return story.work.resolve(id, verdictOf(step), staff);
  }
};

const sum = (minors: readonly bigint[]): bigint => minors.reduce((total, each) => total + each, 0n);

const mustAgree = async (story: DisputeStory): Promise<void> => {
  await story.worked();
  expect(await story.audits.reserves()).to.deep.equal([]);
  const all = story.db.tables.ofDisputes.disputes.committed.values();
  const outstanding = all
    .filter(({ state }) => isOpen(state))
    .map(({ claimed, granted }) => claimed.minor - granted.minor);
  expect(await story.held()).to.equal(sum(outstanding));
  const paid = sum([...story.adjustments.made.values()].map(({ amount }) => BigInt(amount.minor)));
  expect(paid).to.equal(sum(all.map(({ granted }) => granted.minor)));
  for (const { claimed, granted } of all) expect(granted.minor <= claimed.minor).to.equal(true);
};

describe('any history of disputes', () => {
  it('reserves what is still claimed of those that are open, and nothing else; each decision is paid once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepOf, { minLength: 5, maxLength: 50 }), async (steps) => {
        let commits = Infinity;
        const beforeCommit = (): void => {
          commits -= 1;
          if (commits === 0) throw new Error('the power went');
        };
        const story = aDisputeStory({ transaction: new FakeSettlementTransaction({ beforeCommit }) });
        const commission = aCommissionEvidence({ recomputed: brl(5_700), takenOff: brl(2_500) });
        story.evidence.orders.push(anOrderEvidence({ commissions: [commission] }));

        await play(story, steps, () => (commits = 2));
        commits = Infinity;
        await mustAgree(story);

        // And when nobody does anything more, time ends all of them.
        for (let month = 0; month < 3; month += 1) {
          story.clock.passDays(45);
          await story.worked();
        }
        expect(await story.held()).to.equal(0n);
        await mustAgree(story);
      }),
      { numRuns: 200 },
    );
  });
});
