/** Terms made ready for orders: read once, tried many times. */
import type { PassedOver } from '../explaining/explanation.ts';
import type { CreditFacts, FactName } from './facts.ts';
import type { FigureScope } from '../periods/figures.ts';
import { budgetScope, limitScope, scopePrefix, tierScope } from '../periods/scopes.ts';
import type { Bonus, Group, Limit, Override, Terms } from '../terms/terms.ts';
import { type Earning, plainEarning, readyTiers, type Tiers } from './amounts.ts';
import type { Place } from './clauses.ts';
import { ready, type Ready } from './conditions.ts';
import type { Cut } from './cuts.ts';
import { isOfLine, shownReader } from './fact-readers.ts';
import { promotionFailure } from './promotion.ts';
import type { Sight } from './sight.ts';

export interface ReadyGroup {
  readonly group: Group;
  readonly condition: Ready;
  /** Why the group does not decide; undefined: it does. */
  readonly failure: (sight: Sight) => PassedOver | undefined;
  readonly earns: { readonly earning: Earning } | { readonly tiers: Tiers; readonly scope: FigureScope };
  readonly atLeast?: bigint | undefined;
  readonly atMost?: bigint | undefined;
  readonly budget?: { readonly scope: FigureScope; readonly limit: bigint } | undefined;
}

export interface ReadyBonus {
  readonly bonus: Bonus;
  readonly condition: Ready;
  readonly failure: (sight: Sight) => PassedOver | undefined;
  readonly earning: Earning;
}

/** Over a period. */
export type ReadyLimit = { readonly per: 'partner' | 'program'; readonly scope: FigureScope } & (
  { readonly amount: bigint } | { readonly orders: number }
);

export interface ReadyFact {
  readonly fact: FactName;
  readonly isOfLine: boolean;
  readonly shown: (sight: Sight) => string | null;
}

export interface ReadyTerms extends Pick<Terms, 'currency' | 'rounding' | 'vesting' | 'returnWindowDays'> {
  readonly override?: string | undefined;
  /** By rank. */
  readonly groups: readonly ReadyGroup[];
  readonly bonuses: readonly ReadyBonus[];
  /** Limits of the order alone. */
  readonly orderCuts: readonly Cut[];
  readonly limits: readonly ReadyLimit[];
  /** All that some condition looks at. */
  readonly facts: readonly ReadyFact[];
  /** How many different things they ask. */
  readonly testCount: number;
}

/** By the terms themselves, which never change; of overrides, those that were needed. */
const known = new WeakMap<Terms, Map<Override | undefined, ReadyTerms>>();

/** As they are for a partner. */
export const readyTerms = (terms: Terms, credit: CreditFacts): ReadyTerms => {
  const override = terms.overrides?.find((each) => isFor(each, credit));
  const variants = known.get(terms) ?? new Map<Override | undefined, ReadyTerms>();
  const variant = variants.get(override) ?? made({ ...terms, ...given(override) }, override);
  if (!variants.has(override)) known.set(terms, variants.set(override, variant));
  return variant;
};

/** The words that an override replaces. */
const given = (override: Override | undefined): Partial<Terms> =>
  Object.fromEntries(REPLACED.flatMap((word) => (override?.[word] === undefined ? [] : [[word, override[word]]])));

const REPLACED = ['groups', 'bonuses', 'limits', 'vesting', 'returnWindowDays'] as const;

const isFor = ({ partners, partnerGroups }: Override, { partnerId, groups }: CreditFacts): boolean =>
  partners?.includes(partnerId) === true || partnerGroups?.some((each) => groups.includes(each)) === true;

/** From nothing on, in the order of asking. */
const numbering =
  <Key>(known: Map<Key, number>) =>
  (key: Key): number =>
    known.get(key) ?? known.set(key, known.size).size - 1;

const made = (terms: Terms, override: Override | undefined): ReadyTerms => {
  const { currency, rounding, vesting, returnWindowDays } = terms;
  const [facts, tests] = [new Map<FactName, number>(), new Map<string, number>()];
  const numberOf = numbering(tests);
  const place = (name: string, rank: number): Place => ({
    name,
    rank,
    currency,
    factNumber: numbering(facts),
    testNumber: (comparison) => numberOf(JSON.stringify(comparison)),
  });
  const groups = terms.groups
    .toSorted((a, b) => a.rank - b.rank)
    .map((group) => readyGroup(group, place(group.name, group.rank), prefixOf(override, 'groups')));
  const bonuses = (terms.bonuses ?? []).map((bonus, index) => readyBonus(bonus, place(bonus.name, index + 1)));
  const limits = terms.limits.flatMap((limit, index) => readyLimit(limit, index, prefixOf(override, 'limits')));
  return {
    ...{ currency, rounding, vesting, returnWindowDays, groups, bonuses, limits },
    orderCuts: terms.limits.flatMap(orderCut),
    override: override?.name,
    testCount: tests.size,
    facts: [...facts.keys()].map((fact) => ({
      fact,
      isOfLine: isOfLine(fact),
      shown: shownReader(fact, currency),
    })),
  };
};

/** Words that an override does not replace go by the figures of the terms' own. */
const prefixOf = (override: Override | undefined, word: 'groups' | 'limits'): string =>
  override?.[word] === undefined ? '' : scopePrefix(override);

const readyGroup = (group: Group, place: Place, prefix: string): ReadyGroup => {
  const condition = ready(group.when, place);
  const { amount, budget } = group;
  return {
    group,
    condition,
    failure: promoted(group, condition, place),
    earns:
      'tiers' in amount
        ? { tiers: readyTiers(amount.tiers), scope: tierScope(amount.tiers, group, prefix) }
        : { earning: plainEarning(amount) },
    atLeast: amount.atLeast && BigInt(amount.atLeast.minor),
    atMost: amount.atMost && BigInt(amount.atMost.minor),
    budget: budget && { scope: budgetScope(group, prefix), limit: BigInt(budget.minor) },
  };
};

const readyBonus = (bonus: Bonus, place: Place): ReadyBonus => {
  const condition = ready(bonus.when, place);
  return { bonus, condition, failure: promoted(bonus, condition, place), earning: plainEarning(bonus.amount) };
};

const promoted = ({ during }: Group | Bonus, condition: Ready, place: Place): ReadyGroup['failure'] => {
  if (during === undefined) return condition.failure;
  const offSeason = promotionFailure(during, place);
  return (sight) => offSeason(sight) ?? condition.failure(sight);
};

const readyLimit = (limit: Limit, index: number, prefix: string): readonly ReadyLimit[] => {
  const scope = limitScope(limit, index, prefix);
  if (limit.per === 'order' || scope === undefined) return [];
  const { per } = limit;
  return [
    'amount' in limit ? { per, scope, amount: BigInt(limit.amount.minor) } : { per, scope, orders: limit.orders },
  ];
};

const orderCut = (limit: Limit): readonly Cut[] =>
  limit.per === 'order' && 'amount' in limit ? [{ per: limit.per, most: BigInt(limit.amount.minor) }] : [];
