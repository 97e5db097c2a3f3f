import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';

/** What is known of an order's credit: who has it by attribution, and what fraud says of that. */
export interface Credit {
  readonly orderId: Id<'ord'>;
  readonly programId: Id<'prg'>;
  readonly conversionId: Id<'cnv'>;
  /** Absent: the order is credited to nobody. */
  readonly partnerId?: Id<'par'> | undefined;
  readonly decidedAt: Instant;
  /** Counts the decisions: an older one that arrives late changes nothing. */
  readonly decision: number;
  readonly verdict?: Verdict | undefined;
}

export interface Verdict {
  readonly partnerId: Id<'par'>;
  readonly verdict: 'allow' | 'review' | 'reject';
  readonly reasons: readonly string[];
  readonly assessedAt: Instant;
  /** Counts the assessments, as `decision` counts decisions. */
  readonly assessment: number;
}

/** The verdict on the credit as it is; what was said of another partner's credit does not count. */
export const verdictOf = ({ partnerId, verdict }: Credit): Verdict | undefined =>
  verdict !== undefined && verdict.partnerId === partnerId ? verdict : undefined;
