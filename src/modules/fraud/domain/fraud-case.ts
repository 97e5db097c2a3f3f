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
