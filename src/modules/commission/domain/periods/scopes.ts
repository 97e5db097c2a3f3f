import type { FigureScope } from './figures.ts';
import type { Group, Limit, Override, Terms, TierTable } from '../terms/terms.ts';

/** The figures that terms go by, for whichever partner: of tiers, budgets, and limits over a period. */
export const scopesOf = (terms: Terms): readonly FigureScope[] => [
  ...scopesOfWords(terms, ''),
  ...(terms.overrides ?? []).flatMap((override) => scopesOfWords(override, scopePrefix(override))),
];

/** Before the names of what an override brings of its own. */
export const scopePrefix = ({ name }: Override): string => `${name}/`;

/** Everything that the partner or program sold in the period counts, not what this group paid alone. */
export const tierScope = ({ of, per }: TierTable, { name }: Group, prefix: string): FigureScope => ({
  name: `${prefix}tier:${name}`,
  of,
  period: per,
});

/** What groups of this name paid, by whichever version of the terms. */
export const budgetScope = ({ name }: Group, prefix: string): FigureScope => ({
  name: `${prefix}budget:${name}`,
  of: 'program',
  period: 'life',
  group: name,
});

/** Undefined for a limit of each order by itself. */
export const limitScope = ({ per, period }: Limit, index: number, prefix: string): FigureScope | undefined =>
  per === 'order' ? undefined : { name: `${prefix}limit:${index}`, of: per, period: period ?? 'life' };

const scopesOfWords = (
  { groups = [], limits = [] }: Pick<Override, 'groups' | 'limits'>,
  prefix: string,
): readonly FigureScope[] => [
  ...groups.flatMap((group) => ('tiers' in group.amount ? [tierScope(group.amount.tiers, group, prefix)] : [])),
  ...groups.flatMap((group) => (group.budget === undefined ? [] : [budgetScope(group, prefix)])),
  ...limits.flatMap((limit, index) => limitScope(limit, index, prefix) ?? []),
];
