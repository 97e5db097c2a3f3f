import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type ActionOf, type Lifecycle, moved } from '../../../../shared/lifecycle.ts';
import type { Money } from '../../../../shared/money.ts';
import type { CommissionId } from '../../index.ts';
import type { Commission } from './commission.ts';
import type { Explanation } from '../explaining/explanation.ts';
import type { Step } from './step.ts';

/**
 *   proposed ─approve─▶ approved
 *       └─────reject──▶ rejected
 *
 * Approved it is booked, and never changes: whoever wants it otherwise makes another one.
 */
export const adjustmentLifecycle = {
  proposed: { approve: 'approved', reject: 'rejected' },
  approved: {},
  rejected: {},
} as const satisfies Lifecycle;

export type AdjustmentState = keyof typeof adjustmentLifecycle;
export type AdjustmentId = Id<'adj'>;

/** An entry beside commissions; negative: it is taken from the partner. */
export interface Adjustment {
  readonly id: AdjustmentId;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  /** Absent: it stands alone. */
  readonly commissionId?: CommissionId | undefined;
  readonly orderId?: Id<'ord'> | undefined;
  readonly orderRef?: string | undefined;
  /** `terms`: nobody made it, the terms did. */
  readonly kind: 'adjustment' | 'bonus' | 'terms';
  readonly amount: Money;
  /** A code. */
  readonly reason: string;
  readonly note?: string | undefined;
  readonly explanation?: Explanation | undefined;
  readonly state: AdjustmentState;
  readonly proposedBy: string;
  readonly proposedAt: Instant;
  readonly decidedBy?: string | undefined;
  readonly decidedAt?: Instant | undefined;
  readonly decisionNote?: string | undefined;
}

export interface Decision {
  readonly by: string;
  readonly at: Instant;
  readonly note?: string | undefined;
}

/** The terms themselves; no principal is called so. */
const TERMS = 'terms';

/** Up to the limit one person's word is enough. */
export const needsTwo = ({ amount }: Pick<Adjustment, 'amount'>, limit: Money): boolean =>
  (amount.isNegative ? amount.negated() : amount).compare(limit) > 0;

/** What waits for a second person. */
export interface Proposed extends Pick<Adjustment, 'state' | 'proposedBy' | 'proposedAt' | 'decidedBy' | 'decidedAt'> {
  readonly id: string;
}

/** Throws `commission.adjustment_four_eyes`, `adjustment.illegal_move`. */
export const decided = <Proposal extends Proposed>(
  proposal: Proposal,
  action: ActionOf<typeof adjustmentLifecycle>,
  { by, at, note }: Decision,
): Proposal => {
  const state = moved('adjustment', adjustmentLifecycle, proposal.state, action);
  if (action === 'approve' && by === proposal.proposedBy) {
    throw new AppError(
      'forbidden',
      'commission.adjustment_four_eyes',
      `${by} proposed ${proposal.id}; somebody else has to approve it`,
    );
  }
  return { ...proposal, state, decidedBy: by, decidedAt: at, ...(note !== undefined && { decisionNote: note }) };
};

/** What the terms added to a commission, or took off, after its lock. */
const byTerms = (
  commission: Commission,
  entry: Pick<Adjustment, 'id' | 'amount' | 'reason' | 'explanation'>,
  at: Instant,
): Adjustment => {
  const { id: commissionId, programId, partnerId, orderId, orderRef } = commission;
  const about = { programId, partnerId, commissionId, orderId, orderRef };
  const by = { proposedBy: TERMS, proposedAt: at, decidedBy: TERMS, decidedAt: at };
  return { ...about, ...entry, kind: 'terms', state: 'approved', ...by };
};

export const addedByTerms = ({
  commission,
  adjustmentId: id,
  by: amount,
  reason,
  at,
}: Extract<Step, { adjustmentId: Id<'adj'> }>): Adjustment => byTerms(commission, { id, amount, reason }, at);
