import { earningId, earningOf, type OpenItem } from '../../../src/modules/settlement/domain/payouts/allocation.ts';
import type { LastStatement } from '../../../src/modules/settlement/domain/reconciliation/bank-statement.ts';
import type { Booking, Books } from '../../../src/modules/settlement/domain/books/booking.ts';
import { effectOnAvailable } from '../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import { LIVE_STATES } from '../../../src/modules/settlement/domain/payouts/payout-life-cycle.ts';
import type {
  PayoutAnswer,
  PayoutDecision,
  Standing,
} from '../../../src/modules/settlement/domain/payouts/payout-decision.ts';
import type { Allocation, Batch, Payout } from '../../../src/modules/settlement/domain/payouts/payout.ts';
import type { BookedTotal, Period } from '../../../src/modules/settlement/domain/statements/period.ts';
import { ON_STATEMENT, type Purpose } from '../../../src/modules/settlement/domain/books/purpose.ts';
import { sideOf, sidesOf } from '../../../src/modules/settlement/domain/reconciliation/expected.ts';
import type { BankStatement } from '../../../src/modules/settlement/domain/reconciliation/reconciliation.ts';
import type {
  PaymentState,
  SimulatedAccount,
  SimulatedPayment,
} from '../../../src/modules/settlement/domain/rails/simulated-bank.ts';
import { accountTaken } from '../../../src/modules/settlement/domain/rails/bank-account.ts';
import { achReferenceOf } from '../../../src/modules/settlement/domain/rails/ach.ts';
import type { Ruling } from '../../../src/modules/settlement/domain/rails/ruling.ts';
import type { SimulatedItem } from '../../../src/modules/settlement/domain/rails/simulated-rail.ts';
import type { Reception } from '../../../src/modules/settlement/domain/statements/reception.ts';
import type { SettingChange } from '../../../src/modules/settlement/domain/settings/change.ts';
import type { Remittance } from '../../../src/modules/settlement/domain/tax/remittance.ts';
import type { PartnerLine, Statement } from '../../../src/modules/settlement/domain/statements/statement.ts';
import type { BatchId, PayoutId } from '../../../src/modules/settlement/index.ts';
import {
  type BankAccount,
  BankStatements,
  type ImportedStatement,
  type KeptLine,
} from '../../../src/modules/settlement/ports/bank-stores.ts';
import { type BatchPayees, BatchReader } from '../../../src/modules/settlement/ports/batch-reader.ts';
import {
  Bookings,
  BooksStore,
  type MovedPartner,
  type NewBooks,
  type NextPartners,
  type PartnerSpan,
  Payouts,
  type SealedFile,
  type SettlementStores,
  type SettlementTransaction,
  type ShareOfPayout,
  Statements,
  type WrittenStatements,
} from '../../../src/modules/settlement/ports/settlement-stores.ts';
import {
  type KeptNotice,
  type RailPayment,
  RailPayments,
} from '../../../src/modules/settlement/ports/rail-payments.ts';
import type { StoredTaxSettings } from '../../../src/modules/settlement/ports/tax.ts';
import { SimulatedAccounts } from '../../../src/modules/settlement/ports/simulated-accounts.ts';
import type { TransactionId } from '../../../src/modules/ledger/index.ts';
import type { Month } from '../../../src/shared/calendar.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { grouped } from '../../../src/shared/grouped.ts';
import { type Id, isId } from '../../../src/shared/ids.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import { Money } from '../../../src/shared/money.ts';
import type { InvoiceRefusal, InvoiceRun } from '../../../src/modules/settlement/domain/invoices/invoice-run.ts';
import type { IssueRefusal, IssueRun } from '../../../src/modules/settlement/domain/invoices/issue-run.ts';
import { disputeTables, FakeDisputes } from './fake-disputes.ts';
import { FakeFx, fxTables } from './fake-fx.ts';
import { ControlTables, fakePayoutControl } from './fake-payout-control.ts';
import { FakeRemittances } from './fake-remittances.ts';
import { FakeSettingChanges, FakeTaxSettings } from './fake-settings.ts';
import { FakeReconciliations, ReconciliationTables } from './fake-reconciliations.ts';
import { FakeInvoices, InvoiceTables } from './fake-invoices.ts';
import { FakeInvoiceRuns, FakeIssueRuns, MonthRunTables } from './fake-month-runs.ts';
import { FakeReceptions } from './fake-receptions.ts';
import { FakeRulings } from './fake-rulings.ts';
import { type FakeParts, FakeTransaction, Table } from './fake-transaction.ts';

