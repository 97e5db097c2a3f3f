/** What terms say that their author can hardly mean. Nothing of it is wrong to calculate with; somebody should look. */
import type { Fault } from '../../../../shared/errors.ts';
import { decimalOf, compare } from '../engine/exact.ts';
import { type Period } from '../periods/figures.ts';
import { implies, neverHolds, type Patience } from './reading/implication.ts';
import type { Bonus, Group, Limit, Override, Terms, TierStep } from './terms.ts';

const PATIENCE = 200_000;

/** Of terms that can be read. */
export const lintTerms = (terms: Terms): readonly Fault[] => [
  ...lintWords(terms, ''),
  ...(terms.overrides ?? []).flatMap((override, index) => lintWords(override, `/overrides/${index}`)),
  ...lintOverrides(terms.overrides ?? []),
];

const lintWords = (
  { groups = [], bonuses = [], limits = [] }: Pick<Override, 'groups' | 'bonuses' | 'limits'>,
  at: string,
): readonly Fault[] => [
  ...unreachable(groups, `${at}/groups`),
  ...groups.flatMap((group, index) => lintSteps(group, `${at}/groups/${index}/amount/tiers/steps`)),
  ...lintBudgets(groups, `${at}/groups`),
  ...bonuses.flatMap((bonus, index) => lintBonus(bonus, `${at}/bonuses/${index}`)),
  ...lintLimits(limits, `${at}/limits`),
];

// ── groups ────────────────────────────────────────────────────────────────────────────────────────────────────────

const unreachable = (groups: readonly Group[], at: string): readonly Fault[] => {
  const patience: Patience = { left: PATIENCE };
  const code = 'commission.terms_unreachable_group';
  return groups.flatMap((group, index) => {
    const pointer = `${at}/${index}`;
    if (neverHolds(group.when))
      return [{ pointer, code, detail: `"${group.name}" asks for what cannot be: no line is ever in it` }];
    const before = groups.find((other) => isBefore(other, group) && implies(group.when, other.when, patience));
    if (before === undefined) return [];
    const detail = `whatever is in "${group.name}" is in "${before.name}" of rank ${before.rank} already, which decides`;
    return [{ pointer, code, detail }];
  });
};

/** A promotion decides only while it is on. */
const isBefore = (other: Group, group: Group): boolean => other.rank < group.rank && other.during === undefined;

const lintSteps = ({ amount }: Group, at: string): readonly Fault[] =>
  'tiers' in amount
    ? amount.tiers.steps.flatMap((step, index) => {
        const before = amount.tiers.steps[index - 1];
        return before === undefined ? [] : lintStep(step, before, `${at}/${index}/amount`);
      })
    : [];

const lintStep = ({ amount }: TierStep, { amount: before }: TierStep, pointer: string): readonly Fault[] => {
  if (Object.keys(amount)[0] !== Object.keys(before)[0]) {
    const detail = 'is of another kind than the step before: nobody can say which pays more';
    return [{ pointer, code: 'commission.terms_mixed_steps', detail }];
  }
  const detail = 'pays less than the step before: whoever sells more earns less';
  return isLess(amount, before) ? [{ pointer, code: 'commission.terms_falling_steps', detail }] : [];
};

const isLess = (amount: TierStep['amount'], before: TierStep['amount']): boolean => {
  const [a, b] = [sizeOf(amount), sizeOf(before)].map((text) => decimalOf(text));
  return a !== undefined && b !== undefined && compare(a, b) < 0;
};

const sizeOf = (amount: TierStep['amount']): string => {
  if ('percent' in amount) return amount.percent;
  return 'flat' in amount ? amount.flat.minor : amount.perUnit.minor;
};

const lintBudgets = (groups: readonly Group[], at: string): readonly Fault[] =>
  groups.flatMap(({ budget }, index) => ofNothing(budget?.minor, `${at}/${index}/budget`));

