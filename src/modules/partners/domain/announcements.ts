import type { Instant } from '../../../shared/instant.ts';
import { type Announcement, published } from '../../../shared/outbox.ts';
import { EnrolmentSuspendedV1, PartnerEnrolledV1, PayoutProfileChangedV1, TaxProfileChangedV1 } from '../events.ts';
import type { PartnerId } from '../index.ts';
import type { Enrolment, EnrolmentAction } from './enrolment.ts';

/** What others should hear of a step. Facts about one partner are handled in order, whatever the program. */
export const stepTold = (enrolment: Enrolment, action: EnrolmentAction): readonly Announcement[] => {
  const { enrolmentId, programId, partnerId, changedAt, reason } = enrolment;
  const about = { aggregate: enrolmentId, occurredAt: changedAt, partitionKey: partnerId };
  const names = { enrolmentId, programId, partnerId };
  switch (action) {
    case 'approve':
    case 'reinstate':
      // Whoever heard of the suspension must hear of its end.
      return [published(PartnerEnrolledV1, about, { ...names, enrolledAt: changedAt })];
    case 'suspend':
      return [
        published(EnrolmentSuspendedV1, about, { ...names, reason: reason ?? 'not given', suspendedAt: changedAt }),
      ];
    default:
      // A rejected, declined or terminated one may not promote, and did not before.
      return [];
  }
};

export const profileTold = (partnerId: PartnerId, changedAt: Instant): Announcement =>
  published(PayoutProfileChangedV1, { aggregate: partnerId, occurredAt: changedAt }, { partnerId, changedAt });

export const taxProfileTold = (partnerId: PartnerId, changedAt: Instant): Announcement =>
  published(TaxProfileChangedV1, { aggregate: partnerId, occurredAt: changedAt }, { partnerId, changedAt });