interface KeptBooking {
  readonly booking: Booking;
  readonly seq: number;
  readonly postedAt?: Instant;
  readonly refused?: string;
}

/** Every table settlement has, as rows by key. */
class Tables {
  readonly books = new Table<Books>();
  readonly bookings = new Table<KeptBooking>();
  readonly periods = new Table<Period>();
  readonly statements = new Table<Statement>();
  readonly receptions = new Table<Reception>();
  readonly batches = new Table<Batch>();
  readonly payouts = new Table<Payout>();
  readonly shares = new Table<readonly ShareOfPayout[]>();
  readonly decisions = new Table<PayoutDecision>();
  readonly files = new Table<SealedFile>();
  readonly accounts = new Table<BankAccount>();
  readonly currentAccounts = new Table<string>();
  readonly imported = new Table<{ readonly statement: BankStatement; readonly imported: ImportedStatement }>();
  readonly reconciliation = new ReconciliationTables();
  readonly achNotices = new Table<KeptNotice>();
  readonly railPayments = new Table<RailPayment>();
  readonly simulatedAccounts = new Table<SimulatedAccount>();
  readonly simulatedItems = new Table<SimulatedItem>();
  readonly simulatedPayments = new Table<SimulatedPayment>();
  readonly ofDisputes = disputeTables();
  readonly ofFx = fxTables();
  readonly remittances = new Table<Remittance>();
  readonly rulings = new Table<Ruling>();
  readonly invoiceRuns = new MonthRunTables<InvoiceRun, InvoiceRefusal>();
  readonly issueRuns = new MonthRunTables<IssueRun, IssueRefusal>();
  readonly settingChanges = new Table<SettingChange>();
  readonly taxSettings = new Table<StoredTaxSettings>();

  get all(): readonly Table<unknown>[] {
    const own = Object.values(this) as readonly (Table<unknown> | Readonly<Record<string, Table<unknown>>>)[];
    return own.flatMap((each) => (each instanceof Table ? [each] : Object.values(each)));
  }
}

const by =
  <Row>(...keys: readonly ((row: Row) => string | number)[]) =>
  (a: Row, b: Row): number => {
    for (const key of keys) if (key(a) !== key(b)) return key(a) < key(b) ? -1 : 1;
    return 0;
  };

const sum = (minors: readonly bigint[]): bigint => minors.reduce((total, minor) => total + minor, 0n);

const isLive = ({ state }: Payout): boolean => (LIVE_STATES as readonly string[]).includes(state);

class FakeBooks extends BooksStore {
  constructor(private readonly tables: Tables) {
    super();
  }

  open(books: readonly NewBooks[], _at: Instant): Promise<void> {
    for (const each of books) {
      if (!this.tables.books.has(each.programId)) this.tables.books.set(each.programId, { ...each, lastNumber: 0 });
    }
    return Promise.resolve();
  }

  share(programIds: readonly Id<'prg'>[]): Promise<readonly Books[]> {
    return Promise.resolve([...new Set(programIds)].toSorted().flatMap((id) => this.tables.books.get(id) ?? []));
  }

  hold(programId: Id<'prg'>): Promise<Books | undefined> {
    return Promise.resolve(this.tables.books.get(programId));
  }

  save(books: Books): Promise<void> {
    this.tables.books.set(books.programId, books);
    return Promise.resolve();
  }

  period(programId: Id<'prg'>, period: Month): Promise<Period | undefined> {
    return Promise.resolve(this.tables.periods.get(`${programId}/${period}`));
  }