const lintBonus = ({ name, when }: Bonus, pointer: string): readonly Fault[] => {
  const detail = `"${name}" asks for what cannot be: no order ever has it`;
  return neverHolds(when) ? [{ pointer, code: 'commission.terms_unreachable_bonus', detail }] : [];
};

// ── limits ────────────────────────────────────────────────────────────────────────────────────────────────────────

const lintLimits = (limits: readonly Limit[], at: string): readonly Fault[] =>
  limits.flatMap((limit, index) => {
    if (!('amount' in limit)) return [];
    const pointer = `${at}/${index}/amount`;
    const wider = limits.find((other) => 'amount' in other && isWider(other, limit) && isAbove(limit, other));
    return [
      ...ofNothing(limit.amount.minor, pointer),
      ...(wider === undefined ? [] : [withoutEffect(pointer, limit, wider)]),
    ];
  });

const ofNothing = (minor: string | undefined, pointer: string): readonly Fault[] =>
  minor !== undefined && BigInt(minor) === 0n
    ? [{ pointer, code: 'commission.terms_limit_of_nothing', detail: 'is nothing: nobody would earn anything' }]
    : [];

/** A limit of the order cuts before its partners divide what is left, and theirs after. */
const withoutEffect = (pointer: string, limit: Limit, { per, period }: Limit): Fault => ({
  pointer,
  code: 'commission.terms_limit_without_effect',
  detail:
    `${limit.per === 'order' ? 'cuts nothing but orders that partners share' : 'is never reached'}: ` +
    `the limit per ${per} and ${period ?? 'life'} is not more`,
});

/** Periods that hold the one before whole; no week is whole in a month. */
const HOLDS: Readonly<Record<Period, readonly Period[]>> = {
  day: ['day', 'week', 'month', 'quarter', 'year', 'life'],
  week: ['week', 'life'],
  month: ['month', 'quarter', 'year', 'life'],
  quarter: ['quarter', 'year', 'life'],
  year: ['year', 'life'],
  life: ['life'],
};
const COVERS = {
  order: ['partner', 'program'],
  partner: ['partner', 'program'],
  program: ['program'],
} as const;

/** Whatever counts for the limit counts for the other too. */
const isWider = (other: Limit, limit: Limit): boolean => {
  if (other === limit || !(COVERS[limit.per] as readonly string[]).includes(other.per)) return false;
  return limit.per === 'order' || HOLDS[limit.period ?? 'life'].includes(other.period ?? 'life');
};

const isAbove = (limit: Limit, other: Limit): boolean =>
  'amount' in limit && 'amount' in other && BigInt(limit.amount.minor) >= BigInt(other.amount.minor);

// ── overrides ─────────────────────────────────────────────────────────────────────────────────────────────────────

const REPLACED = ['groups', 'bonuses', 'limits', 'vesting', 'returnWindowDays'] as const;

const lintOverrides = (overrides: readonly Override[]): readonly Fault[] =>
  overrides.flatMap((override, index) => {
    const pointer = `/overrides/${index}`;
    const shadow = overrides.slice(0, index).find((before) => isAllNamed(override, before));
    return [
      ...(REPLACED.some((word) => override[word] !== undefined) ? [] : [replacesNothing(pointer)]),
      ...(shadow === undefined ? [] : [shadowed(pointer, shadow)]),
    ];
  });

const isAllNamed = ({ partners = [], partnerGroups = [] }: Override, before: Override): boolean =>
  partners.every((partner) => before.partners?.includes(partner)) &&
  partnerGroups.every((group) => before.partnerGroups?.includes(group));

const replacesNothing = (pointer: string): Fault => ({
  pointer,
  code: 'commission.terms_override_without_effect',
  detail: 'replaces nothing: its partners have the terms of everybody else',
});

const shadowed = (pointer: string, { name }: Override): Fault => ({
  pointer,
  code: 'commission.terms_override_without_effect',
  detail: `comes after "${name}", which names all of its partners: it never counts`,
});
