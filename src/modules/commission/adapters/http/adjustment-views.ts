import { IsIdOf, IsInstant, IsMoney, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import { type Adjustment, adjustmentLifecycle } from '../../domain/life-cycle/adjustment.ts';

export const ADJUSTMENT_STATES = Object.keys(adjustmentLifecycle);

export class AdjustmentView {
  @IsIdOf('adj') readonly id!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsIdOf('par') readonly partnerId!: string;
  @IsIdOf('com', { optional: true }) readonly commissionId?: string | undefined;
  @IsIdOf('ord', { optional: true }) readonly orderId?: string | undefined;
  @IsText({ max: 200, optional: true }) readonly orderRef?: string | undefined;
  @IsOneOf(['adjustment', 'bonus', 'terms'], { description: '`terms`: nobody made it, the terms did' })
  readonly kind!: string;
  @IsMoney({ negative: true, description: 'Negative: taken from the partner' }) readonly amount!: MoneyJson;
  @IsText({ max: 50, description: 'A code' }) readonly reason!: string;
  @IsText({ max: 1_000, optional: true }) readonly note?: string | undefined;
  @IsOneOf(ADJUSTMENT_STATES) readonly state!: string;
  @IsInstant() readonly proposedAt!: Instant;
  @IsInstant({ optional: true }) readonly decidedAt?: Instant | undefined;
  @IsText({ max: 200, optional: true, description: 'For staff' }) readonly proposedBy?: string | undefined;
  @IsText({ max: 200, optional: true, description: 'For staff' }) readonly decidedBy?: string | undefined;
  @IsText({ max: 1_000, optional: true, description: 'For staff' }) readonly decisionNote?: string | undefined;
}

export const adjustmentView = (
  { amount, explanation: _, proposedBy, decidedBy, decisionNote, ...rest }: Adjustment,
  forStaff: boolean,
): AdjustmentView => ({
  ...rest,
  amount: amount.toJSON(),
  ...(forStaff && { proposedBy, decidedBy, decisionNote }),
});