  closing(): Promise<readonly Period[]> {
    const closing = this.tables.periods.values().filter(({ state }) => state === 'closing');
    return Promise.resolve(
      closing.toSorted(
        by(
          ({ period }) => period,
          ({ programId }) => programId,
        ),
      ),
    );
  }

  savePeriod(period: Period): Promise<void> {
    this.tables.periods.set(`${period.programId}/${period.period}`, period);
    return Promise.resolve();
  }
}

class FakeBookings extends Bookings {
  constructor(private readonly tables: Tables) {
    super();
  }

  add(bookings: readonly Booking[]): Promise<void> {
    for (const booking of bookings) {
      const known = this.tables.bookings.get(booking.id)?.booking;
      if (known !== undefined && contentOf(known) !== contentOf(booking)) {
        return Promise.reject(new AppError('invalid', 'settlement.booked_differently', 'another content'));
      }
      const seq = this.tables.bookings.values().length + 1;
      if (known === undefined) this.tables.bookings.set(booking.id, { booking, seq });
    }
    return Promise.resolve();
  }

  unposted(limit: number, ids?: readonly TransactionId[]): Promise<readonly Booking[]> {
    const rows = ids === undefined ? this.rows() : ids.flatMap((id) => this.tables.bookings.get(id) ?? []);
    const waiting = [...new Set(rows)].filter(
      ({ postedAt, refused }) => postedAt === undefined && (ids !== undefined || refused === undefined),
    );
    return Promise.resolve(
      waiting
        .toSorted(by(({ seq }) => seq))
        .slice(0, limit)
        .map(({ booking }) => booking),
    );
  }

  markPosted(ids: readonly TransactionId[], at: Instant): Promise<void> {
    for (const id of ids) {
      const row = this.tables.bookings.get(id);
      if (row && row.postedAt === undefined) {
        this.tables.bookings.set(id, { booking: row.booking, seq: row.seq, postedAt: at });
      }
    }
    return Promise.resolve();
  }

  markRefused(refusals: readonly { readonly id: TransactionId; readonly why: string }[]): Promise<void> {
    for (const { id, why } of refusals) {
      const row = this.tables.bookings.get(id);
      if (row && row.postedAt === undefined) this.tables.bookings.set(id, { ...row, refused: why });
    }
    return Promise.resolve();
  }

  totalBefore(programId: Id<'prg'>, until: Instant): Promise<BookedTotal> {
    const rows = this.rows().filter(({ booking }) => booking.programId === programId);
    const locks = rows.filter(({ booking }) => booking.purpose === 'lock' && booking.occurredAt < until);
    return Promise.resolve({
      lockedCount: locks.length,
      lockedMinor: sum(locks.map(({ booking }) => booking.amount.minor)),
      unposted: rows.filter(({ booking, postedAt }) => postedAt === undefined && booking.effectiveAt < until).length,
      firstPeriod: rows.map(({ booking }) => booking.period).toSorted()[0],
    });
  }

  partners(programId: Id<'prg'>, period: Month, { after, limit }: NextPartners): Promise<readonly MovedPartner[]> {
    const moved = this.linesIn(programId, period).map(({ partnerId }) => partnerId);
    const brought = this.tables.statements
      .values()
      .filter((each) => each.programId === programId && each.period < period && !each.closing.isZero)
      .map(({ partnerId }) => partnerId);
    const next = [...new Set([...moved, ...brought])].toSorted().filter((id) => after === undefined || id > after);
    return Promise.resolve(
      next
        .slice(0, limit)
        .map((partnerId) => ({ partnerId, lines: moved.filter((each) => each === partnerId).length })),
    );
  }

  async *lines(
    programId: Id<'prg'>,
    period: Month,
    { from, through }: PartnerSpan = {},
  ): AsyncGenerator<readonly PartnerLine[]> {
    const own = this.linesIn(programId, period).filter(
      ({ partnerId }) => (from === undefined || partnerId >= from) && (through === undefined || partnerId <= through),
    );
    for (let at = 0; at < own.length; at += 2) yield await Promise.resolve(own.slice(at, at + 2));
  }

