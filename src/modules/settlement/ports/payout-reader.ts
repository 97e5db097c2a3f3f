/** Looks at payouts outside any transaction. */
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Money } from '../../../shared/money.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { PayoutState } from '../domain/payouts/payout-life-cycle.ts';
import type { Batch, Payout } from '../domain/payouts/payout.ts';
import type { BatchId, PayoutId } from '../index.ts';
import type { ShareOfPayout } from './settlement-stores.ts';
import type { StatementFilter } from './statement-reader.ts';

export interface PayoutFilter extends StatementFilter {
  readonly state?: PayoutState | undefined;
  readonly batchId?: BatchId | undefined;
}

export interface DetailedPayout {
  readonly payout: Payout;
  /** When its batch was. */
  readonly approvedAt?: Instant | undefined;
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

export abstract class PayoutReader {
  /** By period, earliest first. */
  abstract payouts(request: PageRequest, filter: PayoutFilter): Promise<Page<Payout>>;
  abstract payout(payoutId: PayoutId): Promise<DetailedPayout | undefined>;
  abstract totals(programId: Id<'prg'>, partnerId?: Id<'par'>): Promise<readonly StateTotal[]>;
  abstract batches(request: PageRequest, programId?: Id<'prg'>): Promise<Page<CountedBatch>>;
  abstract batch(batchId: BatchId): Promise<CountedBatch | undefined>;
}
