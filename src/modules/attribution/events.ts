import { IsIdOf, IsInstant, IsText, IsWhole } from '../../shared/fields.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { ClickId, ConversionId } from './index.ts';

/** An order is credited to a partner. Commission calculates, fraud assesses. */
export class ConversionAttributedV1 {
  static readonly type = 'attribution.conversion_attributed';
  static readonly version = 1;

  @IsIdOf('cnv') readonly conversionId!: ConversionId;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsIdOf('clk') readonly clickId!: ClickId;
  @IsInstant() readonly touchedAt!: Instant;
  @IsInstant() readonly placedAt!: Instant;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly policyVersion!: number;
  @IsInstant() readonly decidedAt!: Instant;
}

/** An order is credited to nobody, and why. */
export class ConversionUnattributedV1 {
  static readonly type = 'attribution.conversion_unattributed';
  static readonly version = 1;

  @IsIdOf('cnv') readonly conversionId!: ConversionId;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsText({ max: 100 }) readonly reason!: string;
  @IsInstant() readonly placedAt!: Instant;
  @IsInstant() readonly decidedAt!: Instant;
}

/**
 * A decision was made again with what arrived late, and came out differently. The new credit replaces the old one;
 * without a partner, it went to nobody.
 */
export class AttributionChangedV1 {
  static readonly type = 'attribution.attribution_changed';
  static readonly version = 1;

  @IsIdOf('cnv') readonly conversionId!: ConversionId;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par', { optional: true }) readonly previousPartnerId?: Id<'par'> | undefined;
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'> | undefined;
  @IsIdOf('clk', { optional: true }) readonly clickId?: ClickId | undefined;
  @IsInstant({ optional: true }) readonly touchedAt?: Instant | undefined;
  @IsInstant() readonly placedAt!: Instant;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly policyVersion!: number;
  @IsText({ max: 100 }) readonly reason!: string;
  @IsInstant() readonly decidedAt!: Instant;
}

/** A click is on disk, whether it was made here or told to us. Reporting counts it. */
export class ClickRecordedV1 {
  static readonly type = 'attribution.click_recorded';
  static readonly version = 1;

  @IsIdOf('clk') readonly clickId!: ClickId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsInstant() readonly occurredAt!: Instant;
}
