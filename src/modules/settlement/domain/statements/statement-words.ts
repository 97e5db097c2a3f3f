/** What a statement says, in each language. */
import type { FLOWS, Purpose } from '../books/purpose.ts';
import type { Language } from '../documents/language.ts';

/** What moves an available balance. */
type OnStatement = {
  [P in Purpose]: 'available' extends (typeof FLOWS)[P]['debit' | 'credit'] ? P : never;
}[Purpose];

export interface StatementWords {
  readonly title: string;
  readonly number: string;
  readonly program: string;
  readonly partner: string;
  readonly period: string;
  readonly closed: string;
  readonly date: string;
  readonly what: string;
  readonly reference: string;
  readonly amount: string;
  readonly opening: string;
  readonly entries: (count: number) => string;
  readonly closing: string;
  readonly digest: string;
  readonly sealed: (number: number) => string;
  /** Of something that came after its own period was closed. */
  readonly late: (what: string, day: string) => string;
  readonly page: (page: number, pages: number) => string;
  readonly purposes: Readonly<Record<OnStatement, string>>;
}

const EN: StatementWords = {
  title: 'Statement of commissions',
  number: 'Number',
  program: 'Program',
  partner: 'Partner',
  period: 'Period',
  closed: 'Closed at',
  date: 'Date',
  what: 'What',
  reference: 'Reference',
  amount: 'Amount',
  opening: 'Opening balance',
  entries: (count) => `Entries (${count})`,
  closing: 'Closing balance',
  digest: 'SHA-256 of the statement',
  sealed: (number) => `SHA-256 of the ledger, seal ${number}`,
  late: (what, day) => `${what}, of ${day}`,
  page: (page, pages) => `Page ${page} of ${pages}`,
  purposes: {
    lock: 'Commission',
    claw_back: 'Commission taken back',
    adjust_up: 'Adjustment, added',
    adjust_down: 'Adjustment, taken',
    submit: 'Payout sent',
    restore: 'Payout that came back',
    hold: 'Held',
    release: 'No longer held',
    reserve: 'Put into the reserve',
    release_reserve: 'Released from the reserve',
    raise_receivable: 'Debt moved to receivables',
    recover: 'Debt recovered',
    forfeit: 'Forfeited',
    withhold: 'Tax withheld',
    restore_tax: 'Withheld tax given back',
  },
};

const ZH: StatementWords = {
  title: '佣金结算单',
  number: '编号',
  program: '计划',
  partner: '合作伙伴',
  period: '期间',
  closed: '结账时间',
  date: '日期',
  what: '事项',
  reference: '参考号',
  amount: '金额',
  opening: '期初余额',
  entries: (count) => `本期发生额（${count} 笔）`,
  closing: '期末余额',
  digest: '结算单 SHA-256',
  sealed: (number) => `账簿 SHA-256（第 ${number} 号封印）`,
  late: (what, day) => `${what}（发生于 ${day}）`,
  page: (page, pages) => `第 ${page} 页，共 ${pages} 页`,
  purposes: {
    lock: '佣金',
    claw_back: '佣金收回',
    adjust_up: '调增',
    adjust_down: '调减',
    submit: '付款已发出',
    restore: '付款退回',
    hold: '冻结',
    release: '解除冻结',
    reserve: '转入准备金',
    release_reserve: '准备金释放',
    raise_receivable: '欠款转入应收',
    recover: '欠款扣回',
    forfeit: '失效',
    withhold: '代扣税款',
    restore_tax: '代扣税款退还',
  },
};

export const STATEMENT_WORDS: Readonly<Record<Language, StatementWords>> = { en: EN, zh: ZH };
