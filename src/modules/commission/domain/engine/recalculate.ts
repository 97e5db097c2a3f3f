import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type {
  BonusExplanation,
  Explanation,
  LimitExplanation,
  LineExplanation,
  TierExplanation,
} from '../explaining/explanation.ts';
import type { Amount } from '../terms/terms.ts';
import { type Earner, plainEarning, readyTiers, tierEarning } from './amounts.ts';
import { type Cut, cutAll, type Parts, splitAmong, sumOf } from './cuts.ts';
import { type Exact, fractionOf, NOTHING, times, whole } from './exact.ts';
import { minorRate } from './sight.ts';
import { roundedTo, within } from './work.ts';

/**
 * The total that an explanation amounts to, from nothing but what it says. Different from `explanation.total` only if
 * one of them is wrong.
 */
export const recalculate = (explanation: Explanation): Money => {
  const { lines, bonuses = [], limits, split, rounding, exchange } = explanation;
  const { currency } = explanation.total;
  const toTerms = exchange === undefined ? whole(1n) : minorRate(exchange);
  const earners = lines.map((line) => earnerOf(line, toTerms));
  const kept = earners.reduce((sum, earner) => sum + earner.kept, 0);
  const order = { kept, worth: { num: sumOf(earners.map(({ worth }) => worth.num)), den: toTerms.den } };
  const parts = (): Parts => ({
    currency,
    lineRefs: lines.map(({ lineRef }) => lineRef),
    groups: lines.map(({ group }) => group?.name),
  });
  const earned = [
    ...lines.map((line, index) => lineEarned(line, earners[index] ?? order, rounding)),
    ...bonuses.map((bonus) => bonusEarned(bonus, order, rounding)),
  ];
  const [ofOrder, ofPeriods] = [limits.filter(({ counted }) => !counted), limits.filter(({ counted }) => counted)];
  const left = cutAll(earned, ofOrder.map(cutOf), parts).amounts;
  const shared = split === undefined ? left : splitAmong(left, split, parts);
  return Money.of(sumOf(cutAll(shared, ofPeriods.map(cutOf), parts).amounts), currency);
};

const earnerOf = ({ base, quantityKept }: LineExplanation, toTerms: Exact): Earner => ({
  kept: quantityKept,
  worth: times(whole(BigInt(base.minor)), toTerms),
});

type Rounding = Explanation['rounding'];

const lineEarned = ({ group, tier }: LineExplanation, earner: Earner, rounding: Rounding): bigint => {
  if (group === null || earner.kept === 0) return 0n;
  const bounds = { atLeast: minorOf(group.amount.atLeast), atMost: minorOf(group.amount.atMost) };
  return within(roundedTo(exactOf(group.amount, earner, tier), rounding), bounds);
};

const exactOf = (amount: Amount, earner: Earner, tier: TierExplanation | undefined): Exact => {
  if (!('tiers' in amount)) return plainEarning(amount)(earner);
  if (tier === undefined) return NOTHING;
  return tierEarning(readyTiers(amount.tiers)({ figure: BigInt(tier.figure), adds: fractionOf(tier.adds) }), earner);
};

const bonusEarned = ({ earns }: BonusExplanation, order: Earner, rounding: Rounding): bigint =>
  roundedTo(plainEarning(earns)(order), rounding);

const minorOf = (amount: MoneyJson | undefined): bigint | undefined => amount && BigInt(amount.minor);

const cutOf = ({ per, limit, counted }: LimitExplanation): Cut => {
  if (counted === undefined) return { per, most: BigInt(limit.minor) };
  const left = BigInt(counted.limit) - BigInt(counted.used);
  if (counted.of === 'orders') return { per, most: left > 0n ? undefined : 0n, counted };
  return { per, most: left < 0n ? 0n : left, counted };
};
