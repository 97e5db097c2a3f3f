import type { FigureScope } from './figures.ts';
import type { Bonus, Group, Limit, Terms, TierTable } from './terms.ts';

interface Words {
  readonly groups?: readonly Group[] | undefined;
  readonly bonuses?: readonly Bonus[] | undefined;
  readonly limits?: readonly Limit[] | undefined;
}

/** The figures that terms go by, of whichever partner: of tiers, budgets, and limits over a period. */
export const scopesOf = (terms: Terms): readonly FigureScope[] => [
  ...scopesOfWords(terms, ''),
  ...(terms.overrides ?? []).flatMap((override) => scopesOfWords(override, `${override.name}/`)),
];

const scopesOfWords = ({ groups = [], limits = [] }: Words, prefix: string): readonly FigureScope[] => [
  ...groups.flatMap((group) => [...tierScope(group, prefix), ...budgetScope(group, prefix)]),
  ...limits.flatMap((limit, index) => limitScope(limit, index, prefix)),
];

const tierScope = ({ name, amount }: Group, prefix: string): readonly FigureScope[] =>
  'tiers' in amount ? [scopeOfTiers(amount.tiers, name, prefix)] : [];

/** Everything that the partner or program sold in the period counts, not what this group paid alone. */
const scopeOfTiers = ({ of, per }: TierTable, group: string, prefix: string): FigureScope => ({
  name: `${prefix}tier:${group}`,
  of,
  period: per,
});

const budgetScope = ({ name, budget }: Group, prefix: string): readonly FigureScope[] =>
  budget === undefined ? [] : [{ name: `${prefix}budget:${name}`, of: 'program', period: 'life', group: name }];

const limitScope = ({ per, period }: Limit, index: number, prefix: string): readonly FigureScope[] =>
  per === 'order' ? [] : [{ name: `${prefix}limit:${index}`, of: per, period: period ?? 'life' }];