  private linesIn(programId: Id<'prg'>, period: Month): readonly PartnerLine[] {
    const rows = this.rows().filter(
      ({ booking }) =>
        booking.programId === programId && booking.period === period && ON_STATEMENT.includes(booking.purpose),
    );
    const sorted = rows.toSorted(
      by(
        ({ booking }) => booking.partnerId ?? '',
        ({ booking }) => booking.effectiveAt,
        ({ seq }) => seq,
      ),
    );
    return sorted.map(({ booking }) => lineOf(booking));
  }

  private rows(): readonly KeptBooking[] {
    return this.tables.bookings.values();
  }
}

const contentOf = ({ partnerId, purpose, amount, occurredAt }: Booking): string =>
  [partnerId, purpose, amount.toString(), occurredAt].join(' ');

const lineOf = (booking: Booking): PartnerLine => ({
  partnerId: partnerOf(booking),
  transactionId: booking.id,
  purpose: booking.purpose,
  amount: Money.of(effectOnAvailable(booking), booking.amount.currency),
  effectiveAt: booking.effectiveAt,
  occurredAt: booking.occurredAt,
  commissionId: booking.commissionId,
  payoutId: booking.payoutId,
  adjustmentId: booking.adjustmentId,
  subject: booking.subject,
});

const partnerOf = ({ id, partnerId }: Booking): Id<'par'> => {
  if (partnerId === undefined) throw new Error(`${id} is of no partner`);
  return partnerId;
};

class FakeStatements extends Statements {
  constructor(private readonly tables: Tables) {
    super();
  }

  add(statements: readonly Statement[]): Promise<void> {
    for (const statement of statements) {
      if (this.tables.statements.has(statement.id)) return Promise.reject(new Error('a statement is final'));
      this.tables.statements.set(statement.id, statement);
    }
    return Promise.resolve();
  }

  written(programId: Id<'prg'>, period: Month): Promise<WrittenStatements> {
    const own = this.tables.statements
      .values()
      .filter((each) => each.programId === programId && each.period === period)
      .map(({ partnerId }) => partnerId);
    return Promise.resolve({ count: own.length, last: own.toSorted().at(-1) });
  }
}

class FakePayouts extends Payouts {
  constructor(private readonly tables: Tables) {
    super();
  }

  lastDecided(programId: Id<'prg'>, period: Month): Promise<Id<'par'> | undefined> {
    const own = this.tables.decisions.values().filter((each) => each.programId === programId && each.period === period);
    return Promise.resolve(
      own
        .map(({ partnerId }) => partnerId)
        .toSorted()
        .at(-1),
    );
  }

  batchesOf(programId: Id<'prg'>, period: Month): Promise<readonly Batch[]> {
    const own = this.tables.batches.values().filter((each) => each.programId === programId && each.period === period);
    return Promise.resolve(own.toSorted(by(({ id }) => id)));
  }

  standings(
    programId: Id<'prg'>,
    period: Month,
    until: Instant,
    { after, limit }: Partial<NextPartners> = {},
  ): Promise<readonly Standing[]> {
    const statements = this.tables.statements
      .values()
      .filter((each) => each.programId === programId && each.period === period)
      .filter(({ partnerId }) => after === undefined || partnerId > after)
      .toSorted(by(({ partnerId }) => partnerId))
      .slice(0, limit);
    return Promise.resolve(
      statements.map(({ partnerId, closing }) => {
        const own = this.tables.payouts
          .values()
          .filter((each) => each.programId === programId && each.partnerId === partnerId && isLive(each));
        const unsent = own.filter(({ submittedAt }) => submittedAt === undefined);
        const claimed = own.filter(({ submittedAt }) => submittedAt === undefined || submittedAt >= until);
        const booked = this.tables.bookings
          .values()
          .filter(({ booking }) => booking.programId === programId && booking.partnerId === partnerId);
        return {
          partnerId,
          closing: closing.minor,
          claimed: sum(claimed.map(({ amount }) => amount.minor)),
          availableNow: sum(booked.map(({ booking }) => effectOnAvailable(booking))),
          unsent: sum(unsent.map(({ amount }) => amount.minor)),
          ...asideOf(
            booked.map(({ booking }) => booking),
            period,
          ),
        };
      }),
    );
  }

