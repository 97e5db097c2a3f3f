import { Money } from '../../../../../shared/money.ts';
import type { TierExplanation } from '../explanation.ts';
import type { Amount } from '../../terms/terms.ts';
import { exactText } from './exact-text.ts';
import type { Language } from './words.ts';

/** By revenue, a table counts minor units, which people read as amounts; orders are counted as they are. */
const isByRevenue = (amount: Amount): boolean => 'tiers' in amount && amount.tiers.by === 'revenue';

const money = (minor: string, currency: string): string => Money.fromJson({ minor, currency }).toString();

/** What a group earns, with its steps written out. */
export const writtenAmount = (amount: Amount, currency: string): Amount => {
  if (!('tiers' in amount) || !isByRevenue(amount)) return amount;
  const steps = amount.tiers.steps.map(({ from, amount: earns }) => ({ from: money(from, currency), amount: earns }));
  return { ...amount, tiers: { ...amount.tiers, steps } };
};

/** Which steps an order came to, with its figures written out. */
export const writtenTier = (
  tier: TierExplanation,
  amount: Amount,
  currency: string,
  language: Language,
): TierExplanation =>
  isByRevenue(amount)
    ? {
        ...tier,
        figure: money(tier.figure, currency),
        adds: exactText(tier.adds, currency, language),
        steps: tier.steps.map(({ from, part }) => ({ from: money(from, currency), part })),
      }
    : { ...tier, adds: tier.adds.replace(/\/1$/, '') };
