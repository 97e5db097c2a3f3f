import type { Id } from '../../../shared/ids.ts';
import type { BatchId, PayoutId } from '../index.ts';

/** Who is paid by a batch, and in which currency. */
export interface BatchPayees {
  readonly programId: Id<'prg'>;
  readonly partnerIds: readonly Id<'par'>[];
  readonly currency: string;
}

/** What is asked of a batch before a transaction is opened. */
export abstract class BatchReader {
  /** Throws `settlement.batch_not_found`. */
  abstract payees(batchId: BatchId): Promise<BatchPayees>;
  /** Throws `settlement.payout_not_found`. */
  abstract batchOf(payoutId: PayoutId): Promise<BatchId>;
  /** The payment file, sealed. Throws `settlement.no_file` when the batch is not submitted. */
  abstract sealedFile(batchId: BatchId): Promise<string>;
}
