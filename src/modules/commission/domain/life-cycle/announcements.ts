import { type Announcement, published } from '../../../../shared/outbox.ts';
import {
  CommissionAccruedV1,
  CommissionAdjustedV1,
  CommissionClawedBackV1,
  CommissionConfirmedV1,
  CommissionHeldV1,
  CommissionLockedV1,
  CommissionPaidV1,
  CommissionRaisedV1,
  CommissionReducedV1,
  CommissionReleasedV1,
  CommissionReversedV1,
  CommissionReviewDueV1,
  CommissionVestedV1,
} from '../../events.ts';
import { unreachable } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { addedByTerms, type Adjustment } from './adjustment.ts';
import type { Commission } from './commission.ts';
import type { Step } from './step.ts';

const aboutOf = ({ id, orderId, orderRef, programId, partnerId }: Commission) => ({
  commissionId: id,
  orderId,
  orderRef,
  programId,
  partnerId,
});

/** How a step is told. Everything about one order is handled in one order. */
export const announced = (step: Step): Announcement => {
  const { commission, at } = step;
  const when = { aggregate: commission.id, partitionKey: commission.orderId, occurredAt: at };
  const about = { ...aboutOf(commission), amount: commission.amount.toJSON() };
  switch (step.kind) {
    case 'accrued':
      return published(CommissionAccruedV1, when, { ...about, termsVersion: commission.termsVersion, accruedAt: at });
    case 'confirmed':
      return published(CommissionConfirmedV1, when, { ...about, confirmedAt: at });
    case 'vested':
      return published(CommissionVestedV1, when, {
        ...about,
        vested: commission.vested.toJSON(),
        vestedAt: at,
        locksAt: commission.locksAt,
      });
    case 'held':
      return published(CommissionHeldV1, when, { ...about, reasons: commission.holdReasons, heldAt: at });
    case 'released':
      return published(CommissionReleasedV1, when, { ...about, releasedAt: at });
    case 'locked':
      return published(CommissionLockedV1, when, { ...about, lockedAt: at });
    case 'review_due':
      return published(CommissionReviewDueV1, when, { ...about, accruedAt: commission.accruedAt, dueAt: at });
    default:
      return announcedSize(step);
  }
};

/** It has become larger or smaller. */
const announcedSize = (step: Extract<Step, { reason: string }>): Announcement => {
  const { commission, at, reason } = step;
  const when = { aggregate: commission.id, partitionKey: commission.orderId, occurredAt: at };
  const about = { ...aboutOf(commission), amount: commission.amount.toJSON(), reason };
  switch (step.kind) {
    case 'raised':
      return published(CommissionRaisedV1, when, { ...about, increase: step.by.toJSON(), raisedAt: at });
    case 'reduced':
      return published(CommissionReducedV1, when, { ...about, reduction: step.by.toJSON(), reducedAt: at });
    case 'reversed':
      return published(CommissionReversedV1, when, { ...about, reversedAt: at });
    case 'topped_up':
      return announcedAdjustment(addedByTerms(step), at);
    case 'clawed_back': {
      const { adjustmentId, by } = step;
      return published(CommissionClawedBackV1, when, { ...about, adjustmentId, amount: by.toJSON(), clawedBackAt: at });
    }
    default:
      return unreachable(step);
  }
};

/** All about one commission is told in order; what stands alone is told by itself. */
export const announcedAdjustment = (adjustment: Adjustment, at: Instant, subject?: string): Announcement => {
  const { id, programId, partnerId, commissionId, orderId, orderRef, kind, amount, reason } = adjustment;
  const about = { adjustmentId: id, programId, partnerId, commissionId, orderId, orderRef, kind, reason };
  return published(
    CommissionAdjustedV1,
    { aggregate: commissionId ?? id, partitionKey: orderId ?? id, occurredAt: at },
    { ...about, amount: amount.toJSON(), subject, adjustedAt: at },
  );
};

export const announcedPaid = (commission: Commission, payoutId: Id<'pay'>, at: Instant): Announcement =>
  published(
    CommissionPaidV1,
    { aggregate: commission.id, partitionKey: commission.orderId, occurredAt: at },
    { ...aboutOf(commission), amount: commission.amount.toJSON(), payoutId, paidAt: at },
  );
