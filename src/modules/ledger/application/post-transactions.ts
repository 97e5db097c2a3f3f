import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/instant.ts';
import { type Announcement, published } from '../../../shared/outbox.ts';
import { judge } from '../domain/judge.ts';
import { TransactionPostedV1 } from '../events.ts';
import type { NewTransaction, PostVerdict } from '../index.ts';
import type { LedgerTransaction } from '../ports/ledger-stores.ts';

export const MAX_BATCH = 1_000;

/** Posts what can be posted of a batch. A transaction posted twice is posted once. */
export class PostTransactions {
  constructor(
    private readonly transaction: LedgerTransaction,
    private readonly clock: Clock,
  ) {}

  /** A verdict each, in order. Throws `ledger.batch_too_large`. */
  async run(transactions: readonly NewTransaction[]): Promise<readonly PostVerdict[]> {
    if (transactions.length > MAX_BATCH) {
      throw new AppError('invalid', 'ledger.batch_too_large', `post at most ${MAX_BATCH} transactions at a time`);
    }
    if (transactions.length === 0) return [];
    const codes = new Set(transactions.flatMap(({ postings }) => postings.map(({ account }) => account)));
    const ids = new Set(transactions.map(({ id }) => id));
    return this.transaction.run(async ({ journal, outbox }) => {
      const at = this.clock.now();
      const book = await journal.open([...codes], [...ids]);
      const first = judge(transactions, book);
      if (first.posted.length === 0) return first.verdicts;
      const taken = await journal.append(first, book, at);
      const { posted, verdicts } =
        taken.size === 0 ? first : judge(transactions, { ...book, digests: new Map([...book.digests, ...taken]) });
      outbox.publish(...posted.map((transaction) => announcement(transaction, at)));
      return verdicts;
    });
  }
}

const announcement = ({ id, purpose, effectiveAt }: NewTransaction, at: Instant): Announcement =>
  published(TransactionPostedV1, { aggregate: id, occurredAt: at }, { transactionId: id, purpose, effectiveAt });
