import type { Id } from '../../../../shared/ids.ts';
import { Money } from '../../../../shared/money.ts';

/** What a program's contract says of disputes. A dispute keeps what it was opened under. */
export interface DisputeTerms {
  /** For how long after the statement or decision one may be opened. */
  readonly windowDays: number;
  /** How long we may take; after that it comes out as the partner claims. */
  readonly reviewDays: number;
  /** How long the partner may take when it is asked for evidence; meanwhile our time stands still. */
  readonly evidenceDays: number;
  /** For how long after a decision the partner may appeal. */
  readonly appealDays: number;
}

export const DEFAULT_DISPUTE_TERMS: DisputeTerms = {
  windowDays: 60,
  reviewDays: 30,
  evidenceDays: 14,
  appealDays: 30,
};

export interface ProgramDisputeTerms extends DisputeTerms {
  readonly programId: Id<'prg'>;
  /** 0 while nobody has said anything. */
  readonly version: number;
  /** Above it nothing can be claimed by a partner's open disputes together, in the currency of the books. */
  readonly mostClaimed: Money;
}

/** Of minor units, where the contract says nothing: what is claimed is reserved, and paid when we are late. */
const MOST_CLAIMED = 100_000n;

export const usualTerms = (programId: Id<'prg'>, currency: string): ProgramDisputeTerms => ({
  ...DEFAULT_DISPUTE_TERMS,
  programId,
  version: 0,
  mostClaimed: Money.of(MOST_CLAIMED, currency),
});

type Contract = DisputeTerms & Pick<ProgramDisputeTerms, 'mostClaimed'>;

/** JSON pointers to what guards money less than before: by it partners claim more, or for longer, or we are late sooner. */
export const loosenedTerms = (before: Contract, after: Contract): readonly string[] => [
  ...(['windowDays', 'evidenceDays', 'appealDays'] as const).flatMap((days) =>
    after[days] > before[days] ? [`/${days}`] : [],
  ),
  ...(after.reviewDays < before.reviewDays ? ['/reviewDays'] : []),
  ...(after.mostClaimed.compare(before.mostClaimed) > 0 ? ['/mostClaimed'] : []),
];
