import { FaultView, shown } from '../../../../infrastructure/http/problem.ts';
import { pageOfShape } from '../../../../infrastructure/http/paging.ts';
import type { Fault } from '../../../../shared/errors.ts';
import {
  IsBag,
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
import { type Instant, instant } from '../../../../shared/instant.ts';
import { type Acknowledged, inDocument } from '../../domain/terms/check-terms.ts';
import type { Difference } from '../../domain/terms/terms-diff.ts';
import { draftLifecycle, type CheckedDraft, type DraftWords } from '../../domain/terms/terms-draft.ts';
import type { TermsDraftId, TermsId } from '../../index.ts';

const STATES = Object.keys(draftLifecycle);
const MOST_FINDINGS = 10_000;

// ── asked ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export class TermsProgramPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

export class DraftPath extends TermsProgramPath {
  @IsIdOf('tdr') readonly draftId!: TermsDraftId;
}

export class DraftRequest {
  @IsBag({ description: 'The terms as far as they are written; docs/terms.md teaches the language' })
  readonly terms!: object;
  @IsInstant({ description: 'Applies to orders placed from then on' }) readonly effectiveFrom!: string;
}

export const wordsOf = ({ terms, effectiveFrom }: DraftRequest): DraftWords => ({
  terms,
  effectiveFrom: instant(effectiveFrom),
});

export class AcknowledgedRequest {
  @IsText({ max: 500, min: 0, description: 'Where the warning points' }) readonly pointer!: string;
  @IsText({ max: 100, description: 'Its code' }) readonly code!: string;
}

export class ReviewRequest {
  @IsOneOf(['approve', 'send_back']) readonly decision!: 'approve' | 'send_back';
  @IsText({ max: 2_000, optional: true, description: 'What the writer should know; required to send it back' })
  readonly note?: string;
  @IsListOf(() => AcknowledgedRequest, { max: 1_000, optional: true, description: 'Warnings you have seen and mean' })
  readonly acknowledged?: readonly AcknowledgedRequest[];
}

// ── shown ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export class DraftView {
  @IsIdOf('tdr') readonly id!: TermsDraftId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsOneOf(STATES) readonly state!: string;
  @IsWhole({ min: 1, max: 1_000_000_000, description: 'The ETag, as a number' }) readonly revision!: number;
  @IsBag({ description: 'As they are written' }) readonly terms!: object;
  @IsInstant() readonly effectiveFrom!: Instant;
  @IsListOf(() => FaultView, { max: MOST_FINDINGS, description: 'With these nothing is published' })
  readonly errors!: readonly Fault[];
  @IsListOf(() => FaultView, { max: MOST_FINDINGS, description: 'These have to be acknowledged by the reviewer' })
  readonly warnings!: readonly Fault[];
  @IsTextList({ max: 1_000, description: 'Whose words are in it; none of them may review it' })
  readonly writtenBy!: readonly string[];
  @IsText({ max: 300, optional: true }) readonly reviewedBy?: string | undefined;
  @IsText({ max: 2_000, optional: true }) readonly note?: string | undefined;
  @IsListOf(() => AcknowledgedRequest, { max: 1_000 }) readonly acknowledged!: readonly Acknowledged[];
  @IsText({ max: 300, optional: true }) readonly publishedBy?: string | undefined;
  @IsIdOf('trm', { optional: true, description: 'The version it has become' }) readonly termsId?: TermsId | undefined;
  @IsInstant() readonly createdAt!: Instant;
  @IsInstant() readonly changedAt!: Instant;
}

export const draftView = ({ draftId, findings: { errors, warnings }, ...draft }: CheckedDraft): DraftView => ({
  ...{ id: draftId, ...draft },
  errors: shown(inDocument(errors), MOST_FINDINGS),
  warnings: shown(inDocument(warnings), MOST_FINDINGS),
});

export const DraftPage = pageOfShape(DraftView);

class DifferenceView {
  @IsOneOf(['added', 'removed', 'changed']) readonly kind!: Difference['kind'];
  @IsText({ max: 1_000, description: 'What it is about' }) readonly what!: string;
  @IsText({ max: 200_000 }) readonly says!: string;
}

class ComparedView {
  @IsIdOf('trm') readonly termsId!: TermsId;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly version!: number;
}

export class DiffView {
  @IsNested(() => ComparedView, { nullable: true, description: 'The version it would follow; null: it is the first' })
  readonly comparedWith!: ComparedView | null;
  @IsListOf(() => DifferenceView, { max: MOST_FINDINGS }) readonly differences!: readonly Difference[];
}
