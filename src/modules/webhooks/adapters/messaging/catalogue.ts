/** Which of our events are partners' business, and what is shown of each: field by field, so that a new one is a decision. */
import { type Contract, type Envelope, nameOf } from '../../../../shared/events.ts';
import { ClaimResolvedV1, ConversionAttributedV1, CreditLostV1 } from '../../../attribution/events.ts';
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
} from '../../../commission/events.ts';
import {
  EnrolmentSuspendedV1,
  PartnerEnrolledV1,
  PayoutProfileChangedV1,
  TermsAcceptedV1,
} from '../../../partners/events.ts';
import type { Announced } from '../../domain/fan-out.ts';
import { settlementEntries } from './settlement-entries.ts';
import { type Entry, tell } from './tell.ts';

const commission = ({
  commissionId,
  orderId,
  orderRef,
  programId,
  partnerId,
  amount,
}: Pick<CommissionAccruedV1, 'commissionId' | 'orderId' | 'orderRef' | 'programId' | 'partnerId' | 'amount'>) => ({
  commissionId,
  orderId,
  orderRef,
  programId,
  partnerId,
  amount,
});

const entries: readonly Entry[] = [
  tell(ConversionAttributedV1, 'conversion.attributed', (told) => ({
    conversionId: told.conversionId,
    orderId: told.orderId,
    orderRef: told.orderRef,
    programId: told.programId,
    partnerId: told.partnerId,
    // Nobody clicked a coupon or a claim: its touch has an id that nobody outside has heard of.
    clickId: told.touchKind === 'coupon' || told.touchKind === 'late_claim' ? null : told.clickId,
    touchKind: told.touchKind,
    touchedAt: told.touchedAt,
    placedAt: told.placedAt,
    decidedAt: told.decidedAt,
  })),
  tell(CreditLostV1, 'credit.lost', (told) => ({
    conversionId: told.conversionId,
    orderId: told.orderId,
    orderRef: told.orderRef,
    programId: told.programId,
    partnerId: told.partnerId,
    previousShare: told.previousShare,
    share: told.share ?? null,
    reason: told.reason,
    decidedAt: told.decidedAt,
  })),
  tell(ClaimResolvedV1, 'claim.resolved', (told) => ({
    claimId: told.claimId,
    orderId: told.orderId,
    orderRef: told.orderRef,
    programId: told.programId,
    partnerId: told.partnerId,
    state: told.state,
    reason: told.reason,
    resolvedAt: told.resolvedAt,
  })),
  tell(CommissionAccruedV1, 'commission.accrued', (told) => ({
    ...commission(told),
    termsVersion: told.termsVersion,
    accruedAt: told.accruedAt,
  })),
  tell(CommissionConfirmedV1, 'commission.confirmed', (told) => ({
    ...commission(told),
    confirmedAt: told.confirmedAt,
  })),
  tell(CommissionVestedV1, 'commission.vested', (told) => ({
    ...commission(told),
    vested: told.vested,
    vestedAt: told.vestedAt,
    locksAt: told.locksAt,
  })),
  tell(CommissionHeldV1, 'commission.held', (told) => ({
    ...commission(told),
    reasons: told.reasons,
    heldAt: told.heldAt,
  })),
  tell(CommissionReleasedV1, 'commission.released', (told) => ({ ...commission(told), releasedAt: told.releasedAt })),
  tell(CommissionRaisedV1, 'commission.raised', (told) => ({
    ...commission(told),
    increase: told.increase,
    reason: told.reason,
    raisedAt: told.raisedAt,
  })),
  tell(CommissionReducedV1, 'commission.reduced', (told) => ({
    ...commission(told),
    reduction: told.reduction,
    reason: told.reason,
    reducedAt: told.reducedAt,
  })),
  tell(CommissionReversedV1, 'commission.reversed', (told) => ({
    ...commission(told),
    reason: told.reason,
    reversedAt: told.reversedAt,
  })),
  tell(CommissionLockedV1, 'commission.locked', (told) => ({ ...commission(told), lockedAt: told.lockedAt })),
  tell(CommissionClawedBackV1, 'commission.clawed_back', (told) => ({
    ...commission(told),
    adjustmentId: told.adjustmentId,
    reason: told.reason,
    clawedBackAt: told.clawedBackAt,
  })),
  tell(CommissionAdjustedV1, 'commission.adjusted', (told) => ({
    adjustmentId: told.adjustmentId,
    programId: told.programId,
    partnerId: told.partnerId,
    commissionId: told.commissionId,
    orderId: told.orderId,
    orderRef: told.orderRef,
    kind: told.kind,
    amount: told.amount,
    reason: told.reason,
    subject: told.subject,
    adjustedAt: told.adjustedAt,
  })),
  tell(CommissionReviewDueV1, 'commission.review_due', (told) => ({
    ...commission(told),
    accruedAt: told.accruedAt,
    dueAt: told.dueAt,
  })),
  tell(CommissionPaidV1, 'commission.paid', (told) => ({
    ...commission(told),
    payoutId: told.payoutId,
    paidAt: told.paidAt,
  })),
  ...settlementEntries,
  tell(PartnerEnrolledV1, 'partner.enrolled', (told) => ({
    enrolmentId: told.enrolmentId,
    programId: told.programId,
    partnerId: told.partnerId,
    enrolledAt: told.enrolledAt,
  })),
  tell(EnrolmentSuspendedV1, 'enrolment.suspended', (told) => ({
    enrolmentId: told.enrolmentId,
    programId: told.programId,
    partnerId: told.partnerId,
    reason: told.reason,
    suspendedAt: told.suspendedAt,
  })),
  tell(TermsAcceptedV1, 'terms.accepted', (told) => ({
    enrolmentId: told.enrolmentId,
    programId: told.programId,
    partnerId: told.partnerId,
    termsId: told.termsId,
    version: told.version,
    hash: told.hash,
    acceptedAt: told.acceptedAt,
  })),
  tell(PayoutProfileChangedV1, 'payout_profile.changed', (told) => ({
    partnerId: told.partnerId,
    changedAt: told.changedAt,
  })),
];

const byName = new Map(entries.map((entry) => [nameOf(entry.contract), entry]));

export const contracts: readonly Contract[] = entries.map(({ contract }) => contract);

/** Throws `event.unreadable`. */
export const announced = (event: Envelope): Announced => {
  const entry = byName.get(nameOf(event));
  if (entry === undefined) throw new Error(`nobody asked for ${nameOf(event)}`);
  return entry.announced(event);
};
