import type { Month } from '../../../shared/calendar.ts';
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Invoice, InvoiceState, Supplied } from '../domain/invoices/invoice.ts';
import type { BillingParty, VatProfile } from '../domain/invoices/vat.ts';
import type { Statement } from '../domain/statements/statement.ts';
import type { InvoiceId, StatementId } from '../index.ts';

/** A partner's word that a program may write its invoices. */
export interface Agreement {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly agreedAt: Instant;
  readonly agreedBy: string;
  /** When it was taken back. */
  readonly endedAt?: Instant | undefined;
}

/** Who may be billed, and what was. Part of a transaction. */
export abstract class Invoices {
  abstract agreement(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<Agreement | undefined>;
  abstract saveAgreement(agreement: Agreement): Promise<void>;
  abstract buyer(programId: Id<'prg'>): Promise<BillingParty | undefined>;
  abstract saveBuyer(programId: Id<'prg'>, buyer: BillingParty): Promise<void>;
  abstract supplier(partnerId: Id<'par'>): Promise<VatProfile | undefined>;
  abstract saveSupplier(partnerId: Id<'par'>, profile: VatProfile): Promise<void>;
  /** What was supplied in the period of a statement, by kind. */
  abstract supplied(statement: Statement): Promise<readonly Supplied[]>;
  /** Of a statement, first drafted first; those that void others are not among them. Nobody else drafts one meanwhile. */
  abstract ofStatement(statementId: StatementId): Promise<readonly Invoice[]>;
  /** The one issued last between the two that is an invoice and not voided. */
  abstract lastIssued(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<Invoice | undefined>;
  /** Nobody else's until the transaction ends. Throws `settlement.invoice_not_found`. */
  abstract invoice(id: InvoiceId): Promise<Invoice>;
  /** A new one, or one that is still a draft. */
  abstract draft(invoice: Invoice, voids?: InvoiceId): Promise<void>;
  abstract save(invoice: Invoice): Promise<void>;
  /** The next of the partner's series; nobody else draws one until the transaction ends. */
  abstract nextNumber(partnerId: Id<'par'>): Promise<number>;
}

export interface InvoiceFilter {
  readonly programId?: Id<'prg'> | undefined;
  readonly partnerId?: Id<'par'> | undefined;
  readonly period?: Month | undefined;
  readonly state?: InvoiceState | undefined;
}

/** Looks at them outside any transaction. */
export abstract class InvoiceReader {
  /** By period, earliest first. */
  abstract invoices(request: PageRequest, filter: InvoiceFilter): Promise<Page<Invoice>>;
  abstract invoice(id: InvoiceId): Promise<Invoice | undefined>;
  abstract agreement(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<Agreement | undefined>;
  abstract buyer(programId: Id<'prg'>): Promise<BillingParty | undefined>;
  abstract supplier(partnerId: Id<'par'>): Promise<VatProfile | undefined>;
}
