import { Money } from '../../../../shared/money.ts';
import { budgetScope } from './scopes.ts';
import type { Terms } from '../terms/terms.ts';
import { scopeKey } from './thresholds.ts';

/** What a group pays in all, whatever partner it pays, and where that is counted. */
export interface Budget {
  readonly group: string;
  readonly amount: Money;
  readonly scope: string;
}

/** By group; where an override gives a group of the same name another budget, the smaller one is reached first. */
export const budgetsOf = (terms: Pick<Terms, 'currency' | 'groups' | 'overrides'>): readonly Budget[] => {
  const budgets = new Map<string, Budget>();
  for (const group of [terms, ...(terms.overrides ?? [])].flatMap(({ groups = [] }) => groups)) {
    if (group.budget === undefined) continue;
    const amount = Money.fromJson(group.budget);
    const scope = scopeKey(terms.currency, budgetScope(group, ''));
    const known = budgets.get(group.name);
    budgets.set(group.name, {
      group: group.name,
      scope,
      amount: known === undefined ? amount : amount.atMost(known.amount),
    });
  }
  return [...budgets.values()].toSorted((a, b) => (a.group < b.group ? -1 : 1));
};
