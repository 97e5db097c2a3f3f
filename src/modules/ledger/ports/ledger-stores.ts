import type { Instant } from '../../../shared/instant.ts';
import type { Outbox } from '../../../shared/outbox.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { Account } from '../domain/account.ts';
import type { Book, Judgement } from '../domain/judge.ts';
import type { TransactionId } from '../index.ts';

export abstract class Accounts {
  /** Of those that are open; in no particular order. */
  abstract find(codes: readonly string[]): Promise<readonly Account[]>;
  /** Leaves those alone that somebody else has opened meanwhile. */
  abstract open(accounts: readonly Account[], at: Instant): Promise<void>;
}

export abstract class Journal {
  /**
   * What is known of those accounts and ids. Nobody else moves a bounded account of them before this transaction ends.
   */
  abstract open(codes: readonly string[], ids: readonly TransactionId[]): Promise<Book>;
  /**
   * Writes what was judged by the book, except what somebody else has posted meanwhile: of that it answers the digests.
   * When that could change what else was judged, the whole transaction is done again.
   */
  abstract append(judgement: Judgement, book: Book, at: Instant): Promise<ReadonlyMap<TransactionId, string>>;
}

export interface LedgerStores {
  readonly accounts: Accounts;
  readonly journal: Journal;
  readonly outbox: Outbox;
}

export abstract class LedgerTransaction extends Transaction<LedgerStores> {}
