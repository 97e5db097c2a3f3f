/**
 * What must be true of terms beyond the form of each word. Whatever is not readable by its form is passed by: the form
 * has said so, and everything else that is wrong is still found.
 */
import { isCurrency } from '../../../../../shared/currency.ts';
import { isInstant } from '../../../../../shared/instant.ts';
import { isObject } from '../../../../../shared/shape.ts';
import { decimalOf, compare, type Exact, plus } from '../../engine/exact.ts';
import type { Faults } from './form.ts';

type Words = Readonly<Record<string, unknown>>;

/** Comparisons, and every all and any: an order is looked at with each of them, and an explanation names those tried. */
const MAX_CONDITIONS = 2_000;
const MAX_CONDITIONS_OF_ONE = 200;
/** Of what is compared with, written as JSON. */
const MAX_CHARACTERS = 50_000;

export const checkRules = (input: unknown, faults: Faults): void => {
  if (!isObject(input)) return;
  const terms = input as Words;
  if (typeof terms['currency'] === 'string' && !isCurrency(terms['currency']))
    faults.unreadable('/currency', 'must be an ISO 4217 currency');
  checkAmounts(terms, terms['currency'], faults);
  checkWords(terms, '', faults);
  const overrides = objectsOf(terms['overrides']);
  checkDistinct(overrides, 'name', '/overrides', 'commission.terms_repeated_name', 'is the name of another', faults);
  for (const { item, at } of placed(overrides, '/overrides')) checkWords(item, at, faults);
  checkDistinct(
    objectsOf(terms['recruits']),
    'level',
    '/recruits',
    'commission.terms_repeated_name',
    'is there already',
    faults,
  );
};

interface Placed {
  readonly item: Words;
  readonly at: string;
}

const objectsOf = (value: unknown): readonly Words[] =>
  Array.isArray(value) ? value.map((item: unknown) => (isObject(item) ? (item as Words) : {})) : [];

const placed = (items: readonly Words[], at: string): readonly Placed[] =>
  items.map((item, index) => ({ item, at: `${at}/${index}` }));

/** Groups, bonuses, limits and vesting: of the terms or of an override. */
const checkWords = (words: Words, at: string, faults: Faults): void => {
  const groups = objectsOf(words['groups']);
  const repeated = (list: readonly Words[], name: string, where: string, code: string, detail: string): void => {
    checkDistinct(list, name, `${at}/${where}`, code, detail, faults);
  };
  repeated(groups, 'rank', 'groups', 'commission.terms_overlapping_ranks', 'is the rank of another group too');
  repeated(groups, 'name', 'groups', 'commission.terms_repeated_name', 'is the name of another group too');
  const bonuses = objectsOf(words['bonuses']);
  repeated(bonuses, 'name', 'bonuses', 'commission.terms_repeated_name', 'is the name of another bonus too');
  for (const group of placed(groups, `${at}/groups`)) checkGroup(group, faults);
  for (const { item, at: place } of placed(bonuses, `${at}/bonuses`)) checkDuring(item['during'], place, faults);
  checkLimits(objectsOf(words['limits']), `${at}/limits`, faults);
  checkVesting(objectsOf(words['vesting']), `${at}/vesting`, faults);
};

const checkDistinct = (
  items: readonly Words[],
  name: string,
  at: string,
  code: string,
  detail: string,
  faults: Faults,
): void => {
  const seen = new Map<unknown, number>();
  for (const [index, item] of items.entries()) {
    const value = item[name];
    if (value === undefined) continue;
    const first = seen.get(value);
    if (first === undefined) seen.set(value, index);
    else faults.fault(`${at}/${index}/${name}`, code, `${detail}: number ${first + 1} of the list`);
  }
};

// ── groups ────────────────────────────────────────────────────────────────────────────────────────────────────────

const checkGroup = ({ item, at }: Placed, faults: Faults): void => {
  checkDuring(item['during'], at, faults);
  const amount = isObject(item['amount']) ? (item['amount'] as Words) : {};
  const [least, most] = [minorOf(amount['atLeast']), minorOf(amount['atMost'])];
  if (least !== undefined && most !== undefined && least > most)
    faults.fault(`${at}/amount/atLeast`, 'commission.terms_impossible', 'must not be more than atMost');
  const tiers = isObject(amount['tiers']) ? (amount['tiers'] as Words) : {};
  checkSteps(objectsOf(tiers['steps']), `${at}/amount/tiers/steps`, faults);
};

const minorOf = (money: unknown): bigint | undefined => {
  const minor = isObject(money) ? (money as Words)['minor'] : undefined;
  return typeof minor === 'string' && /^\d{1,18}$/.test(minor) ? BigInt(minor) : undefined;
};

const checkSteps = (steps: readonly Words[], at: string, faults: Faults): void => {
  let before: bigint | undefined;
  for (const [index, { from }] of steps.entries()) {
    if (typeof from !== 'string' || !/^\d{1,18}$/.test(from)) continue;
    const begins = BigInt(from);
    if (index === 0 && begins !== 0n)
      faults.fault(`${at}/0/from`, 'commission.terms_tiers_unsorted', 'must be "0": the first step begins there');
    if (before !== undefined && begins <= before)
      faults.fault(
        `${at}/${index}/from`,
        'commission.terms_tiers_unsorted',
        'must be more than the step before begins at',
      );
    before = begins;
  }
};

