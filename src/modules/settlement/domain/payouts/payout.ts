import type { Month } from '../../../../shared/calendar.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Money } from '../../../../shared/money.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type { Exchanged } from '../fx/exchange.ts';
import type { RailName } from '../rails/rail-name.ts';
import { mustBeAnother } from '../proposals/proposal.ts';
import type { Earning } from './allocation.ts';
import { type BatchState, moveBatch, type PayoutState } from './payout-life-cycle.ts';

/** What is kept of a payout for a tax office, and why. Decided when it is sent, and never again. */
export interface Withholding {
  readonly jurisdiction: string;
  /** Decimal text. */
  readonly percent: string;
  readonly reason: string;
  readonly minor: bigint;
}

export interface Payout {
  readonly id: PayoutId;
  readonly batchId: BatchId;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly period: Month;
  readonly rail: RailName;
  /** What it is worth to the partner, in the currency of the books. */
  readonly amount: Money;
  /** Once it is sent: what of it a tax office gets. */
  readonly withholding?: Withholding | undefined;
  /** Once it is sent: what leaves the house for it, where the partner is paid in another currency. */
  readonly exchange?: Exchanged | undefined;
  readonly state: PayoutState;
  /** How often its rail has taken back that it was paid. */
  readonly bounces: number;
  /** Whether its batch has a clearing account of its own; those sent before batches had one share the program's. */
  readonly clearedByBatch: boolean;
  /** Once it is sent: by which of the partner's payout profiles. */
  readonly profileVersion?: number | undefined;
  /** Why it was cancelled, rejected or returned. */
  readonly reason?: string | undefined;
  /** When its batch was to be sent last and nobody of it could be paid, and why this one could not. */
  readonly heldBack?: { readonly at: Instant; readonly because: string } | undefined;
  readonly createdAt: Instant;
  readonly submittedAt?: Instant | undefined;
  readonly settledAt?: Instant | undefined;
  readonly endedAt?: Instant | undefined;
}

/** The payouts of one close that go by one rail in one currency, decided about together. */
export interface Batch {
  readonly id: BatchId;
  readonly programId: Id<'prg'>;
  readonly period: Month;
  readonly rail: RailName;
  /** In which the partners are paid; that of the books, unless they asked for another. */
  readonly currency: string;
  readonly state: BatchState;
  readonly closedBy: string;
  readonly createdAt: Instant;
  readonly approvedBy?: string | undefined;
  readonly approvedAt?: Instant | undefined;
  readonly submittedAt?: Instant | undefined;
}

/** How much of a payout is for what; negative for what was taken back. */
export type Allocation = Earning & { readonly payoutId: PayoutId; readonly amount: Money };

/** Throws `settlement.four_eyes`, `settlement.illegal_move`. */
export const approved = (batch: Batch, by: string, at: Instant): Batch => {
  mustBeAnother(
    by,
    batch.closedBy,
    'whoever closed the period cannot approve its payouts; ask somebody else to look at them',
  );
  return { ...batch, state: moveBatch(batch.state, 'approve'), approvedBy: by, approvedAt: at };
};
