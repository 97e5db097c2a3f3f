import { fromUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Assessment, Review } from '../../domain/assessment.ts';
import type { CaseState } from '../../domain/case-life-cycle.ts';
import type { FraudCase } from '../../domain/fraud-case.ts';
import type { Facts, Finding } from '../../domain/rules.ts';
import type { FraudVerdict } from '../../index.ts';

export interface AssessmentRow {
  readonly id: string;
  readonly conversion_id: string;
  readonly order_id: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly click_id: string;
  readonly verdict: FraudVerdict;
  readonly rules_version: number;
  readonly facts: Facts;
  readonly findings: readonly Finding[];
  readonly reviewer: string | null;
  readonly reason: string | null;
  readonly assessed_at: Instant;
}

export const ASSESSMENT_COLUMNS =
  'id, conversion_id, order_id, program_id, partner_id, click_id, verdict, rules_version, facts, findings, reviewer, reason, assessed_at';

export const toAssessment = (row: AssessmentRow): Assessment => ({
  assessmentId: fromUuid('asm', row.id),
  conversionId: fromUuid('cnv', row.conversion_id),
  orderId: fromUuid('ord', row.order_id),
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  clickId: fromUuid('clk', row.click_id),
  verdict: row.verdict,
  rulesVersion: row.rules_version,
  facts: row.facts,
  findings: row.findings,
  review: toReview(row.reviewer, row.reason),
  assessedAt: row.assessed_at,
});

/** A case beside the assessment it is about. */
export interface CaseRow extends AssessmentRow {
  readonly case_id: string;
  readonly state: CaseState;
  readonly opened_at: Instant;
  readonly closed_at: Instant | null;
  readonly closed_by: string | null;
  readonly closed_because: string | null;
}

export const CASES = `
  select
    one.id as case_id, one.state, one.opened_at, one.closed_at,
    one.reviewer as closed_by, one.reason as closed_because,
    about.*
  from fraud.cases as one
  join fraud.assessments as about on about.id = one.assessment_id`;

export const toCase = (row: CaseRow): FraudCase => ({
  caseId: fromUuid('cas', row.case_id),
  assessment: toAssessment(row),
  state: row.state,
  openedAt: row.opened_at,
  closedAt: row.closed_at ?? undefined,
  review: toReview(row.closed_by, row.closed_because),
});

const toReview = (reviewer: string | null, reason: string | null): Review | undefined =>
  reviewer === null || reason === null ? undefined : { reviewer, reason };
