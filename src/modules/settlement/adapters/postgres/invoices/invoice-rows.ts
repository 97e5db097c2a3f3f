/** How rows of invoices become what the domain speaks of. */
import { fromUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../../shared/money.ts';
import type { Invoice, InvoiceContent, InvoiceState, Supplied } from '../../../domain/invoices/invoice.ts';
import type { VatLine } from '../../../domain/invoices/vat.ts';
import type { Agreement } from '../../../ports/invoices.ts';

/** As JSON keeps it. */
type Kept<Fields, Amounts extends keyof Fields> = Omit<Fields, Amounts> & Readonly<Record<Amounts, MoneyJson>>;

type KeptContent = Kept<Omit<InvoiceContent, 'lines' | 'vat'>, 'net' | 'gross'> & {
  readonly lines: readonly Kept<Supplied, 'net'>[];
  readonly vat: readonly Kept<VatLine, 'net' | 'vat'>[];
};

export interface InvoiceRow {
  readonly id: string;
  readonly state: InvoiceState;
  readonly content: KeptContent;
  readonly drafted_at: Instant;
  readonly number: number | null;
  readonly issued_at: Instant | null;
  readonly digest: Buffer | null;
  readonly answered_at: Instant | null;
  readonly reason: string | null;
}

export const toInvoice = (row: InvoiceRow): Invoice => ({
  id: fromUuid('inv', row.id),
  state: row.state,
  content: toContent(row.content),
  draftedAt: row.drafted_at,
  number: row.number ?? undefined,
  issuedAt: row.issued_at ?? undefined,
  digest: row.digest?.toString('hex'),
  answeredAt: row.answered_at ?? undefined,
  reason: row.reason ?? undefined,
});

const toContent = ({ lines, vat, net, gross, ...rest }: KeptContent): InvoiceContent => ({
  ...rest,
  lines: lines.map((line) => ({ ...line, net: Money.fromJson(line.net) })),
  vat: vat.map((line) => ({ rate: line.rate, net: Money.fromJson(line.net), vat: Money.fromJson(line.vat) })),
  net: Money.fromJson(net),
  gross: Money.fromJson(gross),
});

export interface AgreementRow {
  readonly program_id: string;
  readonly partner_id: string;
  readonly agreed_at: Instant;
  readonly agreed_by: string;
  readonly ended_at: Instant | null;
}

export const toAgreement = (row: AgreementRow): Agreement => ({
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  agreedAt: row.agreed_at,
  agreedBy: row.agreed_by,
  endedAt: row.ended_at ?? undefined,
});
