/** What settlement writes, and reads to write it. Everything here belongs to one transaction. */
import type { Month } from '../../../shared/calendar.ts';
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Outbox } from '../../../shared/outbox.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { TransactionId } from '../../ledger/index.ts';
import type { Earning, OpenItem } from '../domain/payouts/allocation.ts';
import type { Booking, Books } from '../domain/books/booking.ts';
import type { PayoutAnswer, Standing } from '../domain/payouts/payout-decision.ts';
import type { Allocation, Batch, Payout } from '../domain/payouts/payout.ts';
import type { BookedTotal, Period } from '../domain/statements/period.ts';
import type { PartnerLine, Statement } from '../domain/statements/statement.ts';
import type { BatchId, PayoutId } from '../index.ts';
import type { BankStatements } from './bank-stores.ts';
import type { Reconciliations } from './reconciliation.ts';
import type { Disputes } from './disputes.ts';
import type { FxStore } from './fx.ts';
import type { PayoutControl } from './payout-control.ts';
import type { RailPayments } from './rail-payments.ts';
import type { InvoiceRuns } from './invoice-runs.ts';
import type { Invoices } from './invoices.ts';
import type { IssueRuns } from './issue-runs.ts';
import type { Receptions } from './receptions.ts';
import type { Remittances } from './remittances.ts';
import type { SettingChanges } from './setting-changes.ts';
import type { Rulings } from './rulings.ts';
import type { SimulatedAccounts } from './simulated-accounts.ts';
import type { TaxSettingsStore } from './tax.ts';

export type NewBooks = Pick<Books, 'programId' | 'currency' | 'timeZone'>;

/** The books of programs, and their periods. */
export abstract class BooksStore {
  /** Opens those that are not open yet. */
  abstract open(books: readonly NewBooks[], at: Instant): Promise<void>;
  /** Those that are open. Nobody can close a period of theirs until the transaction ends, but others may book too. */
  abstract share(programIds: readonly Id<'prg'>[]): Promise<readonly Books[]>;
  /** Nobody else can book or close until the transaction ends. */
  abstract hold(programId: Id<'prg'>): Promise<Books | undefined>;
  abstract save(books: Books): Promise<void>;
  abstract period(programId: Id<'prg'>, period: Month): Promise<Period | undefined>;
  /** Those that are being closed, earliest first. */
  abstract closing(): Promise<readonly Period[]>;
  abstract savePeriod(period: Period): Promise<void>;
}

/** Everything settlement wants in the ledger: append-only, each row with a mark once the ledger has it. */
export abstract class Bookings {
  /** Those known already are left alone. Throws `settlement.booked_differently` when one is known with other content. */
  abstract add(bookings: readonly Booking[]): Promise<void>;
  /** Of those ids, or the oldest of all that the ledger has not refused: what it does not have yet. */
  abstract unposted(limit: number, ids?: readonly TransactionId[]): Promise<readonly Booking[]>;
  abstract markPosted(ids: readonly TransactionId[], at: Instant): Promise<void>;
  abstract markRefused(refusals: readonly { readonly id: TransactionId; readonly why: string }[]): Promise<void>;
  /** What locked before that moment, by its own time, and what is not in the ledger yet of what counts before it. */
  abstract totalBefore(programId: Id<'prg'>, until: Instant): Promise<BookedTotal>;
  /** Whose available balance moved in the period, or was not zero before it: the next of them, sorted. */
  abstract partners(programId: Id<'prg'>, period: Month, next: NextPartners): Promise<readonly MovedPartner[]>;
  /** What moved available balances in the period, by partner, then by effective time; page by page. */
  abstract lines(programId: Id<'prg'>, period: Month, span?: PartnerSpan): AsyncIterable<readonly PartnerLine[]>;
}

/** Those behind one partner, as many as told. */
export interface NextPartners {
  readonly after?: Id<'par'> | undefined;
  readonly limit: number;
}

export interface MovedPartner {
  readonly partnerId: Id<'par'>;
  readonly lines: number;
}

