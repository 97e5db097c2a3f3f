import type { Instant } from '../../../shared/instant.ts';
import type { Outbox } from '../../../shared/outbox.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { Account, Kept, Settings } from '../domain/account.ts';
import type { Hold } from '../domain/hold.ts';
import type { Book, Judgement } from '../domain/judge.ts';
import type { Seal } from '../domain/seal.ts';
import type { PublishedTemplate, TemplateRun } from '../domain/template/template.ts';
import type { AccountId, HoldId, TransactionId } from '../index.ts';
import type { Closing } from './ledger-reader.ts';
import type { RecordedTransaction } from '../domain/recorded.ts';

/** Who did it, when, and why. */
export interface Occasion {
  readonly by: string;
  readonly at: Instant;
}

/** An account as it stands, with nobody else posting to any account before this transaction ends. */
export interface StandingAccount {
  readonly account: Account;
  /** 0 for as it was opened. */
  readonly version: number;
  readonly settings: Settings;
  readonly kept: Kept;
}

export abstract class Accounts {
  /** Of those that are open; in no particular order. */
  abstract find(codes: readonly string[]): Promise<readonly Account[]>;
  /** Leaves those alone that somebody else has opened meanwhile. */
  abstract open(accounts: readonly Account[], at: Instant): Promise<void>;
  /** Waits for all who post, and lets them wait. */
  abstract stand(id: AccountId): Promise<StandingAccount | undefined>;
  abstract change(standing: StandingAccount, settings: Settings, reason: string, occasion: Occasion): Promise<void>;
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
  abstract find(id: TransactionId): Promise<RecordedTransaction | undefined>;
  /** Of those accounts that are open, on their normal side, by code. */
  abstract balances(codes: readonly string[]): Promise<ReadonlyMap<string, bigint>>;
}

export abstract class Closings {
  /** Waits for all who post. The closing that is in force then: one until later stays. */
  abstract close(scope: string, before: Instant, occasion: Occasion): Promise<Closing>;
}

export abstract class Holds {
  /** Nobody else ends it before this transaction ends. */
  abstract take(id: HoldId): Promise<Hold | undefined>;
  /** Open ones that expire until then, some, taken likewise. */
  abstract takeExpired(at: Instant, limit: number): Promise<readonly Hold[]>;
  /** False when the id is taken. */
  abstract add(hold: Hold): Promise<boolean>;
  abstract save(hold: Hold): Promise<void>;
  /** By code, of bounded accounts: how much more of each is held. */
  abstract hold(changes: ReadonlyMap<string, bigint>): Promise<void>;
}

export abstract class Templates {
  /** That version, or the last one. */
  abstract find(name: string, version?: number): Promise<PublishedTemplate | undefined>;
  /** Nobody else publishes one of that name before this transaction ends. */
  abstract lock(name: string): Promise<void>;
  abstract publish(template: PublishedTemplate, by: string): Promise<void>;
  /** Nobody else runs under that id before this transaction ends. */
  abstract run(id: TransactionId): Promise<TemplateRun | undefined>;
  abstract addRun(run: TemplateRun, at: Instant): Promise<void>;
}

export abstract class Seals {
  abstract last(): Promise<Seal | undefined>;
  /** Leaves a number alone under which somebody else has sealed meanwhile. */
  abstract add(seal: Seal): Promise<void>;
}

export interface LedgerStores {
  readonly accounts: Accounts;
  readonly journal: Journal;
  readonly closings: Closings;
  readonly holds: Holds;
  readonly templates: Templates;
  readonly seals: Seals;
  readonly outbox: Outbox;
}

export abstract class LedgerTransaction extends Transaction<LedgerStores> {}
