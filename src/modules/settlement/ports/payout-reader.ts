/** Looks at payouts, and at what the bank says of them, outside any transaction. */
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Money } from '../../../shared/money.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { PayoutState } from '../domain/payouts/payout-life-cycle.ts';
import type { Batch, Payout } from '../domain/payouts/payout.ts';
import type { BreakKind } from '../domain/reconciliation/reconciliation.ts';
import type { BatchId, PayoutId } from '../index.ts';
import type { ShareOfPayout } from './settlement-stores.ts';
import type { StatementFilter } from './statement-reader.ts';

export interface PayoutFilter extends StatementFilter {
  readonly state?: PayoutState | undefined;
  readonly batchId?: BatchId | undefined;
}

export interface DetailedPayout {
  readonly payout: Payout;
  readonly allocations: readonly ShareOfPayout[];
}

export interface StateTotal {
  readonly state: PayoutState;
  readonly count: number;
  readonly amount: Money;
}

export interface CountedBatch {
  readonly batch: Batch;
  readonly payouts: readonly StateTotal[];
}

export interface ListedBreak {
  readonly id: Id<'brk'>;
  readonly programId: Id<'prg'>;
  readonly statementId: string;
  readonly ref: string;
  readonly kind: BreakKind;
  readonly endToEndId?: string | undefined;
  readonly payoutId?: PayoutId | undefined;
  readonly amount: Money;
  readonly direction: 'debit' | 'credit';
  readonly bookedAt: Instant;
  readonly noticedAt: Instant;
}

export abstract class PayoutReader {
  /** By period, earliest first. */
  abstract payouts(request: PageRequest, filter: PayoutFilter): Promise<Page<Payout>>;
  abstract payout(payoutId: PayoutId): Promise<DetailedPayout | undefined>;
  abstract totals(programId: Id<'prg'>, partnerId?: Id<'par'>): Promise<readonly StateTotal[]>;
  abstract batches(request: PageRequest, programId?: Id<'prg'>): Promise<Page<CountedBatch>>;
  abstract batch(batchId: BatchId): Promise<CountedBatch | undefined>;
  /** By the time they were noticed. */
  abstract breaks(request: PageRequest): Promise<Page<ListedBreak>>;
}
