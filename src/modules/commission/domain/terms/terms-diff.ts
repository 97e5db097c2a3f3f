/**
 * What becomes different for partners, in words: things are known again by what people call them (a group by its name,
 * a step of vesting by its milestone), so that moving one in the file is no difference.
 */
import { canonicalJson } from '../../../../shared/canonical-json.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type {
  Amount,
  Bonus,
  Condition,
  Group,
  Limit,
  Override,
  PlainAmount,
  Recruit,
  Terms,
  VestingStep,
} from './terms.ts';

export interface Difference {
  readonly kind: 'added' | 'removed' | 'changed';
  /** What it is about: `group "robots"`, `rounding`. */
  readonly what: string;
  readonly says: string;
}

export const diffTerms = (before: Terms | undefined, after: Terms): readonly Difference[] =>
  differences(before === undefined ? new Map() : sentencesOf(before), sentencesOf(after));

/** What each part of the terms says, by what it is about. */
type Sentences = ReadonlyMap<string, string>;

const differences = (before: Sentences, after: Sentences): readonly Difference[] => [
  ...[...after].flatMap(([what, now]): Difference[] => {
    const old = before.get(what);
    if (old === now) return [];
    return old === undefined
      ? [{ kind: 'added', what, says: `${what} is new: ${now}` }]
      : [{ kind: 'changed', what, says: `${what}: ${now}; until now ${old}` }];
  }),
  ...[...before]
    .filter(([what]) => !after.has(what))
    .map(([what, old]): Difference => ({ kind: 'removed', what, says: `${what} goes: ${old}` })),
];

const sentencesOf = (terms: Terms): Sentences => {
  const { groups, bonuses = [], limits, overrides = [], recruits = [], vesting, ...settings } = terms;
  return new Map([
    ...settingsOf(settings),
    ...partsOf({ groups, bonuses, limits, vesting }, ''),
    ...recruits.map((recruit) => [`recruiting at level ${recruit.level}`, recruitSays(recruit)] as const),
    ...orderOf(overrides),
    ...overrides.flatMap(overrideOf),
  ]);
};

const orderOf = (overrides: readonly Override[]): readonly (readonly [string, string])[] =>
  overrides.length < 2
    ? []
    : [
        [
          'overrides, of which the first that names a partner counts',
          overrides.map(({ name }) => quoted(name)).join(', '),
        ],
      ];

const settingsOf = (settings: object): readonly (readonly [string, string])[] =>
  Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [NAMES[name] ?? name, said(value)] as const);

const NAMES: Readonly<Record<string, string>> = {
  returnWindowDays: 'return window, days',
  reviewAfterDays: 'days until somebody must look',
  noticeDays: 'notice, days',
  versionAt: 'moment of the version that judges',
};

interface Parts {
  readonly groups?: readonly Group[] | undefined;
  readonly bonuses?: readonly Bonus[] | undefined;
  readonly limits?: readonly Limit[] | undefined;
  readonly vesting?: readonly VestingStep[] | undefined;
}

const partsOf = (
  { groups = [], bonuses = [], limits = [], vesting = [] }: Parts,
  within: string,
): readonly (readonly [string, string])[] => [
  ...groups.map((group) => [`${within}group ${quoted(group.name)}`, groupSays(group)] as const),
  ...bonuses.map((bonus) => [`${within}bonus ${quoted(bonus.name)}`, bonusSays(bonus)] as const),
  ...limits.map((limit) => [`${within}limit per ${limit.per}${limitScope(limit)}`, limitSays(limit)] as const),
  ...vesting.map(({ milestone, percent }) => [`${within}vesting when ${milestone}`, `${percent} %`] as const),
];

const overrideOf = (override: Override): readonly (readonly [string, string])[] => {
  const { name, partners = [], partnerGroups = [], returnWindowDays, ...parts } = override;
  const within = `override ${quoted(name)}, `;
  const whom = [...partners, ...partnerGroups.map((group) => `group ${quoted(group)}`)].join(', ');
  return [
    [`override ${quoted(name)}`, `for ${whom}`],
    ...partsOf(parts, within),
    ...(['bonuses', 'limits'] as const)
      .filter((list) => parts[list]?.length === 0)
      .map((list) => [`${within}${list}`, 'none, not even those of the terms'] as const),
    ...(returnWindowDays === undefined ? [] : [[`${within}return window, days`, String(returnWindowDays)] as const]),
  ];
};

const groupSays = ({ rank, when, amount, during, budget }: Group): string =>
  [
    `earns ${amountSays(amount)}`,
    `when ${conditionSays(when)}`,
    `rank ${rank}`,
    ...(during === undefined ? [] : [`during ${said(during)}`]),
    ...(budget === undefined ? [] : [`up to ${money(budget)} in all`]),
  ].join(', ');

const bonusSays = ({ when, amount, during }: Bonus): string =>
  `earns ${plainSays(amount, 'an order')}, when ${conditionSays(when)}${during === undefined ? '' : `, during ${said(during)}`}`;

const limitScope = (limit: Limit): string =>
  `${limit.period === undefined ? '' : ` and ${limit.period}`}${'orders' in limit ? ', orders' : ''}`;

const limitSays = (limit: Limit): string => ('orders' in limit ? `${limit.orders} orders` : money(limit.amount));

const recruitSays = ({ percent, months }: Recruit): string =>
  `${percent} % of what the recruited partner earns${months === undefined ? '' : `, for ${months} months`}`;

const amountSays = (amount: Amount): string =>
  [
    'tiers' in amount ? tiersSay(amount.tiers) : plainSays(amount),
    ...(amount.atLeast === undefined ? [] : [`at least ${money(amount.atLeast)}`]),
    ...(amount.atMost === undefined ? [] : [`at most ${money(amount.atMost)}`]),
  ].join(', ');

const plainSays = (amount: PlainAmount, once = 'a line'): string => {
  if ('percent' in amount) return `${amount.percent} %`;
  return 'flat' in amount ? `${money(amount.flat)} ${once}` : `${money(amount.perUnit)} a unit`;
};

const tiersSay = ({ by, of, per, mode, steps }: Extract<Amount, { tiers: unknown }>['tiers']): string =>
  `${mode} by ${by} of the ${of} per ${per}: ${steps.map((step) => `from ${step.from} ${plainSays(step.amount)}`).join(', ')}`;

const conditionSays = (condition: Condition): string => {
  if ('all' in condition) return condition.all.length === 0 ? 'always' : condition.all.map(nestedSays).join(' and ');
  if ('any' in condition) return condition.any.length === 0 ? 'never' : condition.any.map(nestedSays).join(' or ');
  const { fact, ...comparison } = condition;
  const [[word, operand] = ['', '']] = Object.entries(comparison) as [string, unknown][];
  return `${factSays(fact)} ${word.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${said(operand)}`;
};

/** Metadata may have any name; what could be read as more than one is quoted. */
const factSays = (fact: string): string => (/^[\p{L}\p{N}_.:-]+$/u.test(fact) ? fact : quoted(fact));

const nestedSays = (condition: Condition): string => {
  const isCompound = 'all' in condition || 'any' in condition;
  return isCompound ? `(${conditionSays(condition)})` : conditionSays(condition);
};

/** Whatever is in it, it ends where the quotes do. */
const quoted = (name: string): string => JSON.stringify(name);

const said = (value: unknown): string => (isMoney(value) ? money(value) : canonicalJson(value));

const isMoney = (value: unknown): value is MoneyJson =>
  typeof value === 'object' && value !== null && 'minor' in value && 'currency' in value;

const money = (json: MoneyJson): string => Money.fromJson(json).toString();
