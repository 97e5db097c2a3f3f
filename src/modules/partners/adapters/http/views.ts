/** What is asked of partners, and what is shown of them. */
import { FaultView } from '../../../../infrastructure/http/problem.ts';
import { PageQuery, pageOfShape } from '../../../../infrastructure/http/paging.ts';
import type { Fault } from '../../../../shared/errors.ts';
import {
  IsFlag,
  IsIdOf,
  IsInstant,
  IsLine,
  IsListOf,
  IsNested,
  IsOneOf,
  IsText,
  IsTextList,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Enrolment, lifecycle } from '../../domain/enrolment.ts';
import type { ImportResult } from '../../domain/import-plan.ts';
import { PARTNER_KINDS, type PartnerKind } from '../../domain/partner.ts';
import type { EnrolmentId, EnrolmentState, PartnerId, ProgramId } from '../../index.ts';
import type { ListedPartner } from '../../ports/partner-reader.ts';
import { PayoutProfileRequest } from './profile-views.ts';

export const IMPORT_MAX = 200;
const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;
const STATES = Object.keys(lifecycle);
const GROUPS = {
  max: 50,
  description: 'What the program calls those it treats alike; terms may name a group',
} as const;

// ── asked ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export class PartnerPath {
  @IsIdOf('par') readonly partnerId!: PartnerId;
}

export class EnrolmentPath {
  @IsIdOf('enr') readonly enrolmentId!: EnrolmentId;
}

export class PartnerQuery extends PageQuery {
  @IsIdOf('prg', { optional: true, description: 'Those with a place in this program' }) readonly programId?: ProgramId;
  @IsOneOf(STATES, { optional: true, description: 'Those whose place is in this state' })
  readonly state?: EnrolmentState;
  @IsText({ max: 200, optional: true, description: 'Whom somebody else calls so' }) readonly externalRef?: string;
  @IsText({ max: 100, optional: true, description: 'Those in this group' }) readonly group?: string;
}

export class EnrolmentRequest {
  @IsIdOf('prg') readonly programId!: ProgramId;
  @IsText({ max: 200, optional: true, description: 'What you call the partner; unique in the program' })
  readonly externalRef?: string;
  @IsFlag({ optional: true, description: 'You ask them, rather than they you: it starts as invited' })
  readonly invite?: boolean;
  @IsTextList({ ...GROUPS, optional: true }) readonly groups?: readonly string[];
  @IsIdOf('par', { optional: true, description: 'Who brought them; approved in the program' })
  readonly recruitedBy?: PartnerId;
  @IsText({ max: 200, optional: true, description: 'Who brought them, by what you call that partner' })
  readonly recruiterRef?: string;
}

export class GroupsRequest {
  @IsTextList(GROUPS) readonly groups!: readonly string[];
}

export class PartnerRequest extends EnrolmentRequest {
  @IsLine({ max: 200, example: 'Ada Motors' }) readonly name!: string;
  @IsText({ max: 320, pattern: EMAIL, description: 'Personal data: kept encrypted', example: 'ada@example.com' })
  readonly email!: string;
  @IsOneOf(PARTNER_KINDS) readonly kind!: PartnerKind;
}

class ImportedPartnerRequest {
  @IsText({ max: 200, description: 'What you call the partner: the same name, the same partner' })
  readonly externalRef!: string;
  @IsLine({ max: 200 }) readonly name!: string;
  @IsText({ max: 320, pattern: EMAIL }) readonly email!: string;
  @IsOneOf(PARTNER_KINDS) readonly kind!: PartnerKind;
  @IsFlag({ optional: true, description: 'Approve it, if it waits for that' }) readonly approve?: boolean;
  @IsTextList({ ...GROUPS, optional: true }) readonly groups?: readonly string[];
  @IsText({ max: 200, optional: true, description: 'Who brought it, by what you call that partner; said once' })
  readonly recruiterRef?: string;
  @IsNested(() => PayoutProfileRequest, { optional: true }) readonly payoutProfile?: PayoutProfileRequest;
}

export class PartnerImportRequest {
  @IsIdOf('prg') readonly programId!: ProgramId;
  @IsListOf(() => ImportedPartnerRequest, { min: 1, max: IMPORT_MAX })
  readonly partners!: readonly ImportedPartnerRequest[];
}

