/** Looks at what controls payouts, outside any transaction, for those who only want to see. */
import type { Month } from '../../../shared/calendar.ts';
import type { Id } from '../../../shared/ids.ts';
import type { Money } from '../../../shared/money.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Approval } from '../domain/payouts/approval.ts';
import type { Freeze } from '../domain/payouts/freeze.ts';
import type { StoredPolicy } from '../domain/payouts/payout-policy.ts';
import type { Waiver } from '../domain/payouts/waiver.ts';
import type { BatchId, PayoutId } from '../index.ts';

/** A balance that the last close of its program did not pay, or that was taken out since. */
export interface BlockedPayout {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly period: Month;
  readonly payable: Money;
  readonly payoutId?: PayoutId | undefined;
  readonly reasons: readonly StatedReason[];
}

export interface StatedReason {
  readonly code: string;
  readonly detail: string;
  readonly until?: string | undefined;
  readonly when?: string | undefined;
}

export interface BlockedFilter {
  readonly programId?: Id<'prg'> | undefined;
  readonly partnerId?: Id<'par'> | undefined;
}

export abstract class PayoutControlReader {
  abstract policy(programId: Id<'prg'>, partnerId?: Id<'par'>): Promise<StoredPolicy | undefined>;
  /** By program, then by partner. */
  abstract blocked(request: PageRequest, filter: BlockedFilter): Promise<Page<BlockedPayout>>;
  /** By the time they began. */
  abstract freezes(request: PageRequest): Promise<Page<Freeze>>;
  /** By the time they were asked for. */
  abstract waivers(request: PageRequest): Promise<Page<Waiver>>;
  abstract approvals(batchId: BatchId): Promise<readonly Approval[]>;
}
