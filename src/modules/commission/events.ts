import { IsIdOf, IsInstant, IsMoney, IsText, IsTextList, IsWhole } from '../../shared/fields.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoneyJson } from '../../shared/money.ts';
import type { CommissionId } from './index.ts';

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

/** The bank has confirmed the money. */
export class CommissionPaidV1 extends AboutCommission {
  static readonly type = 'commission.paid';
  static readonly version = 1;

  @IsMoney() readonly amount!: MoneyJson;
  @IsIdOf('pay') readonly payoutId!: Id<'pay'>;
  @IsInstant() readonly paidAt!: Instant;
}
