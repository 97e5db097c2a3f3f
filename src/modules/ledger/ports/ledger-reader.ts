import type { Instant } from '../../../shared/instant.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Account } from '../domain/account.ts';
import type { AccountId, Balance, Entry, Posting, Range, TransactionId } from '../index.ts';

export interface AccountFilter {
  readonly kind?: string | undefined;
  readonly codePrefix?: string | undefined;
}

export interface AccountWithBalance extends Account {
  /** On its normal side, of all entries there are. */
  readonly balance: bigint;
}

export interface AccountEntry extends Entry {
  readonly currency: string;
  readonly recordedAt: Instant;
  /** After this entry, on the account's normal side. */
  readonly balance: bigint;
}

export interface RecordedTransaction {
  readonly id: TransactionId;
  readonly currency: string;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly purpose: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly postings: readonly (Posting & { readonly accountId: AccountId })[];
}

export interface KindTotal {
  readonly currency: string;
  readonly kind: string;
  readonly accounts: number;
  readonly debit: bigint;
  readonly credit: bigint;
}

export interface TrialBalance {
  readonly accounts: number;
  readonly transactions: number;
  /** Sorted by currency and kind. */
  readonly totals: readonly KindTotal[];
}

/** Looks at the books outside any transaction. */
export abstract class LedgerReader {
  /** Of those accounts that exist: of entries with `effectiveAt < before`, or of all. */
  abstract balances(codes: readonly string[], before?: Instant): Promise<readonly Balance[]>;
  /** With `from <= effectiveAt < until`, by effective time. */
  abstract entries(codes: readonly string[], range: Range): Promise<readonly Entry[]>;
  /** By code. */
  abstract accounts(request: PageRequest, filter: AccountFilter): Promise<Page<AccountWithBalance>>;
  /** By effective time, oldest first; undefined when there is no such account. */
  abstract entriesOf(accountId: AccountId, request: PageRequest): Promise<Page<AccountEntry> | undefined>;
  abstract transaction(id: TransactionId): Promise<RecordedTransaction | undefined>;
  /** All of one moment. */
  abstract trialBalance(): Promise<TrialBalance>;
}
