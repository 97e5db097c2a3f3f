import type { Instant } from '../../../shared/instant.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Account } from '../domain/account.ts';
import type { Hold } from '../domain/hold.ts';
import type { RecordedTransaction } from '../domain/recorded.ts';
import type { AccountId, Balance, Entry, HoldId, Range, TransactionId } from '../index.ts';

export interface AccountFilter {
  readonly kind?: string | undefined;
  readonly codePrefix?: string | undefined;
}

/** By either clock: what counted before a moment, and what we had been told by a moment. All there is, when absent. */
export interface AsOf {
  readonly before?: Instant | undefined;
  readonly recordedBefore?: Instant | undefined;
}

export interface EntryFilter {
  readonly from?: Instant | undefined;
  readonly until?: Instant | undefined;
  readonly recordedBefore?: Instant | undefined;
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

export interface Closing {
  readonly scope: string;
  readonly closedBefore: Instant;
  readonly closedBy: string;
  readonly closedAt: Instant;
}

/** Looks at the books outside any transaction. */
export abstract class LedgerReader {
  /** Of those accounts that exist. */
  abstract balances(codes: readonly string[], asOf?: AsOf): Promise<readonly Balance[]>;
  /** With `from <= effectiveAt < until`, by effective time. */
  abstract entries(codes: readonly string[], range: Range): Promise<readonly Entry[]>;
  /** By code. */
  abstract accounts(request: PageRequest, filter: AccountFilter): Promise<Page<AccountWithBalance>>;
  /** By effective time, oldest first; undefined when there is no such account. */
  abstract entriesOf(
    accountId: AccountId,
    request: PageRequest,
    filter?: EntryFilter,
  ): Promise<Page<AccountEntry> | undefined>;
  abstract transaction(id: TransactionId): Promise<RecordedTransaction | undefined>;
  abstract hold(id: HoldId): Promise<Hold | undefined>;
  /** Until when each scope is closed now. */
  abstract closings(): Promise<readonly Closing[]>;
  /** Whether a hold has expired that is still open. */
  abstract hasExpired(at: Instant): Promise<boolean>;
}
