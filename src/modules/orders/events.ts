import { IsIdOf, IsInstant, IsOneOf, IsText, IsTextList } from '../../shared/fields.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import { type Milestone, MILESTONES, type OrderId } from './index.ts';

/** An order exists, with its content. Attribution looks for who brought the customer. */
export class OrderPlacedV1 {
  static readonly type = 'orders.order_placed';
  static readonly version = 1;

  @IsIdOf('ord') readonly orderId!: OrderId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsInstant() readonly placedAt!: Instant;
  @IsIdOf('clk', { optional: true }) readonly clickId?: Id<'clk'> | undefined;
  @IsText({ max: 200, optional: true }) readonly visitorId?: string | undefined;
  @IsTextList({ max: 20, optional: true }) readonly couponCodes?: readonly string[] | undefined;
  @IsText({ max: 200, optional: true }) readonly customerRef?: string | undefined;
  /** Keyed hashes: they can be compared, and read by nobody. */
  @IsText({ max: 50, optional: true }) readonly customerEmailFingerprint?: string | undefined;
  @IsText({ max: 50, optional: true }) readonly customerPhoneFingerprint?: string | undefined;
}

/** What attribution went by turned out to be otherwise: an earlier reservation came late, or a click was named later. */
export class OrderAmendedV1 {
  static readonly type = 'orders.order_amended';
  static readonly version = 1;

  @IsIdOf('ord') readonly orderId!: OrderId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsInstant() readonly placedAt!: Instant;
  @IsIdOf('clk', { optional: true }) readonly clickId?: Id<'clk'> | undefined;
  @IsText({ max: 200, optional: true }) readonly visitorId?: string | undefined;
  @IsTextList({ max: 20, optional: true }) readonly couponCodes?: readonly string[] | undefined;
  @IsText({ max: 200, optional: true }) readonly customerRef?: string | undefined;
  /** Keyed hashes: they can be compared, and read by nobody. */
  @IsText({ max: 50, optional: true }) readonly customerEmailFingerprint?: string | undefined;
  @IsText({ max: 50, optional: true }) readonly customerPhoneFingerprint?: string | undefined;
}

/** The order came a step further. Commission vests by some of these. */
export class MilestoneReachedV1 {
  static readonly type = 'orders.milestone_reached';
  static readonly version = 1;

  @IsIdOf('ord') readonly orderId!: OrderId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsOneOf(MILESTONES) readonly milestone!: Milestone;
  @IsInstant() readonly reachedAt!: Instant;
}

/** Called off before delivery. */
export class OrderCancelledV1 {
  static readonly type = 'orders.order_cancelled';
  static readonly version = 1;

  @IsIdOf('ord') readonly orderId!: OrderId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsInstant() readonly cancelledAt!: Instant;
  @IsText({ max: 500, optional: true }) readonly reason?: string | undefined;
}

/** Some of it, or all, came back after delivery. */
export class LinesReturnedV1 {
  static readonly type = 'orders.lines_returned';
  static readonly version = 1;

  @IsIdOf('ord') readonly orderId!: OrderId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsInstant() readonly returnedAt!: Instant;
  @IsOneOf(['everything', 'some']) readonly extent!: 'everything' | 'some';
  @IsText({ max: 500, optional: true }) readonly reason?: string | undefined;
}

/** The customer took the payment back. */
export class OrderChargedBackV1 {
  static readonly type = 'orders.order_charged_back';
  static readonly version = 1;

  @IsIdOf('ord') readonly orderId!: OrderId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsInstant() readonly chargedBackAt!: Instant;
  @IsText({ max: 500, optional: true }) readonly reason?: string | undefined;
}
