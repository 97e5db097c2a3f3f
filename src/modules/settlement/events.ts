import { IsIdList, IsIdOf, IsInstant, IsListOf, IsMoney, IsMonth, IsOneOf, IsText } from '../../shared/fields.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoneyJson } from '../../shared/money.ts';
import type { BatchId, DisputeId, InvoiceId, PayoutId, StatementId } from './index.ts';

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

/** What the partner says to a statement. */
export class StatementAnsweredV1 {
  static readonly type = 'settlement.statement_answered';
  static readonly version = 1;

  @IsIdOf('stm') readonly statementId!: StatementId;
  @IsText({ max: 50 }) readonly number!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsMonth() readonly period!: string;
  @IsOneOf(['acknowledged', 'disputed']) readonly state!: 'acknowledged' | 'disputed';
  @IsText({ max: 2_000, optional: true }) readonly reason?: string | undefined;
  @IsInstant() readonly answeredAt!: Instant;
}

/** An invoice that we wrote in the name of its partner, or a credit note; from now on nothing on it changes. */
export class InvoiceIssuedV1 {
  static readonly type = 'settlement.invoice_issued';
  static readonly version = 1;

  @IsIdOf('inv') readonly invoiceId!: InvoiceId;
  @IsText({ max: 50 }) readonly number!: string;
  @IsOneOf(['invoice', 'credit_note']) readonly kind!: 'invoice' | 'credit_note';
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsIdOf('stm') readonly statementId!: StatementId;
  @IsMoney({ negative: true }) readonly net!: MoneyJson;
  @IsMoney({ negative: true }) readonly gross!: MoneyJson;
  @IsText({ max: 64 }) readonly digest!: string;
  @IsInstant() readonly issuedAt!: Instant;
}

class AboutPayout {
  @IsIdOf('pay') readonly payoutId!: PayoutId;
  @IsIdOf('bat') readonly batchId!: BatchId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  /** All that it is worth to the partner, in the currency of the books: what the allocations sum to. */
  @IsMoney() readonly amount!: MoneyJson;
  /** What of it a tax office gets; and what is left. Absent where nothing was withheld. */
  @IsMoney({ optional: true }) readonly withheld?: MoneyJson | undefined;
  @IsMoney({ optional: true }) readonly net?: MoneyJson | undefined;
  /** What leaves the house, where the partner is paid in another currency. */
  @IsMoney({ optional: true }) readonly leaves?: MoneyJson | undefined;
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

/** The bank never takes money for the account that the partner named: nothing goes to it until it names another. */
export class PayoutMethodBlockedV1 {
  static readonly type = 'settlement.payout_method_blocked';
  static readonly version = 1;

  /** Which came back. */
  @IsIdOf('pay') readonly payoutId!: PayoutId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  /** The bank's: `R02`, `AC04` … */
  @IsText({ max: 50 }) readonly code!: string;
  /** The same in words. */
  @IsText({ max: 200 }) readonly reason!: string;
  @IsInstant() readonly blockedAt!: Instant;
}

class AboutDispute {
  @IsIdOf('dsp') readonly disputeId!: DisputeId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  /** `missing_conversion`, `wrong_rate` … */
  @IsText({ max: 50 }) readonly kind!: string;
  @IsIdOf('ord', { optional: true }) readonly orderId?: Id<'ord'> | undefined;
  @IsText({ max: 200, optional: true }) readonly orderRef?: string | undefined;
  @IsIdOf('com', { optional: true }) readonly commissionId?: Id<'com'> | undefined;
  @IsIdOf('stm', { optional: true }) readonly statementId?: StatementId | undefined;
  @IsIdOf('pay', { optional: true }) readonly payoutId?: PayoutId | undefined;
}

/** A partner says that something is wrong. So much is reserved until it is decided. */
export class DisputeOpenedV1 extends AboutDispute {
  static readonly type = 'settlement.dispute_opened';
  static readonly version = 1;

  @IsMoney() readonly claimed!: MoneyJson;
  /** When it comes out as claimed, unless it is decided before. */
  @IsInstant() readonly dueAt!: Instant;
  @IsInstant() readonly openedAt!: Instant;
}

/** The partner is awaited; our time stands still. */
export class DisputeEvidenceRequestedV1 extends AboutDispute {
  static readonly type = 'settlement.dispute_evidence_requested';
  static readonly version = 1;

  /** When it is rejected, unless the partner has answered before. */
  @IsInstant() readonly dueAt!: Instant;
  @IsInstant() readonly requestedAt!: Instant;
}

/** It is decided, or withdrawn. What is granted comes as an adjustment. */
export class DisputeResolvedV1 extends AboutDispute {
  static readonly type = 'settlement.dispute_resolved';
  static readonly version = 1;

  /** `upheld`, `partially_upheld`, `rejected`, `withdrawn` */
  @IsText({ max: 50 }) readonly outcome!: string;
  /** A code of `GET /v1/disputes/reasons`; of what was withdrawn: `withdrawn`. */
  @IsText({ max: 100 }) readonly reason!: string;
  @IsMoney() readonly granted!: MoneyJson;
  /** No person decided it: which rule did. */
  @IsText({ max: 100, optional: true }) readonly rule?: string | undefined;
  @IsIdOf('adj', { optional: true }) readonly adjustmentId?: Id<'adj'> | undefined;
  @IsInstant({ optional: true }) readonly appealUntil?: Instant | undefined;
  @IsInstant() readonly resolvedAt!: Instant;
}

/** The partner does not agree; somebody else decides, for good. */
export class DisputeAppealedV1 extends AboutDispute {
  static readonly type = 'settlement.dispute_appealed';
  static readonly version = 1;

  /** What is still claimed. */
  @IsMoney() readonly claimed!: MoneyJson;
  @IsInstant() readonly dueAt!: Instant;
  @IsInstant() readonly appealedAt!: Instant;
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

/** It had been taken for confirmed by the bank, and was not: it is on its way again. */
export class PayoutUnconfirmedV1 extends AboutPayout {
  static readonly type = 'settlement.payout_unconfirmed';
  static readonly version = 1;

  @IsListOf(() => AllocationV1, { max: 100_000 }) readonly allocations!: readonly AllocationV1[];
  @IsListOf(() => AllocationV1, { max: 100_000, optional: true })
  readonly recovered?: readonly AllocationV1[] | undefined;
  @IsListOf(() => AdjustmentShareV1, { max: 100_000, optional: true })
  readonly adjustments?: readonly AdjustmentShareV1[] | undefined;
  @IsInstant() readonly unconfirmedAt!: Instant;
}