  openItems(
    programId: Id<'prg'>,
    partnerIds: readonly Id<'par'>[],
    until: Instant,
  ): Promise<ReadonlyMap<Id<'par'>, readonly OpenItem[]>> {
    const bookings = this.tables.bookings
      .values()
      .map(({ booking }) => booking)
      .filter(
        (each) =>
          each.programId === programId &&
          each.partnerId !== undefined &&
          partnerIds.includes(each.partnerId) &&
          (each.adjustmentId !== undefined || ['lock', 'claw_back'].includes(each.purpose)) &&
          each.effectiveAt < until,
      );
    const given = new Map<string, bigint>();
    for (const payout of this.tables.payouts.values().filter(isLive)) {
      for (const share of this.tables.shares.get(payout.id) ?? [])
        given.set(earningId(share), (given.get(earningId(share)) ?? 0n) + share.minor);
    }
    const earnings = grouped(bookings, ({ commissionId, adjustmentId }) => adjustmentId ?? commissionId);
    const items = [...earnings].flatMap(([id, own]) => {
      const [first] = own;
      if (id === undefined || first === undefined) return [];
      const minor = sum(own.map(effectOnAvailable)) - (given.get(id) ?? 0n);
      const lockedAt = (own.find(({ purpose }) => purpose === 'lock') ?? first).occurredAt;
      const earning = isId('adj', id) ? { adjustmentId: id } : { commissionId: id };
      return minor === 0n ? [] : [{ partnerId: partnerOf(first), item: { ...earning, minor, lockedAt } }];
    });
    const byPartner = grouped(
      items.toSorted(
        by(
          ({ item }) => item.lockedAt,
          ({ item }) => earningId(item),
        ),
      ),
      ({ partnerId }) => partnerId,
    );
    return Promise.resolve(new Map([...byPartner].map(([id, own]) => [id, own.map(({ item }) => item)])));
  }

  add({ batches, payouts, decisions }: PayoutAnswer): Promise<void> {
    for (const batch of batches) if (!this.tables.batches.has(batch.id)) this.tables.batches.set(batch.id, batch);
    for (const payout of payouts) this.tables.payouts.set(payout.id, payout);
    for (const each of decisions) this.tables.decisions.set(`${each.programId}/${each.period}/${each.partnerId}`, each);
    return Promise.resolve();
  }

  async giveAllOpen(programId: Id<'prg'>, payouts: readonly Payout[], until: Instant): Promise<ReadonlySet<PayoutId>> {
    const given = new Set<PayoutId>();
    for (const { id: payoutId, partnerId, amount } of payouts) {
      const items = (await this.openItems(programId, [partnerId], until)).get(partnerId) ?? [];
      if (sum(items.map(({ minor }) => minor)) !== amount.minor) continue;
      await this.addAllocations(
        items.map((item) => ({ payoutId, ...earningOf(item), amount: Money.of(item.minor, amount.currency) })),
      );
      given.add(payoutId);
    }
    return given;
  }

  addAllocations(allocations: readonly Allocation[]): Promise<void> {
    for (const [payoutId, shares] of grouped(allocations, (allocation) => allocation.payoutId)) {
      const plain = shares.map((share) => ({ ...earningOf(share), minor: share.amount.minor }));
      // Commissions, then entries beside them.
      const kind = (id: string): string => (isId('adj', id) ? '1' : '0');
      this.tables.shares.set(payoutId, plain.toSorted(by((share) => kind(earningId(share)), earningId)));
    }
    return Promise.resolve();
  }

