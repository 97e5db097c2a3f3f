import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Batch } from '../domain/judge.ts';
import type { PostVerdict } from '../index.ts';
import { Posting } from '../ports/posting.ts';
import type { LedgerStores, LedgerTransaction } from '../ports/ledger-stores.ts';
import { writeBatches } from './write-batches.ts';

export const MAX_BATCH = 1_000;

/** Posts what can be posted. A transaction posted twice is posted once. */
export class PostTransactions extends Posting {
  constructor(
    private readonly transaction: LedgerTransaction,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** A verdict each, in order. Throws `ledger.batch_too_large`. */
  async run(batch: Batch): Promise<readonly PostVerdict[]> {
    mustFit(batch);
    if (batch.transactions.length === 0) return [];
    return this.transaction.run(async (stores) => (await this.write(stores, [batch])).at(0) ?? []);
  }

  /** Several callers' batches in one go, each judged as if it had come alone, in order. */
  runTogether(batches: readonly Batch[]): Promise<readonly (readonly PostVerdict[])[]> {
    return this.transaction.run((stores) => this.write(stores, batches));
  }

  private async write(stores: LedgerStores, batches: readonly Batch[]): Promise<readonly (readonly PostVerdict[])[]> {
    const transactions = batches.flatMap((batch) => batch.transactions);
    const codes = new Set(transactions.flatMap(({ postings }) => postings.map(({ account }) => account)));
    const ids = new Set(transactions.map(({ id }) => id));
    const book = await stores.journal.open([...codes], [...ids]);
    return writeBatches(stores, batches, book, this.clock.now());
  }
}

/** Throws `ledger.batch_too_large`. */
export const mustFit = ({ transactions }: Batch): void => {
  if (transactions.length > MAX_BATCH) {
    throw new AppError('invalid', 'ledger.batch_too_large', `post at most ${MAX_BATCH} transactions at a time`);
  }
};
