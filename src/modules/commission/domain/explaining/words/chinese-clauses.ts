/** A clause is kept as it was first said, in English: a fact, a comparison, and an operand as it was written. */
import { ANOTHER_PARTNER } from '../for-partner.ts';
import { factName } from './chinese-names.ts';

type Saying = (operands: string) => string;

const before =
  (word: string): Saying =>
  (operands) =>
    `${word} ${operands}`;
const alone =
  (word: string): Saying =>
  () =>
    word;

const COMPARISONS: readonly (readonly [english: string, chinese: Saying])[] = [
  ['does not equal', before('不等于')],
  ['does not contain', before('不包含')],
  ['is none of', before('不属于')],
  ['is one of', before('属于')],
  ['is less than', before('小于')],
  ['is at most', before('不大于')],
  ['is more than', before('大于')],
  ['is at least', before('不小于')],
  ['is between', (operands) => `介于 ${operands.replace(/(?<=["\d\p{Lu}]) and /u, ' 与 ')} 之间`],
  ['is not given', alone('未提供')],
  ['is given', alone('已提供')],
  ['starts with', (operands) => `以 ${operands} 开头`],
  ['ends with', (operands) => `以 ${operands} 结尾`],
  ['contains', before('包含')],
  ['equals', before('等于')],
];

/** Moments are no sizes: nothing is smaller than another. */
const OF_MOMENTS: readonly (readonly [english: string, chinese: Saying])[] = [
  ['is less than', before('早于')],
  ['is at most', before('不晚于')],
  ['is more than', before('晚于')],
  ['is at least', before('不早于')],
];

/** What a group or bonus can fail on that is no comparison. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^placed from (\S+) until (\S+)$/, '下单于 $1 至 $2'],
  [/^placed on a /, '下单于'],
  [/^none of its parts$/, '任一条件'],
];
const DAYS: Readonly<Record<string, string>> = {
  Monday: '星期一',
  Tuesday: '星期二',
  Wednesday: '星期三',
  Thursday: '星期四',
  Friday: '星期五',
  Saturday: '星期六',
  Sunday: '星期日',
};

const other = (says: string): string | undefined => {
  const found = OTHERS.find(([english]) => english.test(says));
  return (
    found &&
    says
      .replace(...found)
      .replace(/\b[A-Z][a-z]+day\b/g, (day) => DAYS[day] ?? day)
      .replaceAll(', ', '、')
  );
};

export const clauseInChinese = (says: string): string => {
  const space = says.indexOf(' ');
  const [fact, rest] = [says.slice(0, space), says.slice(space + 1)];
  const known = fact === 'order.placedAt' ? [...OF_MOMENTS, ...COMPARISONS] : COMPARISONS;
  const found = known.find(([english]) => rest === english || rest.startsWith(`${english} `));
  if (found === undefined) return other(says) ?? says;
  const [english, chinese] = found;
  const operands = rest.slice(english.length + 1).replaceAll(`"${ANOTHER_PARTNER}"`, '"另一位合作伙伴"');
  return `${factName(fact)}${chinese(operands)}`;
};
