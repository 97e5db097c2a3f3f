import type { Instant } from '../../../shared/instant.ts';
import type { Account } from '../domain/account.ts';
import type { PlainBatch } from '../domain/plain.ts';

/** The short way into the journal, for what there may be nothing to judge about. */
export abstract class PlainJournal {
  /** Those of them that are open, and maybe others. What an account is never changes, so it may be remembered. */
  abstract accounts(codes: ReadonlySet<string>): Promise<ReadonlyMap<string, Account>>;
  /** Posts all of it and tells of it, for good when it resolves; or nothing, and false: it has to be judged. */
  abstract post(batch: PlainBatch, at: Instant): Promise<boolean>;
}
