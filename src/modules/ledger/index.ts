import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoneyJson } from '../../shared/money.ts';

export type AccountId = Id<'acc'>;
export type TransactionId = Id<'txn'>;
export type HoldId = Id<'hld'>;

/** The side on which an account grows. */
export type NormalSide = 'debit' | 'credit';

/** An account is known by its code, `payable:par_…:available:BRL`; opening it twice is opening it once. */
export interface NewAccount {
  readonly code: string;
  /** A word that groups accounts in reports: `expense`, `payable_pending` … */
  readonly kind: string;
  readonly currency: string;
  readonly normalSide: NormalSide;
  /** Whether the balance may leave its normal side. */
  readonly bound: 'none' | 'no_overdraft';
  /** How far a bounded account may leave it all the same; minor units, as text. */
  readonly creditLimit?: string | undefined;
  /** The code of the account it is a part of, in the same currency. */
  readonly parent?: string | undefined;
  readonly metadata?: Metadata | undefined;
}

export type Metadata = Readonly<Record<string, string>>;

export interface Posting {
  readonly account: string;
  /** Minor units, as text: positive debits, negative credits. */
  readonly minor: string;
}

/** Made by the caller, permanent: the same id with the same content is the same transaction. */
export interface NewTransaction {
  readonly id: TransactionId;
  /** The currency of all its accounts. Without it they may be in several, and the postings sum to zero in each. */
  readonly currency?: string | undefined;
  /** When it counts, which may be before it is recorded. */
  readonly effectiveAt: Instant;
  readonly purpose: string;
  /** Two or more; they sum to zero. */
  readonly postings: readonly Posting[];
  readonly metadata?: Metadata | undefined;
}

export type PostVerdict =
  | { readonly id: TransactionId; readonly verdict: 'posted' | 'exists' }
  | { readonly id: TransactionId; readonly verdict: 'refused'; readonly code: string; readonly detail: string };

export interface PostOptions {
  /** All or none: what one is refused for, all are. */
  readonly linked?: boolean | undefined;
}

export interface Balance {
  readonly account: string;
  readonly currency: string;
  /** On the normal side; negative when it is overdrawn. */
  readonly minor: string;
}

export interface Entry {
  readonly transactionId: TransactionId;
  readonly account: string;
  /** On the account's normal side. */
  readonly minor: string;
  readonly effectiveAt: Instant;
  readonly purpose: string;
  readonly metadata: Metadata;
}

/** A seal signs all that was posted before it, and the seals before it. */
export interface SealedHead {
  readonly number: number;
  /** SHA-256, in hex. */
  readonly head: string;
}

export interface Range {
  readonly from: Instant;
  readonly until: Instant;
}

/** What all accounts come to in a currency; the two are equal, or the books are wrong. */
export interface CurrencyTotal {
  readonly currency: string;
  readonly debit: MoneyJson;
  readonly credit: MoneyJson;
}

/** A signed head over the journal, as far as it is sealed. */
export interface SignedHead {
  readonly number: number;
  readonly head: string;
  readonly keyId: string;
  /** Ed25519, of the head, in hex. */
  readonly signature: string;
}

export interface LedgerStanding {
  readonly accounts: number;
  readonly transactions: number;
  /** Sorted by currency. */
  readonly totals: readonly CurrencyTotal[];
  /** Absent while nothing is sealed. */
  readonly seal?: SignedHead | undefined;
}

/** What other modules may ask of the ledger. */
export abstract class LedgerPort {
  /** Throws `ledger.account_differs` when one is open already with other properties. */
  abstract openAccounts(accounts: readonly NewAccount[]): Promise<void>;
  /** At most 1,000, each judged by itself, in order; or linked. */
  abstract post(transactions: readonly NewTransaction[], options?: PostOptions): Promise<readonly PostVerdict[]>;
  /** Of those accounts that exist: all entries with `effectiveAt < before`, or all there are. */
  abstract balances(accounts: readonly string[], before?: Instant): Promise<readonly Balance[]>;
  /** What is signed of the journal so far; undefined before the first seal. */
  abstract sealedHead(): Promise<SealedHead | undefined>;
  /** Of those accounts, with `from <= effectiveAt < until`, by effective time. */
  abstract entries(accounts: readonly string[], range: Range): Promise<readonly Entry[]>;
  /** What the whole ledger comes to now. */
  abstract standing(): Promise<LedgerStanding>;
}
