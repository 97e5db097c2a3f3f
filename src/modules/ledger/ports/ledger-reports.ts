import type { Account, Kept, Settings, SettingsVersion } from '../domain/account.ts';
import type { AccountId } from '../index.ts';
import type { AsOf, EntryFilter } from './ledger-reader.ts';

export interface AccountStanding extends Kept {
  readonly account: Account;
  readonly settings: Settings;
  /** 0 as it was opened. */
  readonly version: number;
  /** With all accounts below it, however deep, on this account's normal side. */
  readonly rolledUp: bigint;
  /** Directly below it. */
  readonly children: readonly string[];
}

/** What an account had, what came, what went, what it has: on its normal side. */
export interface AccountStatement {
  readonly account: Account;
  readonly opening: bigint;
  readonly increases: bigint;
  readonly decreases: bigint;
  readonly closing: bigint;
  readonly entries: number;
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

/** What adds up; each is of one moment. Undefined when there is no such account. */
export abstract class LedgerReports {
  abstract standing(id: AccountId, asOf?: AsOf): Promise<AccountStanding | undefined>;
  abstract statement(id: AccountId, filter: EntryFilter): Promise<AccountStatement | undefined>;
  /** Oldest first. */
  abstract changes(id: AccountId): Promise<readonly SettingsVersion[]>;
  abstract trialBalance(asOf?: AsOf): Promise<TrialBalance>;
}
