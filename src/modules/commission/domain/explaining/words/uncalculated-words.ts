/** Why nobody can calculate an order as it is, in words. What names groups and facts is the detail, for staff. */
import { factName } from './chinese-names.ts';
import { oneLine, quoting } from './one-line.ts';
import type { Language } from './words.ts';

const REASONS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {
    'commission.currency_not_covered': 'the terms do not cover its currency',
    'commission.fact_missing': 'it lacks something that the terms look at',
    'commission.fact_unreadable': 'it says something in another way than the terms look at it',
    'commission.no_terms': 'the program had no terms then',
    'commission.rate_missing': 'there is no rate to convert it by',
    'commission.unknown_program': 'its program does not exist',
  },
  zh: {
    'commission.currency_not_covered': '条款不适用于该订单的币种',
    'commission.fact_missing': '订单缺少条款所需的信息',
    'commission.fact_unreadable': '订单中某项信息的格式与条款不符',
    'commission.no_terms': '下单时该计划尚无有效条款',
    'commission.rate_missing': '缺少折算所需的汇率',
    'commission.unknown_program': '订单所属的计划不存在',
  },
};

/** Details are kept in English, as errors are; these are the ones that name what is missing. */
const DETAILS: readonly (readonly [RegExp, (...found: string[]) => string])[] = [
  [
    /^"(.*)" looks at (\S+), which (?:line (.*) of )?order .* does not have;/su,
    (_, group = '', fact = '', line = '') =>
      `“${group}”需要“${factName(fact)}”，而${line === '' ? '订单' : `明细 ${line} `}未提供；` +
      '请以更早的时间重报该订单并补上此项',
  ],
  [
    /^"(.*)" compares (\S+) with a number,/su,
    (_, group = '', fact = '') => `“${group}”将“${factName(fact)}”与数字比较，而订单提供的不是数字`,
  ],
  [
    /^terms in (\S+) do not cover an order in ([^\s;]+)/u,
    (_, to = '', from = '') =>
      `以 ${to} 计价的条款不适用于 ${from} 订单；请以更早的时间用 ${to} 重报该订单，并为以后的订单在条款中约定汇率`,
  ],
  [
    /^there is no rate from (\S+) to (\S+) by (.*);/su,
    (_, from = '', to = '', source = '') => `缺少 ${source} 的 ${from} 兑 ${to} 汇率`,
  ],
  [
    /^there is no program (\S+);/u,
    (_, program = '') => `计划 ${program} 不存在；请以此编号创建该计划，或在正确的计划下重报该订单并取消此处的订单`,
  ],
  [/^program \S+ has no terms in force at (\S+);/u, (_, at = '') => `该计划在 ${at} 没有有效条款`],
];

export const whyUncalculated = (code: string, detail: string | null, language: Language): string => {
  const reason = REASONS[language][code] ?? oneLine(code);
  if (detail === null) return reason;
  return language === 'en'
    ? `${quoting(detail)} (${oneLine(code)})`
    : quoting(inChinese(detail) ?? `${reason}（${detail}）`);
};

const inChinese = (detail: string): string | undefined => {
  const [pattern, says] = DETAILS.find(([english]) => english.test(detail)) ?? [];
  const found = pattern?.exec(detail);
  return found ? says?.(...found) : undefined;
};
