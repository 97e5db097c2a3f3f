import type { Clock } from '../../../shared/clock.ts';
import type { Batch } from '../domain/judge.ts';
import { plainly } from '../domain/plain.ts';
import type { PostVerdict } from '../index.ts';
import type { PlainJournal } from '../ports/plain-journal.ts';
import type { PostTransactions } from './post-transactions.ts';

/** Posts several callers' batches in one go: plainly, if there is nothing in the way of any; judged otherwise. */
export class PostTogether {
  constructor(
    private readonly plain: PlainJournal,
    private readonly posting: PostTransactions,
    private readonly clock: Clock,
  ) {}

  /** Of each batch the verdicts it would have got alone, in order. */
  async run(batches: readonly Batch[]): Promise<readonly (readonly PostVerdict[])[]> {
    const codes = new Set<string>();
    for (const { transactions } of batches)
      for (const { postings } of transactions) for (const { account } of postings) codes.add(account);
    const batch = plainly(batches, await this.plain.accounts(codes));
    if (batch === undefined || !(await this.plain.post(batch, this.clock.now())))
      return this.posting.runTogether(batches);
    return batches.map(({ transactions }) => transactions.map(({ id }) => ({ id, verdict: 'posted' })));
  }
}
