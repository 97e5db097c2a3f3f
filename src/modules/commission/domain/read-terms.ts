/**
 * Reads terms somebody wrote. Everything wrong is found at once, each with its place; what cannot be read is never
 * given a meaning. Later code may rely on every word of what comes out.
 */
import { isCurrency } from '../../../shared/currency.ts';
import type { Fault } from '../../../shared/errors.ts';
import { divide, Rate } from '../../../shared/rate.ts';
import { MILESTONES } from '../../orders/index.ts';
import { FACTS } from './facts.ts';
import type { Terms } from './terms.ts';

const MAX_GROUPS = 200;
const MAX_DEPTH = 8;
/** Of a flat amount: on all the lines an order may have, it stays within what an order may come to. */
const FLAT_DIGITS = 12;
const LIMIT_DIGITS = 18;
const ROUNDINGS = ['half_up', 'half_even', 'down', 'up'];

type Members = Readonly<Record<string, unknown>>;

/** Collects faults while it looks around. */
class Reader {
  readonly faults: Fault[] = [];

  fault(pointer: string, code: string, detail: string): void {
    this.faults.push({ pointer, code, detail });
  }

  members(value: unknown, pointer: string, known: readonly string[]): Members {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fault(pointer, 'commission.terms_unreadable', 'must be an object');
      return {};
    }
    for (const name of Object.keys(value)) {
      if (!known.includes(name))
        this.fault(
          `${pointer}/${name}`,
          'commission.terms_unknown_word',
          `is not a word of terms; known here: ${known.join(', ')}`,
        );
    }
    return value as Members;
  }

  list(value: unknown, pointer: string, min: number, max: number): readonly unknown[] {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      this.fault(pointer, 'commission.terms_unreadable', `must be a list of ${min} to ${max}`);
      return [];
    }
    return value;
  }

  oneOf(value: unknown, pointer: string, allowed: readonly unknown[]): void {
    if (!allowed.includes(value))
      this.fault(pointer, 'commission.terms_unreadable', `must be one of ${allowed.join(', ')}`);
  }

  text(value: unknown, pointer: string): void {
    if (typeof value !== 'string' || value.length === 0 || value.length > 200)
      this.fault(pointer, 'commission.terms_unreadable', 'must be a text of 1 to 200 characters');
  }

  whole(value: unknown, pointer: string, min: number, max: number): void {
    if (!Number.isInteger(value) || Number(value) < min || Number(value) > max)
      this.fault(pointer, 'commission.terms_unreadable', `must be a whole number from ${min} to ${max}`);
  }

  /** A percentage from 0 to 100, as exact text; its millionths, or undefined. */
  percent(value: unknown, pointer: string): bigint | undefined {
    if (typeof value === 'string' && /^\d{1,3}(\.\d{1,6})?$/.test(value)) {
      const { numerator, denominator } = Rate.parse(value);
      const millionths = divide(numerator * 1_000_000n, denominator, 'down');
      if (millionths <= 100_000_000n) return millionths;
    }
    this.fault(pointer, 'commission.terms_unreadable', 'must be a percentage as text, from 0 to 100, like "6.5"');
    return undefined;
  }

  money(value: unknown, pointer: string, currency: unknown, digits: number): void {
    const { minor, currency: own } = this.members(value, pointer, ['minor', 'currency']);
    if (typeof minor !== 'string' || !/^\d+$/.test(minor) || minor.length > digits)
      this.fault(
        `${pointer}/minor`,
        'commission.terms_unreadable',
        `must be minor units as text, of at most ${digits} digits`,
      );
    if (own !== currency)
      this.fault(`${pointer}/currency`, 'commission.terms_mixed_units', 'must be the currency of the terms');
  }
}

export const readTerms = (input: unknown): { readonly terms: Terms } | { readonly faults: readonly Fault[] } => {
  const reader = new Reader();
  const terms = reader.members(input, '', ['currency', 'rounding', 'groups', 'limits', 'vesting', 'returnWindowDays']);
  if (typeof terms['currency'] !== 'string' || !isCurrency(terms['currency']))
    reader.fault('/currency', 'commission.terms_unreadable', 'must be an ISO 4217 currency');
  reader.oneOf(terms['rounding'], '/rounding', ROUNDINGS);
  readGroups(reader, terms['groups'], terms['currency']);
  readLimits(reader, terms['limits'], terms['currency']);
  readVesting(reader, terms['vesting']);
  reader.whole(terms['returnWindowDays'], '/returnWindowDays', 0, 1_000);
  return reader.faults.length > 0 ? { faults: reader.faults } : { terms: input as Terms };
};