  batch(batchId: BatchId): Promise<Batch> {
    const batch = this.tables.batches.get(batchId);
    return batch === undefined ? Promise.reject(noBatch(batchId)) : Promise.resolve(batch);
  }

  ofBatch(batchId: BatchId): Promise<readonly Payout[]> {
    return Promise.resolve(
      this.tables.payouts
        .values()
        .filter((each) => each.batchId === batchId)
        .toSorted(by(({ id }) => id)),
    );
  }

  ofIds(programId: Id<'prg'>, payoutIds: readonly PayoutId[]): Promise<readonly Payout[]> {
    const found = [...new Set(payoutIds)].flatMap((id) => this.tables.payouts.get(id) ?? []);
    return Promise.resolve(found.filter((each) => each.programId === programId).toSorted(by(({ id }) => id)));
  }

  saveBatch(batch: Batch): Promise<void> {
    this.tables.batches.set(batch.id, batch);
    return Promise.resolve();
  }

  save(payouts: readonly Payout[]): Promise<void> {
    for (const payout of payouts) this.tables.payouts.set(payout.id, payout);
    return Promise.resolve();
  }

  allocations(payoutIds: readonly PayoutId[]): Promise<ReadonlyMap<PayoutId, readonly ShareOfPayout[]>> {
    return Promise.resolve(
      new Map(
        payoutIds.flatMap((id) => {
          const shares = this.tables.shares.get(id);
          return shares === undefined ? [] : [[id, shares] as const];
        }),
      ),
    );
  }

  addFile(batchId: BatchId, file: SealedFile): Promise<void> {
    this.tables.files.set(batchId, file);
    return Promise.resolve();
  }
}

/** What stands beside a balance. */
const asideOf = (bookings: readonly Booking[], period: Month) => {
  const total = (purposes: readonly Purpose[], isMeant: (booking: Booking) => boolean = () => true): bigint =>
    sum(
      bookings
        .filter((each) => purposes.includes(each.purpose) && isMeant(each))
        .map(({ amount, mirrored }) => (mirrored === true ? -amount.minor : amount.minor)),
    );
  const then = (booking: Booking): boolean => booking.period <= period;
  const forgiven = total(['write_off']);
  const owed = total(['raise_receivable'], then) - total(['recover'], then) - forgiven;
  return {
    owed: owed > 0n ? owed : 0n,
    held: total(['hold', 'dispute_open']) - total(['release', 'dispute_close']),
    forgiven,
    forfeited: total(['forfeit'], then),
  };
};

const noBatch = (batchId: BatchId): AppError =>
  new AppError('not_found', 'settlement.batch_not_found', `there is no payout batch ${batchId}`);

const currentOf = (programId: Id<'prg'>, paysIn = 'its own'): string => `${programId}/${paysIn}`;

class FakeBankStatements extends BankStatements {
  constructor(private readonly tables: Tables) {
    super();
  }

  saveAccount(account: BankAccount): Promise<void> {
    const { number } = account.account;
    const owner = this.tables.accounts.get(number)?.programId ?? account.programId;
    if (owner !== account.programId) {
      return Promise.reject(accountTaken());
    }
    this.tables.accounts.set(number, account);
    this.tables.currentAccounts.set(currentOf(account.programId, account.paysIn), number);
    return Promise.resolve();
  }

  accountOf(programId: Id<'prg'>, paysIn?: string): Promise<BankAccount | undefined> {
    return Promise.resolve(
      this.tables.accounts.get(this.tables.currentAccounts.get(currentOf(programId, paysIn)) ?? ''),
    );
  }

  ownerOf(account: string): Promise<Id<'prg'> | undefined> {
    return Promise.resolve(this.tables.accounts.get(account)?.programId);
  }

  imported(account: string, statementId: string): Promise<ImportedStatement | undefined> {
    return Promise.resolve(this.tables.imported.get(`${account}/${statementId}`)?.imported);
  }

  last(account: string): Promise<LastStatement | undefined> {
    const last = this.tables.imported
      .values()
      .filter(({ statement }) => statement.account === account)
      .at(-1);
    return Promise.resolve(
      last && {
        statementId: last.statement.id,
        closing: last.statement.closing,
        sequence: last.statement.sequence,
      },
    );
  }

