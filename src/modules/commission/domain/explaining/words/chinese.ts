import { Money } from '../../../../../shared/money.ts';
import type { Rounding } from '../../../../../shared/rate.ts';
import type { Period } from '../../periods/figures.ts';
import { ANOTHER_PARTNER } from '../for-partner.ts';
import type { Amount } from '../../terms/terms.ts';
import type { LimitOfText, LimitPer, MilestoneNames, Words } from './words.ts';

const MILESTONES: MilestoneNames = {
  reserved: '预订',
  placed: '下单',
  confirmed: '确认',
  in_production: '投产',
  in_transit: '发运',
  delivered: '交付',
  completed: '完成',
};
const ROUNDINGS: Readonly<Record<Rounding, string>> = {
  half_up: '四舍五入',
  half_even: '四舍六入五成双',
  down: '舍去尾数',
  up: '进一',
};
const PERIODS: Readonly<Record<Period, string>> = {
  day: '每日',
  week: '每周',
  month: '每月',
  quarter: '每季度',
  year: '每年',
  life: '累计',
};
const PER: Readonly<Record<LimitPer, string>> = { order: '每笔订单', partner: '每位合作伙伴', program: '整个计划' };

/** A clause is kept as it was first said, in English: a fact, one of these, and an operand as it was written. */
const COMPARISONS: readonly (readonly [string, string])[] = [
  ['does not equal', '不等于'],
  ['does not contain', '不包含'],
  ['is none of', '不属于'],
  ['is one of', '属于'],
  ['is less than', '小于'],
  ['is at most', '不大于'],
  ['is more than', '大于'],
  ['is at least', '不小于'],
  ['is between', '介于'],
  ['is not given', '未提供'],
  ['is given', '已提供'],
  ['starts with', '开头为'],
  ['ends with', '结尾为'],
  ['contains', '包含'],
  ['equals', '等于'],
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

const clause = (says: string): string => {
  const space = says.indexOf(' ');
  const rest = says.slice(space + 1);
  const found = COMPARISONS.find(([english]) => rest === english || rest.startsWith(`${english} `));
  if (found === undefined) return other(says) ?? says;
  const [english, chinese] = found;
  const operands = rest.slice(english.length).replaceAll(`"${ANOTHER_PARTNER}"`, '"另一位合作伙伴"');
  return `${says.slice(0, space)} ${chinese}${operands.replace(/(?<=["\d\p{Lu}]) and /u, ' 与 ')}`;
};

/** So is the value that it met: an amount that is no whole number of minor units says so in English. */
const met = (value: string): string => value.replace(/^(\d+\/\d+) minor units of ([A-Z]{3})$/, '$1 个 $2 最小单位');

const earns = (amount: Amount): string => {
  const bounds = [
    ...(amount.atLeast ? [`最低 ${Money.fromJson(amount.atLeast).toString()}`] : []),
    ...(amount.atMost ? [`最高 ${Money.fromJson(amount.atMost).toString()}`] : []),
  ];
  return [plain(amount), ...bounds].join('，');
};

const plain = (amount: Amount): string => {
  if ('percent' in amount) return `${amount.percent} %`;
  if ('flat' in amount) return Money.fromJson(amount.flat).toString();
  if ('perUnit' in amount) return `每件 ${Money.fromJson(amount.perUnit).toString()}`;
  const { by, of, per, mode, steps } = amount.tiers;
  const table = steps.map(({ from, amount: step }) => `自 ${from} 起 ${plain(step)}`).join('；');
  const measure = by === 'count' ? '订单数' : '销售额';
  return `按${PER[of]}${PERIODS[per]}${measure}分档，${mode === 'marginal' ? '超额累进' : '全额追溯'}（${table}）`;
};

const whose = ({ per, counted }: LimitOfText): string => {
  if (counted === undefined) return `${PER[per]}上限`;
  return counted.group === undefined ? `${PER[per]}${PERIODS[counted.period]}上限` : `“${counted.group}”的预算`;
};

const room = ({ counted, limit }: LimitOfText): string =>
  counted === undefined ? ` ${limit}` : ` ${counted.whole}，其中已被其他佣金占用 ${counted.used}`;

/** What people read in Chinese. */
export const CHINESE: Words = {
  language: 'zh',
  order: ({ orderRef, terms }) => `订单 ${orderRef}，适用条款第 ${terms.version} 版（${terms.hash.slice(0, 12)}…）：`,
  override: (name) => `适用该合作伙伴的单独约定“${name}”`,
  exchange: ({ from, to, rate, source, at }) => `1 ${from} 折合 ${rate} ${to}（来源 ${source}，时点 ${at}）`,
  fact: ({ fact, value }) => `${fact}：${value === null ? '未提供' : met(value)}`,
  line: ({ lineRef, quantity, unitPrice, base }) => `明细 ${lineRef}：${quantity} × ${unitPrice} = ${base}`,
  exchanged: (amount) => `折合条款币种 ${amount}`,
  noGroup: '没有适用的组：不产生佣金',
  passedOver: ({ name, rank, failedOn }) => `不适用“${name}”（第 ${rank} 位）：${clause(failedOn)}，不成立`,
  chosen: ({ name, rank, amount }) =>
    `适用“${name}”（第 ${rank} 位），佣金${'tiers' in amount ? '' : '为 '}${earns(amount)}`,
  clause: ({ says, met: value, holds }) =>
    `${holds ? '是' : '否'}：${clause(says)}${value === null ? '' : `（实际为“${met(value)}”）`}`,
  tier: ({ from, until, figure, adds, steps }) =>
    `自 ${from}${until === undefined ? '' : ` 至 ${until}`} 已有 ${figure}，本单计入 ${adds}；` +
    steps.map((step) => `其中 ${step.part} 落在自 ${step.from} 起的一档`).join('，'),
  rounded: ({ exact, rounding, rounded }) => `精确值为 ${exact}，${ROUNDINGS[rounding]}为 ${rounded}`,
  bounded: (amount) => `按最低与最高限额调整为 ${amount}`,
  left: (amount) => `经归属分配与上限后为 ${amount}`,
  bonus: (name, amount) => `奖励“${name}”：${earns(amount)}`,
  bonusPassedOver: ({ name, failedOn }) => `没有奖励“${name}”：${clause(failedOn)}，不成立`,
  split: ({ shares, own }, before, after) =>
    `本订单的 ${shares[own] ?? ''} 归属该合作伙伴：${before} 中的 ${after}（最大余数法）`,
  limit: (limit) =>
    limit.isReached
      ? `${whose(limit)}${room(limit)}：由 ${limit.before} 减为 ${limit.after}，按最大余数法分摊到各明细`
      : `${whose(limit)}${room(limit)}：未达到`,
  total: (amount) => `合计 ${amount}`,
  vesting: (steps) =>
    `归属计划：${steps.map(({ milestone, percent }) => `${MILESTONES[milestone]}时 ${percent} %`).join('，')}`,
  returnWindow: (days) => `此后 ${days} 天锁定`,
};
