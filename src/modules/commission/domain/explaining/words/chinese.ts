import { Money } from '../../../../../shared/money.ts';
import type { Rounding } from '../../../../../shared/rate.ts';
import type { Period } from '../../periods/figures.ts';
import type { Amount } from '../../terms/terms.ts';
import { clauseInChinese } from './chinese-clauses.ts';
import { amountMet, factName, factValue } from './chinese-names.ts';
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

const room = ({ counted, limit }: LimitOfText): string => {
  if (counted === undefined) return ` ${limit}`;
  return counted.of === 'orders'
    ? ` ${counted.whole} 笔订单，此前已有 ${counted.used} 笔`
    : ` ${counted.whole}，其中已被其他佣金占用 ${counted.used}`;
};

/** What people read in Chinese. */
export const CHINESE: Words = {
  language: 'zh',
  order: ({ orderRef, terms }) => `订单 ${orderRef}，适用条款第 ${terms.version} 版（${terms.hash.slice(0, 12)}…）：`,
  override: (name) => `适用该合作伙伴的单独约定“${name}”`,
  asOf: (at, countsOthers) => `截至 ${at}${countsOthers ? '，其中有关其他订单的数据亦然' : ''}`,
  exchange: ({ from, to, rate, source, at }) => `1 ${from} 折合 ${rate} ${to}（来源 ${source}，时点 ${at}）`,
  fact: ({ fact, value }) => `${factName(fact)}：${value === null ? '未提供' : factValue(fact, value)}`,
  line: ({ lineRef, quantity, unitPrice, base }) => `明细 ${lineRef}：${quantity} × ${unitPrice} = ${base}`,
  exchanged: (amount) => `折合条款币种 ${amount}`,
  noGroup: '没有适用的组：不产生佣金',
  passedOver: ({ name, rank, failedOn }) => `不适用“${name}”（优先级 ${rank}）：${clauseInChinese(failedOn)}，不成立`,
  chosen: ({ name, rank, amount }) =>
    `适用“${name}”（优先级 ${rank}），佣金${'tiers' in amount ? '' : '为 '}${earns(amount)}`,
  clause: ({ says, met: value, holds }) =>
    `${holds ? '是' : '否'}：${clauseInChinese(says)}${value === null ? '' : `（实际为“${amountMet(value)}”）`}`,
  tier: ({ from, until, figure, adds, steps }) =>
    `自 ${from}${until === undefined ? '' : ` 至 ${until}`} 已有 ${figure}，本单计入 ${adds}；` +
    steps
      .map(({ from: step, part }) => `${part === '1/1' ? '全部' : `其中 ${part} `}落在自 ${step} 起的一档`)
      .join('，'),
  rounded: ({ exact, rounding, rounded }) => `精确值为 ${exact}，${ROUNDINGS[rounding]}为 ${rounded}`,
  bounded: (amount) => `按最低与最高限额调整为 ${amount}`,
  left: (amount) => `经伙伴间分配与上限后为 ${amount}`,
  bonus: (name, amount) => `奖励“${name}”：${earns(amount)}`,
  bonusPassedOver: ({ name, failedOn }) => `没有奖励“${name}”：${clauseInChinese(failedOn)}，不成立`,
  split: ({ shares, own }, before, after) =>
    `本订单的 ${shares[own] ?? ''} 归因于该合作伙伴：${before} 中的 ${after}（最大余数法）`,
  limit: (limit) => {
    if (limit.before !== limit.after)
      return `${whose(limit)}${room(limit)}：由 ${limit.before} 减为 ${limit.after}，按最大余数法分摊到各明细`;
    return `${whose(limit)}${room(limit)}：${limit.isReached ? '已用尽，本单在此之前已无金额可减' : '未达到'}`;
  },
  total: (amount) => `合计 ${amount}`,
  vesting: (steps) =>
    `归属计划：${steps.map(({ milestone, percent }) => `${MILESTONES[milestone]}时 ${percent} %`).join('，')}`,
  returnWindow: (days) => `此后 ${days} 天锁定`,
};