const readGroups = (reader: Reader, input: unknown, currency: unknown): void => {
  const ranks = new Map<unknown, number>();
  const names = new Map<unknown, number>();
  for (const [index, item] of reader.list(input, '/groups', 1, MAX_GROUPS).entries()) {
    const at = `/groups/${index}`;
    const group = reader.members(item, at, ['name', 'rank', 'when', 'amount']);
    reader.text(group['name'], `${at}/name`);
    reader.whole(group['rank'], `${at}/rank`, 1, 1_000_000);
    if (ranks.has(group['rank']))
      reader.fault(
        `${at}/rank`,
        'commission.terms_overlapping_ranks',
        `is the rank of group ${ranks.get(group['rank'])} too`,
      );
    if (names.has(group['name']))
      reader.fault(
        `${at}/name`,
        'commission.terms_repeated_name',
        `is the name of group ${names.get(group['name'])} too`,
      );
    ranks.set(group['rank'], index);
    names.set(group['name'], index);
    readCondition(reader, group['when'], `${at}/when`, 0);
    readAmount(reader, group['amount'], `${at}/amount`, currency);
  }
};

const readAmount = (reader: Reader, input: unknown, at: string, currency: unknown): void => {
  const amount = reader.members(input, at, ['percent', 'flat']);
  if ('percent' in amount === 'flat' in amount)
    reader.fault(at, 'commission.terms_unreadable', 'must have either percent or flat');
  else if ('percent' in amount) reader.percent(amount['percent'], `${at}/percent`);
  else reader.money(amount['flat'], `${at}/flat`, currency, FLAT_DIGITS);
};

const readCondition = (reader: Reader, input: unknown, at: string, depth: number): void => {
  if (depth > MAX_DEPTH) {
    reader.fault(at, 'commission.terms_too_deep', `is nested more than ${MAX_DEPTH} deep`);
    return;
  }
  const condition = reader.members(input, at, ['all', 'any', 'fact', 'equals', 'notEquals', 'in', 'exists']);
  const [word, ...more] = Object.keys(condition).filter((name) => name !== 'fact');
  if (word === undefined || more.length > 0) {
    reader.fault(at, 'commission.terms_unreadable', 'must have exactly one of all, any, equals, notEquals, in, exists');
    return;
  }
  if (word === 'all' || word === 'any') {
    if ('fact' in condition) reader.fault(`${at}/fact`, 'commission.terms_unreadable', `does not go with ${word}`);
    for (const [index, part] of reader.list(condition[word], `${at}/${word}`, 0, 100).entries())
      readCondition(reader, part, `${at}/${word}/${index}`, depth + 1);
    return;
  }
  reader.oneOf(condition['fact'], `${at}/fact`, Object.keys(FACTS));
  readOperand(reader, word, condition[word], `${at}/${word}`);
};

const readOperand = (reader: Reader, word: string, operand: unknown, at: string): void => {
  if (word === 'in')
    for (const [index, item] of reader.list(operand, at, 1, 1_000).entries()) reader.text(item, `${at}/${index}`);
  else if (word === 'exists') reader.oneOf(operand, at, [true, false]);
  else reader.text(operand, at);
};

const readLimits = (reader: Reader, input: unknown, currency: unknown): void => {
  const seen = new Set<unknown>();
  for (const [index, item] of reader.list(input, '/limits', 0, 10).entries()) {
    const limit = reader.members(item, `/limits/${index}`, ['per', 'amount']);
    reader.oneOf(limit['per'], `/limits/${index}/per`, ['order']);
    if (seen.has(limit['per']))
      reader.fault(`/limits/${index}/per`, 'commission.terms_repeated_limit', 'has a limit already');
    seen.add(limit['per']);
    reader.money(limit['amount'], `/limits/${index}/amount`, currency, LIMIT_DIGITS);
  }
};

const readVesting = (reader: Reader, input: unknown): void => {
  let total = 0n;
  const seen = new Set<unknown>();
  for (const [index, item] of reader.list(input, '/vesting', 1, MILESTONES.length).entries()) {
    const step = reader.members(item, `/vesting/${index}`, ['milestone', 'percent']);
    reader.oneOf(step['milestone'], `/vesting/${index}/milestone`, MILESTONES);
    if (seen.has(step['milestone']))
      reader.fault(`/vesting/${index}/milestone`, 'commission.terms_repeated_milestone', 'vests already');
    seen.add(step['milestone']);
    total += reader.percent(step['percent'], `/vesting/${index}/percent`) ?? 0n;
  }
  if (total !== 100_000_000n)
    reader.fault('/vesting', 'commission.terms_vesting_incomplete', 'must sum to 100 percent');
};