/** Partners in the order of their ids, from one through another. */
export interface PartnerSpan {
  readonly from?: Id<'par'> | undefined;
  readonly through?: Id<'par'> | undefined;
}

export abstract class Statements {
  abstract add(statements: readonly Statement[]): Promise<void>;
  /** How many are written of a period, and whose is the last: they are written in the order of partners. */
  abstract written(programId: Id<'prg'>, period: Month): Promise<WrittenStatements>;
}

export abstract class Payouts {
  /** Of every partner with a statement of the period, or of the next of them, sorted. */
  abstract standings(
    programId: Id<'prg'>,
    period: Month,
    until: Instant,
    next?: NextPartners,
  ): Promise<readonly Standing[]>;
  /** The last partner of the period about whom it is decided: they are decided about in their order. */
  abstract lastDecided(programId: Id<'prg'>, period: Month): Promise<Id<'par'> | undefined>;
  /** All of the period. */
  abstract batchesOf(programId: Id<'prg'>, period: Month): Promise<readonly Batch[]>;
  /** What commissions of those partners and entries beside them, as they counted before that moment, have still to bring; not the zeros. */
  abstract openItems(
    programId: Id<'prg'>,
    partnerIds: readonly Id<'par'>[],
    until: Instant,
  ): Promise<ReadonlyMap<Id<'par'>, readonly OpenItem[]>>;
  abstract add(answer: PayoutAnswer): Promise<void>;
  /**
   * Of payouts that were just added, those whose amount is all that is open for their partner are for all of it: there is
   * nothing to choose. Answers which; what the others are for, somebody has to say.
   */
  abstract giveAllOpen(
    programId: Id<'prg'>,
    payouts: readonly Payout[],
    until: Instant,
  ): Promise<ReadonlySet<PayoutId>>;
  abstract addAllocations(allocations: readonly Allocation[]): Promise<void>;
  /** Nobody else's until the transaction ends; so are the next two. Throws `settlement.batch_not_found`. */
  abstract batch(batchId: BatchId): Promise<Batch>;
  abstract ofBatch(batchId: BatchId): Promise<readonly Payout[]>;
  /** Of those that exist and are of the program. */
  abstract ofIds(programId: Id<'prg'>, payoutIds: readonly PayoutId[]): Promise<readonly Payout[]>;
  abstract saveBatch(batch: Batch): Promise<void>;
  abstract save(payouts: readonly Payout[]): Promise<void>;
  abstract allocations(payoutIds: readonly PayoutId[]): Promise<ReadonlyMap<PayoutId, readonly ShareOfPayout[]>>;
  abstract addFile(batchId: BatchId, file: SealedFile): Promise<void>;
}

export interface WrittenStatements {
  readonly count: number;
  readonly last?: Id<'par'> | undefined;
}

/** Negative for what was taken back. */
export type ShareOfPayout = Earning & { readonly minor: bigint };

/** A payment file. It holds account numbers, so it rests encrypted. */
export interface SealedFile {
  readonly sealed: string;
  readonly digest: string;
  readonly writtenAt: Instant;
}

export interface SettlementStores {
  readonly books: BooksStore;
  readonly bookings: Bookings;
  readonly statements: Statements;
  readonly receptions: Receptions;
  readonly invoices: Invoices;
  readonly invoiceRuns: InvoiceRuns;
  readonly issueRuns: IssueRuns;
  readonly payouts: Payouts;
  readonly control: PayoutControl;
  readonly changes: SettingChanges;
  readonly taxSettings: TaxSettingsStore;
  readonly bank: BankStatements;
  readonly disputes: Disputes;
  readonly fx: FxStore;
  readonly reconciliations: Reconciliations;
  readonly rails: RailPayments;
  readonly remittances: Remittances;
  readonly rulings: Rulings;
  readonly simulated: SimulatedAccounts;
  readonly outbox: Outbox;
}

export abstract class SettlementTransaction extends Transaction<SettlementStores> {}
