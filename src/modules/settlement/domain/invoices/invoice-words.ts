/** What an invoice says, in each language. */
import type { Language } from '../documents/language.ts';
import type { Supply } from './invoice.ts';
import type { VatScheme } from './vat.ts';

interface InvoiceWords {
  readonly invoice: string;
  readonly creditNote: string;
  readonly draft: string;
  readonly number: string;
  readonly date: string;
  readonly supplier: string;
  readonly buyer: string;
  readonly vatId: string;
  readonly statement: string;
  readonly refersTo: string;
  readonly what: string;
  readonly count: string;
  readonly amount: string;
  readonly net: string;
  readonly vat: (rate: string) => string;
  readonly gross: string;
  readonly digest: string;
  readonly selfBilled: string;
  readonly supplies: Readonly<Record<Supply, string>>;
  /** What the law wants said. */
  readonly schemes: Readonly<Record<VatScheme, string | undefined>>;
  readonly page: (page: number, pages: number) => string;
}

const EN: InvoiceWords = {
  invoice: 'Invoice (self-billing)',
  creditNote: 'Credit note (self-billing)',
  draft: 'draft',
  number: 'Number',
  date: 'Date',
  supplier: 'Supplier',
  buyer: 'Buyer',
  vatId: 'VAT id',
  statement: 'Statement, period',
  refersTo: 'About invoice',
  what: 'Supply',
  count: 'Count',
  amount: 'Net',
  net: 'Net',
  vat: (rate) => `VAT ${rate} %`,
  gross: 'Gross',
  digest: 'SHA-256 of the invoice',
  selfBilled: 'Issued by the buyer on behalf of the supplier, as both have agreed: self-billing.',
  supplies: {
    lock: 'Commissions for sales brought about',
    adjust_up: 'Adjustments, added',
    adjust_down: 'Adjustments, taken',
    claw_back: 'Commissions taken back',
  },
  schemes: {
    domestic: undefined,
    reverse_charge:
      'Reverse charge: the recipient accounts for the VAT (Articles 44 and 196 of Council Directive 2006/112/EC).',
    exempt: 'Exempt from VAT:',
    none: 'Not subject to VAT.',
  },
  page: (page, pages) => `Page ${page} of ${pages}`,
};

const ZH: InvoiceWords = {
  invoice: '发票（买方代开）',
  creditNote: '红字发票（买方代开）',
  draft: '草稿',
  number: '编号',
  date: '日期',
  supplier: '供应方',
  buyer: '购买方',
  vatId: '增值税号',
  statement: '结算单、期间',
  refersTo: '对应发票',
  what: '服务',
  count: '数量',
  amount: '净额',
  net: '净额',
  vat: (rate) => `增值税 ${rate} %`,
  gross: '价税合计',
  digest: '发票 SHA-256',
  selfBilled: '经双方同意，由购买方代供应方开具。',
  supplies: {
    lock: '促成销售的佣金',
    adjust_up: '调增',
    adjust_down: '调减',
    claw_back: '佣金收回',
  },
  schemes: {
    domestic: undefined,
    reverse_charge: '反向征税：增值税由接受方缴纳（欧盟理事会第 2006/112/EC 号指令第 44 条和第 196 条）。',
    exempt: '免征增值税：',
    none: '不征收增值税。',
  },
  page: (page, pages) => `第 ${page} 页，共 ${pages} 页`,
};

export const INVOICE_WORDS: Readonly<Record<Language, InvoiceWords>> = { en: EN, zh: ZH };
