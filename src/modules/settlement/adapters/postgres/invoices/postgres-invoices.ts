import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { canonicalJson } from '../../../../../shared/canonical-json.ts';
import { AppError } from '../../../../../shared/errors.ts';
import { type Id, toUuid } from '../../../../../shared/ids.ts';
import { Money } from '../../../../../shared/money.ts';
import { type Invoice, SUPPLIES, type Supplied, type Supply } from '../../../domain/invoices/invoice.ts';
import type { BillingParty, VatProfile } from '../../../domain/invoices/vat.ts';
import type { Statement } from '../../../domain/statements/statement.ts';
import type { InvoiceId, StatementId } from '../../../index.ts';
import type { Agreement, Invoices } from '../../../ports/invoices.ts';
import { MOVED } from '../statements/statement-lines.ts';
import { agreementOf, buyerOf, supplierOf } from './billing-rows.ts';
import { type InvoiceRow, toInvoice } from './invoice-rows.ts';

export class PostgresInvoices implements Invoices {
  constructor(private readonly db: Knex) {}

  agreement(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<Agreement | undefined> {
    return agreementOf(this.db, programId, partnerId);
  }

  async saveAgreement({ programId, partnerId, agreedAt, agreedBy, endedAt }: Agreement): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.self_billing_agreements (program_id, partner_id, agreed_at, agreed_by, ended_at)
       values (:programId, :partnerId, :agreedAt, :agreedBy, :endedAt)
       on conflict (program_id, partner_id, agreed_at) do update set ended_at = excluded.ended_at`,
      {
        programId: toUuid(programId),
        partnerId: toUuid(partnerId),
        agreedAt,
        agreedBy,
        endedAt: endedAt ?? null,
      },
    );
  }

  buyer(programId: Id<'prg'>): Promise<BillingParty | undefined> {
    return buyerOf(this.db, programId);
  }

  saveBuyer(programId: Id<'prg'>, buyer: BillingParty): Promise<void> {
    return this.saveProfile(programId, 'buyer', buyer);
  }

  supplier(partnerId: Id<'par'>): Promise<VatProfile | undefined> {
    return supplierOf(this.db, partnerId);
  }

  saveSupplier(partnerId: Id<'par'>, profile: VatProfile): Promise<void> {
    return this.saveProfile(partnerId, 'supplier', profile);
  }

  async supplied({ programId, partnerId, period, opening }: Statement): Promise<readonly Supplied[]> {
    const rows = await rowsOf<{ purpose: Supply; count: bigint; minor: string }>(
      this.db,
      `select purpose, count(*) as count, sum(${MOVED})::text as minor
       from settlement.bookings
       where program_id = :programId and partner_id = :partnerId and period = :period and purpose = any(:purposes)
       group by purpose`,
      { programId: toUuid(programId), partnerId: toUuid(partnerId), period, purposes: [...SUPPLIES] },
    );
    const found = new Map(rows.map((row) => [row.purpose, row]));
    return SUPPLIES.flatMap((what) => {
      const row = found.get(what);
      const net = Money.of(BigInt(row?.minor ?? 0), opening.currency);
      return row === undefined ? [] : [{ what, count: Number(row.count), net }];
    });
  }

  async ofStatement(statementId: StatementId): Promise<readonly Invoice[]> {
    // The first draft has no row to lock yet.
    await rowsOf(this.db, `select pg_advisory_xact_lock(hashtextextended('invoices of ' || :statementId, 0))`, {
      statementId,
    });
    const rows = await rowsOf<InvoiceRow>(
      this.db,
      `select * from settlement.invoices where statement_id = :id and voids is null order by drafted_at, number for update`,
      { id: toUuid(statementId) },
    );
    return rows.map(toInvoice);
  }

  async lastIssued(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<Invoice | undefined> {
    const [row] = await rowsOf<InvoiceRow>(
      this.db,
      `select * from settlement.invoices
       where program_id = :programId and partner_id = :partnerId and kind = 'invoice' and voids is null
         and state not in ('draft', 'voided')
       order by number desc limit 1`,
      { programId: toUuid(programId), partnerId: toUuid(partnerId) },
    );
    return row && toInvoice(row);
  }

  async invoice(id: InvoiceId): Promise<Invoice> {
    const [row] = await rowsOf<InvoiceRow>(this.db, `select * from settlement.invoices where id = :id for update`, {
      id: toUuid(id),
    });
    if (row === undefined) throw noInvoice(id);
    return toInvoice(row);
  }

  async draft({ id, state, content, draftedAt }: Invoice, voids?: InvoiceId): Promise<void> {
    const { statementId, programId, partnerId, period, kind } = content;
    await rowsOf(
      this.db,
      `insert into settlement.invoices
         (id, statement_id, program_id, partner_id, period, kind, voids, state, content, drafted_at)
       values (:id, :statementId, :programId, :partnerId, :period, :kind, :voids, :state, :content::jsonb, :draftedAt)
       on conflict (id) do update
       set kind = excluded.kind, content = excluded.content, drafted_at = excluded.drafted_at`,
      {
        id: toUuid(id),
        statementId: toUuid(statementId),
        programId: toUuid(programId),
        partnerId: toUuid(partnerId),
        ...{ period, kind, state, draftedAt },
        voids: voids === undefined ? null : toUuid(voids),
        content: canonicalJson(content),
      },
    );
  }

  async save({ id, state, number, issuedAt, digest, answeredAt, reason }: Invoice): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.invoices
       set state = :state, number = :number, issued_at = :issuedAt, digest = decode(:digest, 'hex'),
         answered_at = :answeredAt, reason = :reason
       where id = :id`,
      {
        id: toUuid(id),
        state,
        number: number ?? null,
        issuedAt: issuedAt ?? null,
        digest: digest ?? null,
        answeredAt: answeredAt ?? null,
        reason: reason ?? null,
      },
    );
  }

  async nextNumber(partnerId: Id<'par'>): Promise<number> {
    const [row] = await rowsOf<{ last_number: number }>(
      this.db,
      `insert into settlement.invoice_series as series (partner_id, last_number) values (:id, 1)
       on conflict (partner_id) do update set last_number = series.last_number + 1
       returning last_number`,
      { id: toUuid(partnerId) },
    );
    if (row === undefined) throw new Error(`no number for ${partnerId}`);
    return row.last_number;
  }

  private async saveProfile(owner: Id<string>, role: string, profile: object): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.billing_profiles (owner_id, role, profile) values (:id, :role, :profile::jsonb)
       on conflict (owner_id, role) do update set profile = excluded.profile`,
      { id: toUuid(owner), role, profile: canonicalJson(profile) },
    );
  }
}

export const noInvoice = (id: InvoiceId): AppError =>
  new AppError('not_found', 'settlement.invoice_not_found', `there is no invoice ${id}`);
