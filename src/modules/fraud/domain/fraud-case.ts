import type { Instant } from '../../../shared/instant.ts';
import { moved } from '../../../shared/lifecycle.ts';
import type { CaseId } from '../index.ts';
import type { Assessment, Review } from './assessment.ts';
import { type CaseState, lifecycle } from './case-life-cycle.ts';

/** A conversion that somebody has to look at. */
export interface FraudCase {
  readonly caseId: CaseId;
  /** What it is about now. */
  readonly assessment: Assessment;
  readonly state: CaseState;
  readonly openedAt: Instant;
  readonly closedAt?: Instant | undefined;
  readonly review?: Review | undefined;
}

export interface Cases {
  /** Open still, about what is so now. */
  readonly kept: readonly FraudCase[];
  /** There is nothing left to ask. */
  readonly ended: readonly FraudCase[];
  /** What somebody has to look at, and nobody was asked to. */
  readonly unasked: readonly Assessment[];
}

/**
 * An order's open cases, by the assessments of all who are credited with it. The case of a partner who is credited no
 * longer is about whoever came in its place, if there is something to ask.
 */
export const casesAbout = (assessments: readonly Assessment[], open: readonly FraudCase[]): Cases => {
  const own = new Map(open.map((each) => [each.assessment.partnerId, each]));
  const credited = new Set(assessments.map(({ partnerId }) => partnerId));
  const freed = open.filter(({ assessment }) => !credited.has(assessment.partnerId));
  const asked = assessments.filter(({ verdict }) => verdict === 'review');
  const others = asked.filter(({ partnerId }) => !own.has(partnerId));
  const kept = [
    ...asked.flatMap((assessment) => about(own.get(assessment.partnerId), assessment)),
    ...others.flatMap((assessment, index) => about(freed[index], assessment)),
  ];
  const keptIds = new Set(kept.map(({ caseId }) => caseId));
  return {
    kept,
    ended: open.filter(({ caseId }) => !keptIds.has(caseId)),
    unasked: others.slice(freed.length),
  };
};

const about = (open: FraudCase | undefined, assessment: Assessment): readonly FraudCase[] =>
  open === undefined ? [] : [{ ...open, assessment }];

/** Throws `fraud.illegal_move`. */
export const resolved = (
  open: FraudCase,
  outcome: 'allow' | 'reject',
  review: Review,
  closedAt: Instant,
): FraudCase => ({ ...open, state: moved('fraud', lifecycle, open.state, outcome), review, closedAt });

/** Throws `fraud.illegal_move`. */
export const dropped = (open: FraudCase, closedAt: Instant): FraudCase => ({
  ...open,
  state: moved('fraud', lifecycle, open.state, 'drop'),
  closedAt,
});
