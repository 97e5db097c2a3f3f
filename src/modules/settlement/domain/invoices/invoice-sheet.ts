import type { Language } from '../documents/language.ts';
import type { Labelled, Sheet } from '../documents/sheet.ts';
import { type Invoice, type InvoiceContent, invoiceNumber } from './invoice.ts';
import { INVOICE_WORDS } from './invoice-words.ts';
import type { BillingParty } from './vat.ts';

/** An invoice on paper, in its own language unless another is asked for. */
export const invoiceSheet = (invoice: Invoice, language: Language = invoice.content.language): Sheet => {
  const words = INVOICE_WORDS[language];
  const { content, number, issuedAt, draftedAt, digest } = invoice;
  const title = content.kind === 'invoice' ? words.invoice : words.creditNote;
  const name = number === undefined ? words.draft : invoiceNumber(number);
  return {
    language,
    title,
    head: headOf(invoice, language, name),
    columns: [
      { title: words.what, share: 50, align: 'left' },
      { title: words.count, share: 20, align: 'right' },
      { title: words.amount, share: 30, align: 'right' },
    ],
    rowCount: content.lines.length,
    rows: rowsOf(content, language),
    sums: [
      [words.net, content.net.toString()],
      ...content.vat.map(({ rate, vat }): Labelled => [words.vat(rate), vat.toString()]),
      [words.gross, content.gross.toString()],
    ],
    notes: [
      words.selfBilled,
      ...notesOf(content, language),
      ...(digest === undefined ? [] : [`${words.digest}: ${digest}`]),
    ],
    footer: (page, pages) => `${title} ${name} · ${content.supplier.name} · ${words.page(page, pages)}`,
    madeAt: issuedAt ?? draftedAt,
  };
};

const headOf = ({ content, issuedAt }: Invoice, language: Language, name: string): readonly Labelled[] => {
  const words = INVOICE_WORDS[language];
  const { supplier, buyer, statement, period, refersTo } = content;
  const rows = Math.max(supplier.address.length, buyer.address.length);
  return [
    [words.number, name],
    [words.date, issuedAt?.slice(0, 10) ?? ''],
    [words.statement, `${statement} · ${period}`],
    [refersTo === undefined ? '' : words.refersTo, refersTo ?? ''],
    [words.supplier, supplier.name],
    [words.buyer, buyer.name],
    ...Array.from({ length: rows }, (_, row): Labelled[] => [
      ['', supplier.address[row] ?? ''],
      ['', buyer.address[row] ?? ''],
    ]).flat(),
    ...([supplier, buyer] as const).map(({ country }: BillingParty): Labelled => ['', country]),
    ...([supplier, buyer] as const).map(({ vatId }: BillingParty): Labelled => [words.vatId, vatId ?? '—']),
  ];
};

const notesOf = ({ scheme, exemptBy }: InvoiceContent, language: Language): readonly string[] => {
  const note = INVOICE_WORDS[language].schemes[scheme];
  return note === undefined ? [] : [`${note}${exemptBy === undefined ? '' : ` ${exemptBy}`}`];
};

async function* rowsOf({ lines }: InvoiceContent, language: Language): AsyncGenerator<readonly (readonly string[])[]> {
  const { supplies } = INVOICE_WORDS[language];
  yield await Promise.resolve(lines.map(({ what, count, net }) => [supplies[what], String(count), net.decimal]));
}
