import { IsIdOf, IsInstant, IsOneOf, IsText, IsTextList } from '../../shared/fields.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import { type CaseId, type FraudVerdict, VERDICTS } from './index.ts';

/** A credited conversion was looked at. `review` holds its commission, `reject` reverses it. */
export class ConversionAssessedV1 {
  static readonly type = 'fraud.conversion_assessed';
  static readonly version = 1;

  @IsIdOf('cnv') readonly conversionId!: Id<'cnv'>;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsOneOf(VERDICTS) readonly verdict!: FraudVerdict;
  /** Codes of the rules that spoke; none when nothing was found. */
  @IsTextList({ max: 50 }) readonly reasons!: readonly string[];
  @IsInstant() readonly assessedAt!: Instant;
}

/** Somebody has to look at a conversion. */
export class CaseOpenedV1 {
  static readonly type = 'fraud.case_opened';
  static readonly version = 1;

  @IsIdOf('cas') readonly caseId!: CaseId;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsTextList({ max: 50 }) readonly reasons!: readonly string[];
  @IsInstant() readonly openedAt!: Instant;
}

/** Somebody looked, and decided. A new assessment follows from it. */
export class CaseResolvedV1 {
  static readonly type = 'fraud.case_resolved';
  static readonly version = 1;

  @IsIdOf('cas') readonly caseId!: CaseId;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsOneOf(['allow', 'reject']) readonly outcome!: 'allow' | 'reject';
  @IsText({ max: 500 }) readonly reason!: string;
  @IsInstant() readonly resolvedAt!: Instant;
}