const checkDuring = (during: unknown, at: string, faults: Faults): void => {
  if (!isObject(during)) return;
  const { from, until, hours } = during as Words;
  if (isInstant(from) && isInstant(until) && Date.parse(until) <= Date.parse(from))
    faults.fault(
      `${at}/during/until`,
      'commission.terms_impossible',
      'must come after from: it is over before it begins',
    );
  const [begin, end] = Array.isArray(hours) ? (hours as readonly unknown[]) : [];
  if (typeof begin === 'string' && typeof end === 'string' && end <= begin)
    faults.fault(
      `${at}/during/hours`,
      'commission.terms_impossible',
      'must begin before they end; for a night, write two groups',
    );
};

// ── limits and vesting ────────────────────────────────────────────────────────────────────────────────────────────

const checkLimits = (limits: readonly Words[], at: string, faults: Faults): void => {
  const seen = new Map<string, number>();
  for (const [index, limit] of limits.entries()) {
    const { per, period = '' } = limit;
    if (typeof per !== 'string' || typeof period !== 'string') continue;
    const kind = `${per} ${period} ${Object.hasOwn(limit, 'orders')}`;
    const first = seen.get(kind);
    if (first === undefined) seen.set(kind, index);
    else
      faults.fault(
        `${at}/${index}/per`,
        'commission.terms_repeated_limit',
        `is limited in this way already: by number ${first + 1} of the list`,
      );
  }
};

const WHOLE: Exact = { num: 100n, den: 1n };

const checkVesting = (steps: readonly Words[], at: string, faults: Faults): void => {
  checkDistinct(steps, 'milestone', at, 'commission.terms_repeated_milestone', 'vests already', faults);
  const percents = steps.flatMap(({ percent }) => (typeof percent === 'string' ? (decimalOf(percent) ?? []) : []));
  if (percents.length > 0 && percents.length === steps.length && compare(percents.reduce(plus), WHOLE) !== 0)
    faults.fault(at, 'commission.terms_vesting_incomplete', 'must sum to 100 percent');
};

// ── everywhere ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Every amount in the terms' currency, every range the right way round, and not more than an order can stand. */
const checkAmounts = (terms: Words, currency: unknown, faults: Faults): void => {
  const whole: Size = { conditions: 0, characters: 0 };
  visit(terms, '', (value, at) => {
    if (typeof value['minor'] === 'string' && typeof value['currency'] === 'string' && value['currency'] !== currency)
      faults.fault(
        `${at}/currency`,
        'commission.terms_mixed_units',
        `must be ${typeof currency === 'string' ? currency : 'the currency'}, as the terms`,
      );
    if ('fact' in value) checkRange(value['between'], `${at}/between`, faults);
    if ('when' in value) checkSize(value['when'], `${at}/when`, whole, faults);
  });
  if (whole.conditions > MAX_CONDITIONS || whole.characters > MAX_CHARACTERS)
    faults.fault(
      '',
      'commission.terms_too_large',
      `must not hold more than ${MAX_CONDITIONS} conditions, and ${MAX_CHARACTERS} characters to compare with`,
    );
};

interface Size {
  conditions: number;
  characters: number;
}

const checkSize = (when: unknown, at: string, whole: Size, faults: Faults): void => {
  const before = whole.conditions;
  measure(when, whole);
  if (whole.conditions - before > MAX_CONDITIONS_OF_ONE)
    faults.fault(at, 'commission.terms_too_large', `must not hold more than ${MAX_CONDITIONS_OF_ONE} conditions`);
};

const measure = (condition: unknown, size: Size): void => {
  if (!isObject(condition)) return;
  const { fact, all, any, ...comparison } = condition as Words;
  size.conditions += 1;
  if (fact !== undefined) size.characters += JSON.stringify(Object.values(comparison)).length;
  for (const parts of [all, any]) for (const part of Array.isArray(parts) ? parts : []) measure(part, size);
};

const visit = (value: unknown, at: string, look: (value: Words, at: string) => void): void => {
  if (typeof value !== 'object' || value === null) return;
  look(value as Words, at);
  for (const [name, member] of Object.entries(value)) visit(member, `${at}/${name}`, look);
};

const checkRange = (range: unknown, at: string, faults: Faults): void => {
  const [from, to] = Array.isArray(range) ? (range as readonly unknown[]).map(orderOf) : [];
  if (from !== undefined && to !== undefined && compare(from, to) > 0)
    faults.fault(at, 'commission.terms_impossible', 'must begin where it does not end before: nothing lies between');
};

/** Where a value lies among others of its kind. */
const orderOf = (value: unknown): Exact | undefined => {
  if (isInstant(value)) return { num: BigInt(Date.parse(value)), den: 1n };
  const minor = minorOf(value);
  if (minor !== undefined) return { num: minor, den: 1n };
  return typeof value === 'string' || typeof value === 'number' ? decimalOf(String(value)) : undefined;
};