  add(statement: BankStatement, imported: ImportedStatement): Promise<void> {
    this.tables.imported.set(`${statement.account}/${statement.id}`, { statement, imported });
    return Promise.resolve();
  }

  addLines(lines: readonly KeptLine[]): Promise<void> {
    for (const kept of lines) this.tables.reconciliation.lines.set(kept.line.id, kept);
    return Promise.resolve();
  }
}

class FakeRailPayments extends RailPayments {
  constructor(private readonly tables: Tables) {
    super();
  }

  add(payments: readonly RailPayment[]): Promise<void> {
    for (const payment of payments) {
      if (!this.tables.railPayments.has(payment.payoutId)) this.tables.railPayments.set(payment.payoutId, payment);
    }
    return Promise.resolve();
  }

  due(at: Instant, limit: number): Promise<readonly RailPayment[]> {
    const due = this.tables.railPayments.values().filter(({ nextAt }) => nextAt !== undefined && nextAt <= at);
    const earliest = due.toSorted(
      by(
        ({ nextAt }) => nextAt ?? '',
        ({ payoutId }) => payoutId,
      ),
    );
    return Promise.resolve(earliest.slice(0, limit));
  }

  hold(payoutId: PayoutId): Promise<RailPayment | undefined> {
    return Promise.resolve(this.tables.railPayments.get(payoutId));
  }

  save(payment: RailPayment): Promise<void> {
    const before = this.tables.railPayments.get(payment.payoutId);
    if (before?.state === 'sent' && payment.state !== 'sent') return Promise.reject(new Error('it was sent already'));
    this.tables.railPayments.set(payment.payoutId, payment);
    return Promise.resolve();
  }

  achPayouts(references: readonly string[]): Promise<ReadonlyMap<string, Payout>> {
    const byAch = this.tables.payouts.values().filter(({ rail }) => rail === 'ach');
    const named = byAch.map((payout) => [achReferenceOf(payout.id), payout] as const);
    return Promise.resolve(new Map(named.filter(([reference]) => references.includes(reference))));
  }

  addNotices(notices: readonly KeptNotice[]): Promise<void> {
    for (const notice of notices) {
      const key = [notice.reference, notice.code, notice.trace].join('/');
      if (!this.tables.achNotices.has(key)) this.tables.achNotices.set(key, notice);
    }
    return Promise.resolve();
  }
}

class FakeSimulatedAccounts extends SimulatedAccounts {
  constructor(private readonly tables: Tables) {
    super();
  }

  open(account: SimulatedAccount): Promise<SimulatedAccount> {
    const known = this.tables.simulatedAccounts.get(account.number);
    if (known === undefined) this.tables.simulatedAccounts.set(account.number, account);
    return Promise.resolve(known ?? account);
  }

  payments(endToEndIds: readonly string[]): Promise<ReadonlyMap<string, PaymentState>> {
    const known = endToEndIds.flatMap((id) => this.tables.simulatedPayments.get(id) ?? []);
    return Promise.resolve(new Map(known.map(({ endToEndId, state }) => [endToEndId, state])));
  }

  item(reference: string): Promise<SimulatedItem | undefined> {
    return Promise.resolve(this.tables.simulatedItems.get(reference));
  }

  saveItem(item: SimulatedItem): Promise<void> {
    this.tables.simulatedItems.set(item.reference, item);
    return Promise.resolve();
  }

  save(account: SimulatedAccount, payments: readonly SimulatedPayment[]): Promise<void> {
    this.tables.simulatedAccounts.set(account.number, account);
    for (const payment of payments) this.tables.simulatedPayments.set(payment.endToEndId, payment);
    return Promise.resolve();
  }
}

export class FakeSettlementTransaction extends FakeTransaction<SettlementStores> implements SettlementTransaction {
  readonly tables: Tables;
  readonly control: ControlTables;