export class ReasonRequest {
  @IsText({ max: 500, example: 'Bids on the brand name' }) readonly reason!: string;
}

export class NoteRequest {
  @IsText({ max: 500, optional: true }) readonly reason?: string;
}

// ── shown ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export class EnrolmentView {
  @IsIdOf('enr') readonly id!: EnrolmentId;
  @IsIdOf('prg') readonly programId!: ProgramId;
  @IsIdOf('par') readonly partnerId!: PartnerId;
  @IsText({ max: 200, optional: true }) readonly externalRef?: string;
  @IsOneOf(STATES) readonly state!: EnrolmentState;
  @IsTextList({ ...GROUPS, optional: true }) readonly groups?: readonly string[];
  @IsIdOf('par', { optional: true, description: 'Who brought the partner to the program' })
  readonly recruitedBy?: PartnerId;
  @IsText({ max: 500, optional: true, description: 'Why it is so, if a reason was given' }) readonly reason?: string;
  @IsInstant({ optional: true, description: 'The partner earns from then on' }) readonly approvedAt?: Instant;
  @IsInstant() readonly changedAt!: Instant;
}

export const enrolmentView = (enrolment: Enrolment): EnrolmentView =>
  ({
    id: enrolment.enrolmentId,
    programId: enrolment.programId,
    partnerId: enrolment.partnerId,
    externalRef: enrolment.externalRef,
    state: enrolment.state,
    groups: enrolment.groups,
    recruitedBy: enrolment.recruitedBy,
    reason: enrolment.reason,
    approvedAt: enrolment.approvedAt,
    changedAt: enrolment.changedAt,
  }) as EnrolmentView;

export class PartnerView {
  @IsIdOf('par') readonly id!: PartnerId;
  @IsText({ max: 200 }) readonly name!: string;
  @IsText({ max: 320 }) readonly email!: string;
  @IsOneOf(PARTNER_KINDS) readonly kind!: PartnerKind;
  @IsInstant() readonly createdAt!: Instant;
  @IsListOf(() => EnrolmentView, { max: 1_000, description: 'Its place in each program' })
  readonly enrolments!: readonly EnrolmentView[];
}

export const partnerView = ({ partner, enrolments }: ListedPartner): PartnerView => ({
  id: partner.partnerId,
  name: partner.name,
  email: partner.email,
  kind: partner.kind,
  createdAt: partner.createdAt,
  enrolments: enrolments.map(enrolmentView),
});

export const PartnerPage = pageOfShape(PartnerView);

class PartnerImportResultView {
  @IsWhole({ min: 0, max: IMPORT_MAX, description: 'Its place in the import' }) readonly index!: number;
  @IsText({ max: 200 }) readonly externalRef!: string;
  @IsOneOf(['created', 'updated', 'unchanged', 'refused']) readonly verdict!: ImportResult['verdict'];
  @IsIdOf('par', { nullable: true }) readonly partnerId!: PartnerId | null;
  @IsIdOf('enr', { nullable: true }) readonly enrolmentId!: EnrolmentId | null;
  @IsOneOf(STATES, { nullable: true }) readonly state!: EnrolmentState | null;
  @IsListOf(() => FaultView, { max: 100 }) readonly faults!: readonly Fault[];
}

export class PartnerImportView {
  @IsWhole({ min: 0, max: IMPORT_MAX }) readonly created!: number;
  @IsWhole({ min: 0, max: IMPORT_MAX }) readonly updated!: number;
  @IsWhole({ min: 0, max: IMPORT_MAX, description: 'As you want them already' }) readonly unchanged!: number;
  @IsWhole({ min: 0, max: IMPORT_MAX }) readonly refused!: number;
  @IsListOf(() => PartnerImportResultView, { max: IMPORT_MAX }) readonly results!: readonly PartnerImportResultView[];
}

export const partnerImportView = (results: readonly ImportResult[]): PartnerImportView => {
  const count = (verdict: ImportResult['verdict']): number =>
    results.filter((result) => result.verdict === verdict).length;
  return {
    created: count('created'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    refused: count('refused'),
    results: results.map(({ index, externalRef, verdict, enrolment, faults }) => ({
      index,
      externalRef,
      verdict,
      partnerId: enrolment?.partnerId ?? null,
      enrolmentId: enrolment?.enrolmentId ?? null,
      state: enrolment?.state ?? null,
      faults,
    })),
  };
};
