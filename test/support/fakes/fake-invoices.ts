import type { Booking } from '../../../src/modules/settlement/domain/books/booking.ts';
import { effectOnAvailable } from '../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import { type Invoice, SUPPLIES, type Supplied } from '../../../src/modules/settlement/domain/invoices/invoice.ts';
import type { BillingParty, VatProfile } from '../../../src/modules/settlement/domain/invoices/vat.ts';
import type { Statement } from '../../../src/modules/settlement/domain/statements/statement.ts';
import type { InvoiceId, StatementId } from '../../../src/modules/settlement/index.ts';
import { type Agreement, Invoices } from '../../../src/modules/settlement/ports/invoices.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { Id } from '../../../src/shared/ids.ts';
import { Money } from '../../../src/shared/money.ts';
import { Table } from './fake-transaction.ts';

export interface KeptInvoice {
  readonly invoice: Invoice;
  readonly voids?: InvoiceId | undefined;
}

export class InvoiceTables {
  readonly invoices = new Table<KeptInvoice>();
  readonly agreements = new Table<Agreement>();
  readonly buyers = new Table<BillingParty>();
  readonly suppliers = new Table<VatProfile>();
  readonly series = new Table<number>();

  get all(): readonly Table<unknown>[] {
    return Object.values(this) as Table<unknown>[];
  }
}

export class FakeInvoices extends Invoices {
  constructor(
    private readonly tables: InvoiceTables,
    private readonly bookings: () => readonly Booking[],
  ) {
    super();
  }

  agreement(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<Agreement | undefined> {
    const own = this.tables.agreements
      .values()
      .filter((each) => each.programId === programId && each.partnerId === partnerId);
    return Promise.resolve(own.toSorted((a, b) => (a.agreedAt < b.agreedAt ? -1 : 1)).at(-1));
  }

  saveAgreement(agreement: Agreement): Promise<void> {
    this.tables.agreements.set(`${agreement.programId}/${agreement.partnerId}/${agreement.agreedAt}`, agreement);
    return Promise.resolve();
  }

  buyer(programId: Id<'prg'>): Promise<BillingParty | undefined> {
    return Promise.resolve(this.tables.buyers.get(programId));
  }

  saveBuyer(programId: Id<'prg'>, buyer: BillingParty): Promise<void> {
    this.tables.buyers.set(programId, buyer);
    return Promise.resolve();
  }

  supplier(partnerId: Id<'par'>): Promise<VatProfile | undefined> {
    return Promise.resolve(this.tables.suppliers.get(partnerId));
  }

  saveSupplier(partnerId: Id<'par'>, profile: VatProfile): Promise<void> {
    this.tables.suppliers.set(partnerId, profile);
    return Promise.resolve();
  }

  supplied({ programId, partnerId, period, opening }: Statement): Promise<readonly Supplied[]> {
    const own = this.bookings().filter(
      (each) => each.programId === programId && each.partnerId === partnerId && each.period === period,
    );
    return Promise.resolve(
      SUPPLIES.flatMap((what) => {
        const some = own.filter(({ purpose }) => purpose === what);
        const minor = some.reduce((sum, booking) => sum + effectOnAvailable(booking), 0n);
        return some.length === 0 ? [] : [{ what, count: some.length, net: Money.of(minor, opening.currency) }];
      }),
    );
  }

  ofStatement(statementId: StatementId): Promise<readonly Invoice[]> {
    const own = this.kept().filter(({ invoice, voids }) => invoice.content.statementId === statementId && !voids);
    return Promise.resolve(own.map(({ invoice }) => invoice));
  }

  lastIssued(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<Invoice | undefined> {
    const issued = this.kept().filter(
      ({ invoice: { state, content }, voids }) =>
        content.programId === programId &&
        content.partnerId === partnerId &&
        content.kind === 'invoice' &&
        voids === undefined &&
        !['draft', 'voided'].includes(state),
    );
    return Promise.resolve(
      issued
        .map(({ invoice }) => invoice)
        .toSorted(byNumber)
        .at(-1),
    );
  }

  invoice(id: InvoiceId): Promise<Invoice> {
    const kept = this.tables.invoices.get(id);
    if (kept !== undefined) return Promise.resolve(kept.invoice);
    return Promise.reject(new AppError('not_found', 'settlement.invoice_not_found', `there is no invoice ${id}`));
  }

  draft(invoice: Invoice, voids?: InvoiceId): Promise<void> {
    this.tables.invoices.set(invoice.id, { invoice, voids });
    return Promise.resolve();
  }

  save(invoice: Invoice): Promise<void> {
    this.tables.invoices.set(invoice.id, { ...this.tables.invoices.get(invoice.id), invoice });
    return Promise.resolve();
  }

  nextNumber(partnerId: Id<'par'>): Promise<number> {
    const next = (this.tables.series.get(partnerId) ?? 0) + 1;
    this.tables.series.set(partnerId, next);
    return Promise.resolve(next);
  }

  private kept(): readonly KeptInvoice[] {
    return this.tables.invoices.values();
  }
}

const byNumber = (a: Invoice, b: Invoice): number => (a.number ?? 0) - (b.number ?? 0);
