import type { Blocker } from '../outlook.ts';
import { holdReasonName } from './chinese-names.ts';
import { oneLine } from './one-line.ts';
import type { Language } from './words.ts';

export interface Waiting {
  readonly what: string;
  readonly who: string;
  readonly reasons: readonly string[];
  readonly since?: string;
  readonly until?: string;
}

export interface OutlookWords {
  readonly blockers: Readonly<Record<Blocker['code'], string>>;
  readonly actors: Readonly<Record<Blocker['who'], string>>;
  readonly waits: (waiting: Waiting) => string;
  readonly earliest: (at: string) => string;
  readonly paid: (at: string) => string;
}

const ENGLISH: OutlookWords = {
  blockers: {
    fraud_hold: 'it is held for fraud',
    review: 'it is held for a review',
    staff_hold: 'staff hold it',
    not_assessed: 'fraud has not judged it yet',
    acceptance: 'the terms are not accepted yet',
    not_delivered: 'the order has not come far enough',
    return_window: 'the order can still come back',
    statement: 'it waits for a statement',
    payout: 'it waits for a payout',
  },
  actors: {
    risk: 'risk acts next',
    staff: 'staff act next',
    partner: 'the partner acts next',
    customer: 'the order has to go on',
    time: 'nobody has to act',
    finance: 'finance acts next',
  },
  waits: ({ what, who, reasons, since, until }) =>
    [
      `${what}${reasons.length === 0 ? '' : ` (${reasons.map(oneLine).join(', ')})`}`,
      ...(since === undefined ? [] : [`since ${since}`]),
      ...(until === undefined ? [] : [`until ${until}`]),
      who,
    ].join(', '),
  paid: (at) => `it is paid, since ${at}`,
  earliest: (at) => `if all goes well from now on, it can be paid from ${at}`,
};

const CHINESE: OutlookWords = {
  blockers: {
    fraud_hold: '因欺诈审查被暂停',
    review: '因复核被暂停',
    staff_hold: '被工作人员暂停',
    not_assessed: '尚未完成欺诈评估',
    acceptance: '尚未接受条款',
    not_delivered: '订单尚未达到归属里程碑',
    return_window: '订单仍在退货期内',
    statement: '等待结算单',
    payout: '等待付款',
  },
  actors: {
    risk: '由风控处理',
    staff: '由工作人员处理',
    partner: '由合作伙伴处理',
    customer: '取决于订单进展',
    time: '无需任何人处理',
    finance: '由财务处理',
  },
  waits: ({ what, who, reasons, since, until }) =>
    [
      `${what}${reasons.length === 0 ? '' : `（${reasons.map(holdReasonName).join('，')}）`}`,
      ...(since === undefined ? [] : [`自 ${since}`]),
      ...(until === undefined ? [] : [`至 ${until}`]),
      who,
    ].join('，'),
  paid: (at) => `已于 ${at} 付清`,
  earliest: (at) => `如一切顺利，最早可于 ${at} 付款`,
};

export const OUTLOOK_WORDS: Readonly<Record<Language, OutlookWords>> = { en: ENGLISH, zh: CHINESE };
