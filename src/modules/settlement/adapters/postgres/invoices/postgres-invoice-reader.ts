import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { type Id, toUuid } from '../../../../../shared/ids.ts';
import { type Page, pageOf, type PageRequest } from '../../../../../shared/page.ts';
import type { Invoice } from '../../../domain/invoices/invoice.ts';
import type { BillingParty, VatProfile } from '../../../domain/invoices/vat.ts';
import type { InvoiceId } from '../../../index.ts';
import type { Agreement, InvoiceFilter, InvoiceReader } from '../../../ports/invoices.ts';
import { conditions } from '../conditions.ts';
import { agreementOf, buyerOf, supplierOf } from './billing-rows.ts';
import { type InvoiceRow, toInvoice } from './invoice-rows.ts';

export class PostgresInvoiceReader implements InvoiceReader {
  constructor(private readonly db: Knex) {}

  async invoices(request: PageRequest, filter: InvoiceFilter): Promise<Page<Invoice>> {
    const { where, values } = conditions('inv', request, filter);
    const rows = await rowsOf<InvoiceRow>(
      this.db,
      `select * from settlement.invoices ${where} order by period, id limit :limit`,
      values,
    );
    return pageOf(rows.map(toInvoice), request, ({ content, id }) => [content.period, id]);
  }

  async invoice(id: InvoiceId): Promise<Invoice | undefined> {
    const rows = await rowsOf<InvoiceRow>(this.db, `select * from settlement.invoices where id = :id`, {
      id: toUuid(id),
    });
    return rows.map(toInvoice).at(0);
  }

  agreement(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<Agreement | undefined> {
    return agreementOf(this.db, programId, partnerId);
  }

  buyer(programId: Id<'prg'>): Promise<BillingParty | undefined> {
    return buyerOf(this.db, programId);
  }

  supplier(partnerId: Id<'par'>): Promise<VatProfile | undefined> {
    return supplierOf(this.db, partnerId);
  }
}