  constructor(parts: Partial<FakeParts<SettlementStores>> = {}) {
    const tables = new Tables();
    const control = new ControlTables();
    const invoicing = new InvoiceTables();
    const bookings = () => tables.bookings.values().map(({ booking }) => booking);
    super({
      schema: 'settlement',
      tables: [...tables.all, ...invoicing.all, ...control.all],
      stores: (outbox) => ({
        books: new FakeBooks(tables),
        bookings: new FakeBookings(tables),
        statements: new FakeStatements(tables),
        receptions: new FakeReceptions(tables.receptions),
        invoices: new FakeInvoices(invoicing, bookings),
        invoiceRuns: new FakeInvoiceRuns(tables.invoiceRuns, tables.statements),
        issueRuns: new FakeIssueRuns(tables.issueRuns, invoicing.invoices),
        payouts: new FakePayouts(tables),
        control: fakePayoutControl(control, tables),
        changes: new FakeSettingChanges(tables.settingChanges),
        taxSettings: new FakeTaxSettings(tables.taxSettings),
        bank: new FakeBankStatements(tables),
        disputes: new FakeDisputes(tables.ofDisputes),
        fx: new FakeFx(tables.ofFx, bookings),
        rails: new FakeRailPayments(tables),
        remittances: new FakeRemittances(tables.remittances, bookings),
        rulings: new FakeRulings(tables.rulings),
        simulated: new FakeSimulatedAccounts(tables),
        reconciliations: new FakeReconciliations(
          tables.reconciliation,
          ({ account, statementId }) => tables.imported.get(`${account}/${statementId}`)?.imported,
          (id) =>
            [...tables.ofFx.fxTrades.values(), ...tables.remittances.values()]
              .filter((each) => each.programId === id)
              .flatMap((each) => ('sold' in each ? sidesOf(each) : sideOf(each))),
        ),
        outbox,
      }),
      ...parts,
    });
    this.tables = tables;
    this.control = control;
  }

  statements(): readonly Statement[] {
    return this.tables.statements.committed.values().toSorted(by(({ number }) => number));
  }

  /** What is asked of accounts before a transaction. */
  readonly reader = {
    ownerOf: (account: string): Promise<Id<'prg'> | undefined> =>
      Promise.resolve(this.tables.accounts.committed.get(account)?.programId),
  };

  payouts(): readonly Payout[] {
    return this.tables.payouts.committed.values().toSorted(
      by(
        ({ period }) => period,
        ({ partnerId }) => partnerId,
      ),
    );
  }

  /** Everything there is, for comparing two runs. */
  everything(): readonly unknown[] {
    return [...this.tables.all, ...this.control.all].map((table) => table.committed.values());
  }
}

export class FakeBatchReader extends BatchReader {
  constructor(private readonly transaction: FakeSettlementTransaction) {
    super();
  }

  payees(batchId: BatchId): Promise<BatchPayees> {
    const own = this.transaction.payouts().filter((each) => each.batchId === batchId);
    const [first] = own;
    if (first === undefined) return Promise.reject(noBatch(batchId));
    const { currency = '' } = this.transaction.tables.batches.committed.get(batchId) ?? {};
    const partnerIds = own.map(({ partnerId }) => partnerId);
    return Promise.resolve({ programId: first.programId, partnerIds, currency });
  }

  batchOf(payoutId: PayoutId): Promise<BatchId> {
    const found = this.transaction.payouts().find(({ id }) => id === payoutId);
    return found === undefined
      ? Promise.reject(new AppError('not_found', 'settlement.payout_not_found', 'there is none'))
      : Promise.resolve(found.batchId);
  }

  sealedFile(batchId: BatchId): Promise<string> {
    if (!this.transaction.tables.batches.committed.has(batchId)) return Promise.reject(noBatch(batchId));
    const file = this.transaction.tables.files.committed.get(batchId);
    return file === undefined
      ? Promise.reject(new AppError('not_found', 'settlement.no_file', 'no file yet'))
      : Promise.resolve(file.sealed);
  }
}
