import { type Announcement, published } from '../../../shared/outbox.ts';
import { CaseOpenedV1, CaseResolvedV1, ConversionAssessedV1 } from '../events.ts';
import { type Assessment, codesOf } from './assessment.ts';
import type { FraudCase } from './fraud-case.ts';

export const assessedAnnouncement = (assessment: Assessment): Announcement => {
  const { conversionId, orderId, programId, partnerId, verdict, findings, assessedAt } = assessment;
  return published(
    ConversionAssessedV1,
    { aggregate: conversionId, partitionKey: orderId, occurredAt: assessedAt },
    { conversionId, orderId, programId, partnerId, verdict, reasons: codesOf(findings), assessedAt },
  );
};

export const openedAnnouncement = ({ caseId, assessment, openedAt }: FraudCase): Announcement => {
  const { orderId, partnerId, findings } = assessment;
  return published(
    CaseOpenedV1,
    { aggregate: caseId, partitionKey: orderId, occurredAt: openedAt },
    { caseId, orderId, partnerId, reasons: codesOf(findings), openedAt },
  );
};

export const resolvedAnnouncement = (
  { caseId, assessment: { orderId, partnerId } }: FraudCase,
  { outcome, reason, resolvedAt }: Pick<CaseResolvedV1, 'outcome' | 'reason' | 'resolvedAt'>,
): Announcement =>
  published(
    CaseResolvedV1,
    { aggregate: caseId, partitionKey: orderId, occurredAt: resolvedAt },
    { caseId, orderId, partnerId, outcome, reason, resolvedAt },
  );
