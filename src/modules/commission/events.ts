import { IsIdOf, IsInstant, IsMoney, IsOneOf, IsText, IsTextList, IsWhole } from '../../shared/fields.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoneyJson } from '../../shared/money.ts';
import type { CommissionId, TermsId } from './index.ts';

/** What every event of a commission says; the partition key of all of them is the order. */
class AboutCommission {
  @IsIdOf('com') readonly commissionId!: CommissionId;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
}

/** A commission exists: an estimate, until the order is kept. Settlement books it as pending. */
export class CommissionAccruedV1 extends AboutCommission {
  static readonly type = 'commission.accrued';
  static readonly version = 1;

  @IsMoney() readonly amount!: MoneyJson;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly termsVersion!: number;
  @IsInstant() readonly accruedAt!: Instant;
}

/** The order is binding. */
export class CommissionConfirmedV1 extends AboutCommission {
  static readonly type = 'commission.confirmed';
  static readonly version = 1;

  @IsMoney() readonly amount!: MoneyJson;
  @IsInstant() readonly confirmedAt!: Instant;
}

/** A milestone of the vesting plan was reached; `vested` of `amount` is earned. */
export class CommissionVestedV1 extends AboutCommission {
  static readonly type = 'commission.vested';
  static readonly version = 1;

  @IsMoney() readonly amount!: MoneyJson;
  @IsMoney() readonly vested!: MoneyJson;
  @IsInstant() readonly vestedAt!: Instant;
  /** When the return window ends, once all has vested. */
  @IsInstant({ optional: true }) readonly locksAt?: Instant | undefined;
}

/** Nothing moves until it is released. */
export class CommissionHeldV1 extends AboutCommission {
  static readonly type = 'commission.held';
  static readonly version = 1;

  @IsMoney() readonly amount!: MoneyJson;
  @IsTextList({ max: 50 }) readonly reasons!: readonly string[];
  @IsInstant() readonly heldAt!: Instant;
}

export class CommissionReleasedV1 extends AboutCommission {
  static readonly type = 'commission.released';
  static readonly version = 1;

  @IsMoney() readonly amount!: MoneyJson;
  @IsInstant() readonly releasedAt!: Instant;
}

/** The order turned out larger before the lock: the commission is `amount` now, `increase` more. */
export class CommissionRaisedV1 extends AboutCommission {
  static readonly type = 'commission.raised';
  static readonly version = 1;

  @IsMoney() readonly amount!: MoneyJson;
  @IsMoney() readonly increase!: MoneyJson;
  @IsText({ max: 100 }) readonly reason!: string;
  @IsInstant() readonly raisedAt!: Instant;
}

/** Part of the order came back before the lock: the commission is `amount` now, `reduction` less. */
export class CommissionReducedV1 extends AboutCommission {
  static readonly type = 'commission.reduced';
  static readonly version = 1;

  @IsMoney() readonly amount!: MoneyJson;
  @IsMoney() readonly reduction!: MoneyJson;
  @IsText({ max: 100 }) readonly reason!: string;
  @IsInstant() readonly reducedAt!: Instant;
}

/** Before the lock, all of it is taken back. */
export class CommissionReversedV1 extends AboutCommission {
  static readonly type = 'commission.reversed';
  static readonly version = 1;

  @IsMoney() readonly amount!: MoneyJson;
  @IsText({ max: 100 }) readonly reason!: string;
  @IsInstant() readonly reversedAt!: Instant;
}

/** The return window is over and fraud has allowed it: it is payable, and only a clawback can take it back. */
export class CommissionLockedV1 extends AboutCommission {
  static readonly type = 'commission.locked';
  static readonly version = 1;

  @IsMoney() readonly amount!: MoneyJson;
  @IsInstant() readonly lockedAt!: Instant;
}

/** After the lock, some of it is taken back: a linked entry of its own, netted from what comes next. */
export class CommissionClawedBackV1 extends AboutCommission {
  static readonly type = 'commission.clawed_back';
  static readonly version = 1;

  @IsIdOf('adj') readonly adjustmentId!: Id<'adj'>;
  @IsMoney() readonly amount!: MoneyJson;
  @IsText({ max: 100 }) readonly reason!: string;
  @IsInstant() readonly clawedBackAt!: Instant;
}

/**
 * It has not vested in the time the terms give an order: it is held, whatever becomes of the order, until somebody has
 * looked at it. Nothing locks or expires by itself.
 */
export class CommissionReviewDueV1 extends AboutCommission {
  static readonly type = 'commission.review_due';
  static readonly version = 1;

  @IsMoney() readonly amount!: MoneyJson;
  @IsInstant() readonly accruedAt!: Instant;
  @IsInstant() readonly dueAt!: Instant;
}

/**
 * An entry beside commissions counts from now on: what people gave or took with a reason, or what the terms added to or
 * took off a commission after its lock. Settlement books it; it stands on the next statement.
 */
export class CommissionAdjustedV1 {
  static readonly type = 'commission.adjusted';
  static readonly version = 1;

  @IsIdOf('adj') readonly adjustmentId!: Id<'adj'>;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  /** Absent: it stands alone. */
  @IsIdOf('com', { optional: true }) readonly commissionId?: CommissionId | undefined;
  @IsIdOf('ord', { optional: true }) readonly orderId?: Id<'ord'> | undefined;
  @IsText({ max: 200, optional: true }) readonly orderRef?: string | undefined;
  @IsOneOf(['adjustment', 'bonus', 'terms']) readonly kind!: 'adjustment' | 'bonus' | 'terms';
  /** Negative: it is taken from the partner. */
  @IsMoney({ negative: true }) readonly amount!: MoneyJson;
  @IsText({ max: 100 }) readonly reason!: string;
  /** What it follows: the id of a dispute. */
  @IsText({ max: 100, optional: true }) readonly subject?: string | undefined;
  @IsInstant() readonly adjustedAt!: Instant;
}

/** The bank has confirmed the money. */
export class CommissionPaidV1 extends AboutCommission {
  static readonly type = 'commission.paid';
  static readonly version = 1;

  @IsMoney() readonly amount!: MoneyJson;
  @IsIdOf('pay') readonly payoutId!: Id<'pay'>;
  @IsInstant() readonly paidAt!: Instant;
}

/** A version of terms is published and changes no more; orders are judged by it from `effectiveFrom` on. */
export class TermsPublishedV1 {
  static readonly type = 'commission.terms_published';
  static readonly version = 1;

  @IsIdOf('trm') readonly termsId!: TermsId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly version!: number;
  /** SHA-256 of the terms' canonical JSON: what a partner accepts. */
  @IsText({ min: 64, max: 64, pattern: /^[0-9a-f]{64}$/ }) readonly hash!: string;
  @IsInstant() readonly effectiveFrom!: Instant;
  @IsInstant() readonly publishedAt!: Instant;
}
