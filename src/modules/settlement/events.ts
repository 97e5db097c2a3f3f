import { IsIdList, IsIdOf, IsInstant, IsListOf, IsMoney, IsMonth, IsText } from '../../shared/fields.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoneyJson } from '../../shared/money.ts';
import type { BatchId, PayoutId, StatementId } from './index.ts';

/** A partner's account of a period is final: numbered, hashed, never changed. */
export class StatementClosedV1 {
  static readonly type = 'settlement.statement_closed';
  static readonly version = 1;

  @IsIdOf('stm') readonly statementId!: StatementId;
  @IsText({ max: 50 }) readonly number!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsMonth() readonly period!: string;
  @IsMoney({ negative: true }) readonly opening!: MoneyJson;
  @IsMoney({ negative: true }) readonly closing!: MoneyJson;
  /** Those that locked in the period; where there are more, `StatementContinuedV1` goes on. */
  @IsIdList('com', { max: 100_000 }) readonly commissionIds!: readonly Id<'com'>[];
  @IsInstant() readonly closedAt!: Instant;
}

/** More commissions that locked in the period of a statement, behind the 100,000 it was closed with. */
export class StatementContinuedV1 {
  static readonly type = 'settlement.statement_continued';
  static readonly version = 1;

  @IsIdOf('stm') readonly statementId!: StatementId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsMonth() readonly period!: string;
  @IsIdList('com', { max: 100_000 }) readonly commissionIds!: readonly Id<'com'>[];
  @IsInstant() readonly closedAt!: Instant;
}

class AboutPayout {
  @IsIdOf('pay') readonly payoutId!: PayoutId;
  @IsIdOf('bat') readonly batchId!: BatchId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsMoney() readonly amount!: MoneyJson;
}

/** Sent to the bank. Not yet paid. */
export class PayoutSubmittedV1 extends AboutPayout {
  static readonly type = 'settlement.payout_submitted';
  static readonly version = 1;

  @IsInstant() readonly submittedAt!: Instant;
}

/** How much of a payout is for which commission. */
export class AllocationV1 {
  @IsIdOf('com') readonly commissionId!: Id<'com'>;
  @IsMoney() readonly amount!: MoneyJson;
}

/** How much of a payout is for an entry beside commissions; negative: the entry took it. */
export class AdjustmentShareV1 {
  @IsIdOf('adj') readonly adjustmentId!: Id<'adj'>;
  @IsMoney({ negative: true }) readonly amount!: MoneyJson;
}

/** The bank has confirmed it. */
export class PayoutSettledV1 extends AboutPayout {
  static readonly type = 'settlement.payout_settled';
  static readonly version = 1;

  @IsListOf(() => AllocationV1, { max: 100_000 }) readonly allocations!: readonly AllocationV1[];
  /** What earlier clawbacks took of it: the allocations less these, and the adjustments, are the amount. */
  @IsListOf(() => AllocationV1, { max: 100_000, optional: true })
  readonly recovered?: readonly AllocationV1[] | undefined;
  @IsListOf(() => AdjustmentShareV1, { max: 100_000, optional: true })
  readonly adjustments?: readonly AdjustmentShareV1[] | undefined;
  @IsInstant() readonly settledAt!: Instant;
}

/** The bank refused it before any money moved; the balance is the partner's again. */
export class PayoutFailedV1 extends AboutPayout {
  static readonly type = 'settlement.payout_failed';
  static readonly version = 1;

  @IsText({ max: 200 }) readonly reason!: string;
  @IsInstant() readonly failedAt!: Instant;
}

/** It came back, perhaps after it had settled; the balance is the partner's again. */
export class PayoutReturnedV1 extends AboutPayout {
  static readonly type = 'settlement.payout_returned';
  static readonly version = 1;

  @IsListOf(() => AllocationV1, { max: 100_000 }) readonly allocations!: readonly AllocationV1[];
  /** What earlier clawbacks took of it: the allocations less these, and the adjustments, are the amount. */
  @IsListOf(() => AllocationV1, { max: 100_000, optional: true })
  readonly recovered?: readonly AllocationV1[] | undefined;
  @IsListOf(() => AdjustmentShareV1, { max: 100_000, optional: true })
  readonly adjustments?: readonly AdjustmentShareV1[] | undefined;
  @IsText({ max: 200 }) readonly reason!: string;
  @IsInstant() readonly returnedAt!: Instant;
}
