import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { CreditFacts } from '../engine/facts.ts';

/** The share of a partner who has it all. */
export const WHOLE = '1/1';

/** What is known of an order's credit: who has it by attribution, and what fraud says of that. */
export interface Credit {
  readonly orderId: Id<'ord'>;
  readonly programId: Id<'prg'>;
  readonly conversionId: Id<'cnv'>;
  /** None: the order is credited to nobody. One a partner; the shares sum to one. */
  readonly credits: readonly CreditPart[];
  readonly decidedAt: Instant;
  /** Counts the decisions: an older one that arrives late changes nothing. */
  readonly decision: number;
  /** All that fraud has said. A partner's last word counts; the earlier ones say how long its part was held. */
  readonly verdicts: readonly Verdict[];
}

/** One partner's part of the credit, with the touch that won it. */
export interface CreditPart {
  readonly partnerId: Id<'par'>;
  /** Of the whole, as a fraction: `1/1`, `1/3`. */
  readonly share: string;
  readonly clickId?: Id<'clk'> | undefined;
  readonly touchKind?: string | undefined;
  /** Unknown of orders that were credited before it was kept. */
  readonly touchedAt?: Instant | undefined;
  readonly role?: string | undefined;
  readonly campaign?: string | undefined;
  readonly subs?: Readonly<Record<string, string>> | undefined;
  /** Of the partner's enrolment, when the order was credited first. */
  readonly groups?: readonly string[] | undefined;
}

export interface Verdict {
  readonly partnerId: Id<'par'>;
  readonly verdict: 'allow' | 'review' | 'reject';
  readonly reasons: readonly string[];
  readonly assessedAt: Instant;
  /** Counts the assessments, as `decision` counts decisions. */
  readonly assessment: number;
}

/** What was said of one partner's part, in the order it was said, however it was heard. */
export const verdictsOn = ({ verdicts }: Credit, partnerId: Id<'par'>): readonly Verdict[] =>
  verdicts.filter((verdict) => verdict.partnerId === partnerId).toSorted((a, b) => a.assessment - b.assessment);

/** The verdict on a partner's part; what was said of another's does not count. */
export const verdictOn = (credit: Credit, partnerId: Id<'par'>): Verdict | undefined =>
  verdictsOn(credit, partnerId).at(-1);

/** The credit with one more word of fraud; one that is known already changes nothing. */
export const assessed = (credit: Credit, verdict: Verdict): Credit =>
  credit.verdicts.some(
    ({ partnerId, assessment }) => partnerId === verdict.partnerId && assessment === verdict.assessment,
  )
    ? credit
    : { ...credit, verdicts: [...credit.verdicts, verdict].toSorted((a, b) => a.assessment - b.assessment) };

/**
 * What terms may look at of each part; of one whose touch nobody kept, the order's placing stands for it. By partner,
 * however they were told: that is the order in which they stand in periods.
 */
export const creditFacts = ({ credits }: Credit, placedAt: Instant): readonly CreditFacts[] => {
  const sorted = credits.toSorted((a, b) => (a.partnerId < b.partnerId ? -1 : 1));
  const shares = sorted.map(({ share }) => share);
  return sorted.map(({ partnerId, groups = [], touchKind, touchedAt, campaign, subs }, own) => ({
    partnerId,
    groups,
    touch: { kind: touchKind, touchedAt: touchedAt ?? placedAt, campaign, subs },
    shares,
    own,
  }));
};
