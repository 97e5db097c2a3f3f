import { PageQuery, pageOfShape } from '../../../../infrastructure/http/paging.ts';
import {
  IsFlag,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsNested,
  IsOneOf,
  IsText,
  IsTextList,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Assessment, codesOf } from '../../domain/assessment.ts';
import { CASE_STATES, type CaseState } from '../../domain/case-life-cycle.ts';
import type { FraudCase } from '../../domain/fraud-case.ts';
import type { Facts } from '../../domain/rules.ts';
import { type AssessmentId, type CaseId, type FraudVerdict, VERDICTS } from '../../index.ts';

export class CasePath {
  @IsIdOf('cas') readonly caseId!: CaseId;
}

export class CaseQuery extends PageQuery {
  @IsOneOf(CASE_STATES, { optional: true }) readonly state?: CaseState;
}

export class AssessmentQuery extends PageQuery {
  @IsIdOf('ord', { optional: true }) readonly orderId?: Id<'ord'>;
}

export class CaseResolutionRequest {
  @IsOneOf(['allow', 'reject']) readonly outcome!: 'allow' | 'reject';
  @IsText({ max: 500, description: 'For whoever asks later why' }) readonly reason!: string;
}

class FindingView {
  @IsText({ max: 50 }) readonly code!: string;
  @IsText({ max: 300, description: 'What was seen' }) readonly value!: string;
  @IsText({ max: 300, description: 'What would have passed' }) readonly threshold!: string;
  @IsOneOf(['review']) readonly action!: string;
}

class FraudFactsView {
  @IsInstant() readonly clickedAt!: Instant;
  @IsInstant() readonly placedAt!: Instant;
  @IsFlag({ description: 'Whether our own redirect saw the click' }) readonly live!: boolean;
  @IsFlag({ optional: true, description: 'A code typed with the order; nobody clicked' })
  readonly coupon?: true | undefined;
  @IsText({
    max: 20,
    optional: true,
    description: 'What touched the customer: `click`, `test_drive`, `late_claim` and so on',
  })
  readonly kind?: string | undefined;
  @IsText({ min: 0, max: 1_000, optional: true }) readonly userAgent?: string | undefined;
  @IsText({ max: 200, optional: true }) readonly botSign?: string | undefined;
  @IsTextList({ max: 40, optional: true, description: 'What was odd about the click itself (docs/signals.md)' })
  readonly signals?: readonly string[] | undefined;
  @IsOneOf(['same', 'different', 'unknown'], { description: "The customer's address and the partner's" })
  readonly emails!: Facts['emails'];
}

export class AssessmentView {
  @IsIdOf('asm') readonly id!: AssessmentId;
  @IsIdOf('cnv') readonly conversionId!: Id<'cnv'>;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsIdOf('clk') readonly clickId!: Id<'clk'>;
  @IsOneOf(VERDICTS) readonly verdict!: FraudVerdict;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly rulesVersion!: number;
  @IsListOf(() => FindingView, { max: 100 }) readonly findings!: readonly FindingView[];
  @IsNested(() => FraudFactsView, { description: 'All the rules looked at' }) readonly facts!: FraudFactsView;
  @IsText({ max: 200, nullable: true, description: 'Whose word it is; null: the rules’' })
  readonly reviewer!: string | null;
  @IsText({ max: 500, nullable: true }) readonly reason!: string | null;
  @IsInstant() readonly assessedAt!: Instant;
}

export class CaseView {
  @IsIdOf('cas') readonly id!: CaseId;
  @IsOneOf(CASE_STATES, { description: 'dropped: what it was about is no longer so' }) readonly state!: CaseState;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsTextList({ max: 100, description: 'Codes of the findings' }) readonly reasons!: readonly string[];
  @IsNested(() => AssessmentView, { description: 'What it is about' }) readonly assessment!: AssessmentView;
  @IsInstant() readonly openedAt!: Instant;
  @IsInstant({ nullable: true }) readonly closedAt!: Instant | null;
  @IsText({ max: 200, nullable: true }) readonly reviewer!: string | null;
  @IsText({ max: 500, nullable: true, description: 'Why it was resolved as it was' }) readonly reason!: string | null;
}

export const CasePage = pageOfShape(CaseView);
export const AssessmentPage = pageOfShape(AssessmentView);

export const assessmentView = (assessment: Assessment): AssessmentView => ({
  id: assessment.assessmentId,
  conversionId: assessment.conversionId,
  orderId: assessment.orderId,
  programId: assessment.programId,
  partnerId: assessment.partnerId,
  clickId: assessment.clickId,
  verdict: assessment.verdict,
  rulesVersion: assessment.rulesVersion,
  findings: assessment.findings,
  facts: assessment.facts,
  reviewer: assessment.review?.reviewer ?? null,
  reason: assessment.review?.reason ?? null,
  assessedAt: assessment.assessedAt,
});

export const caseView = ({ caseId, state, assessment, openedAt, closedAt, review }: FraudCase): CaseView => ({
  id: caseId,
  state,
  orderId: assessment.orderId,
  programId: assessment.programId,
  partnerId: assessment.partnerId,
  reasons: codesOf(assessment.findings),
  assessment: assessmentView(assessment),
  openedAt,
  closedAt: closedAt ?? null,
  reviewer: review?.reviewer ?? null,
  reason: review?.reason ?? null,
});
