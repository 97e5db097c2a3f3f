import type { Batch } from '../domain/judge.ts';
import type { PostVerdict } from '../index.ts';

/** How batches get into the journal: each by itself, or together with those who ask at the same time. */
export abstract class Posting {
  /** A verdict each, in order. Throws `ledger.batch_too_large`. */
  abstract run(batch: Batch): Promise<readonly PostVerdict[]>;
}
