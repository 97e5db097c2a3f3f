import { Money } from '../../../../../shared/money.ts';
import type { Amount } from '../../terms/terms.ts';
import type { LimitOfText, Words } from './words.ts';

const earns = (amount: Amount): string => {
  const bounds = [
    ...(amount.atLeast ? [`at least ${Money.fromJson(amount.atLeast).toString()}`] : []),
    ...(amount.atMost ? [`at most ${Money.fromJson(amount.atMost).toString()}`] : []),
  ];
  return [plain(amount), ...bounds].join(', ');
};

const plain = (amount: Amount): string => {
  if ('percent' in amount) return `${amount.percent} %`;
  if ('flat' in amount) return Money.fromJson(amount.flat).toString();
  if ('perUnit' in amount) return `${Money.fromJson(amount.perUnit).toString()} a unit`;
  const { by, of, per, mode, steps } = amount.tiers;
  const table = steps.map(({ from, amount: step }) => `from ${from}: ${plain(step)}`).join('; ');
  return `by the ${of}'s ${by === 'count' ? 'orders' : 'revenue'} ${per === 'life' ? 'for life' : `a ${per}`}, ${mode} (${table})`;
};

const whose = ({ per, counted }: LimitOfText): string => {
  if (counted === undefined) return `limit per ${per}`;
  if (counted.group !== undefined) return `budget of "${counted.group}"`;
  return `limit per ${per} and ${counted.period === 'life' ? 'for life' : counted.period}`;
};

const room = ({ counted, limit }: LimitOfText): string => {
  if (counted === undefined) return ` of ${limit}`;
  return counted.of === 'orders'
    ? ` of ${counted.whole} ${counted.whole === '1' ? 'order' : 'orders'}, before which there were ${counted.used}`
    : ` of ${counted.whole}, of which others have used ${counted.used}`;
};

/** Of conditions of which one is enough, and of which there is none. */
const failed = (failedOn: string): string =>
  failedOn === 'none of its parts' ? `${failedOn} holds` : `${failedOn} does not hold`;

/** What people read in English. */
export const ENGLISH: Words = {
  language: 'en',
  order: ({ orderRef, terms }) => `Order ${orderRef}, by terms version ${terms.version} (${terms.hash.slice(0, 12)}…):`,
  override: (name) => `the partner's own agreement "${name}" counts`,
  asOf: (at, countsOthers) => `as of ${at}${countsOthers ? ', and so is what it says of other orders' : ''}`,
  exchange: ({ from, to, rate, source, at }) => `1 ${from} is ${rate} ${to}, by ${source} of ${at}`,
  fact: ({ fact, value }) => `${fact}: ${value === null ? 'not given' : value || 'empty'}`,
  line: ({ lineRef, quantity, unitPrice, base }) => `line ${lineRef}: ${quantity} × ${unitPrice} = ${base}`,
  exchanged: (amount) => `in the terms' currency ${amount}`,
  noGroup: 'no group applies: nothing is earned',
  passedOver: ({ name, rank, failedOn }) => `not "${name}" (rank ${rank}): ${failed(failedOn)}`,
  chosen: ({ name, rank, amount }) => `"${name}" (rank ${rank}) earns ${earns(amount)}`,
  clause: ({ says, met, holds }) => `${holds ? 'yes' : 'no '}: ${says}${met === null ? '' : ` (it is "${met}")`}`,
  tier: ({ from, until, figure, adds, steps }) =>
    `from ${from}${until === undefined ? '' : ` to ${until}`} there were ${figure}; this order adds ${adds}; ` +
    steps
      .map(({ from: step, part }) => `${part === '1/1' ? 'all' : part} of it falls in the step from ${step}`)
      .join(', '),
  rounded: ({ exact, rounding, rounded }) => `exactly ${exact}, rounded ${rounding} to ${rounded}`,
  bounded: (amount) => `kept within its bounds: ${amount}`,
  left: (amount) => `after the split and limits ${amount}`,
  bonus: (name, amount) => `bonus "${name}": ${earns(amount)}`,
  bonusPassedOver: ({ name, failedOn }) => `no bonus "${name}": ${failed(failedOn)}`,
  split: ({ shares, own }, before, after) =>
    `${shares[own] ?? ''} of the order is credited to this partner: of ${before}, ${after}, by largest remainder`,
  limit: (limit) => {
    if (limit.before !== limit.after)
      return `${whose(limit)}${room(limit)}: ${limit.before} is cut to ${limit.after}, spread over the lines by largest remainder`;
    return `${whose(limit)}${room(limit)}: ${limit.isReached ? 'used up, and there was nothing left to cut' : 'not reached'}`;
  },
  total: (amount) => `in all ${amount}`,
  vesting: (steps) =>
    `vests ${steps.map(({ milestone, percent }) => `${percent} % when ${milestone.replaceAll('_', ' ')}`).join(', ')}`,
  returnWindow: (days) => `locks ${days} days later`,
};
