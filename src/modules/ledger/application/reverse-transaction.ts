import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/instant.ts';
import { reversalId, reversalOf } from '../domain/reversal.ts';
import type { TransactionId } from '../index.ts';

import type { LedgerTransaction } from '../ports/ledger-stores.ts';
import { mustBePosted, writeBatches } from './write-batches.ts';
import type { RecordedTransaction } from '../domain/recorded.ts';

export interface Reversal {
  /** When it counts; now, when absent. */
  readonly effectiveAt?: Instant | undefined;
  readonly reason: string;
}

/** Takes back a transaction by its mirror image, once: a second time finds the first. */
export class ReverseTransaction {
  constructor(
    private readonly transaction: LedgerTransaction,
    private readonly clock: Clock,
  ) {}

  /** Throws `ledger.transaction_not_found`, and what posting refuses. */
  run(id: TransactionId, { effectiveAt, reason }: Reversal): Promise<RecordedTransaction> {
    return this.transaction.run(async (stores) => {
      const { journal } = stores;
      const original = await journal.find(id);
      if (original === undefined)
        throw new AppError('not_found', 'ledger.transaction_not_found', `the ledger has no ${id}`);
      const at = this.clock.now();
      const own = reversalId(id);
      const book = await journal.open([...new Set(original.postings.map(({ account }) => account))], [own]);
      if (!book.digests.has(own)) {
        const mirrored = reversalOf(original, { effectiveAt: effectiveAt ?? at, reason });
        const [verdicts = []] = await writeBatches(stores, [{ transactions: [mirrored] }], book, at);
        mustBePosted(verdicts);
      }
      const reversed = await journal.find(own);
      if (reversed === undefined) throw new Error(`${own} is posted and cannot be found`);
      return reversed;
    });
  }
}
