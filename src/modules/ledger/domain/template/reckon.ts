/** Amounts and conditions of a template, from what its names mean and what accounts hold. */
import { Money } from '../../../../shared/money.ts';
import { divide, Rate } from '../../../../shared/rate.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Amount, Condition, Part } from './template.ts';

export interface Scope {
  readonly currency: string;
  /** Parameters, as text. */
  readonly texts: ReadonlyMap<string, string>;
  /** Amounts by name, and the number of a repetition. */
  readonly amounts: ReadonlyMap<string, bigint>;
  /** By code, on the normal side. */
  readonly balances: ReadonlyMap<string, bigint>;
}

/** What is in braces, replaced. */
export const filled = (text: string, { texts, amounts }: Pick<Scope, 'texts' | 'amounts'>): string =>
  text.replace(/\{([^}]*)\}/g, (_, name: string) => texts.get(name) ?? amounts.get(name)?.toString() ?? '');

export const reckon = (amount: Amount, scope: Scope): bigint => {
  const each = (amounts: readonly Amount[]): readonly bigint[] => amounts.map((one) => reckon(one, scope));
  if (typeof amount === 'string') return named(amount, scope);
  if ('sum' in amount) return each(amount.sum).reduce((sum, one) => sum + one, 0n);
  if ('less' in amount) return each(amount.less).reduce((rest, one) => rest - one);
  if ('least' in amount) return each(amount.least).reduce((least, one) => (one < least ? one : least));
  if ('greatest' in amount) return each(amount.greatest).reduce((most, one) => (one > most ? one : most));
  if ('percent' in amount) return percentOf(amount.percent, scope).of(reckon(amount.of, scope), 'half_up');
  if ('balance' in amount) return scope.balances.get(filled(amount.balance, scope)) ?? 0n;
  return 'fraction' in amount ? fraction(each(amount.fraction)) : partsOf(amount.parts, scope);
};

const named = (text: string, { amounts, texts }: Scope): bigint =>
  /^\d+$/.test(text) ? BigInt(text) : (amounts.get(text) ?? BigInt(texts.get(text) ?? '0'));

const percentOf = (text: string, { texts }: Scope): Rate =>
  Rate.percent(/^\d/.test(text) ? text : (texts.get(text) ?? '0'));

const fraction = ([of = 0n, by = 0n, over = 1n]: readonly bigint[]): bigint => {
  if (over <= 0n) throw refused('a fraction needs something above zero to be divided by');
  return divide(of * by, over, 'half_up');
};

const MOST_PARTS = 1_200n;

const partsOf = (
  { of, among, from, through }: Readonly<Record<'of' | 'among' | 'from' | 'through', Amount>>,
  scope: Scope,
): bigint => {
  const count = reckon(among, scope);
  if (count < 1n || count > MOST_PARTS) throw refused(`a whole has 1 to ${MOST_PARTS} parts`);
  const whole = Money.of(reckon(of, scope), scope.currency);
  const parts = whole.allocate(Array.from({ length: Number(count) }, () => 1n));
  const [first, last] = [Number(reckon(from, scope)), Number(reckon(through, scope))];
  return parts.slice(Math.max(first, 1) - 1, Math.max(last, 0)).reduce((sum, { minor }) => sum + minor, 0n);
};

export const holds = (condition: Condition, scope: Scope): boolean => {
  if ('all' in condition) return condition.all.every((one) => holds(one, scope));
  if ('any' in condition) return condition.any.some((one) => holds(one, scope));
  if ('not' in condition) return !holds(condition.not, scope);
  if ('is' in condition) return scope.texts.get(condition.is[0]) === condition.is[1];
  if ('moreThan' in condition) return reckon(condition.moreThan[0], scope) > reckon(condition.moreThan[1], scope);
  if ('equal' in condition) return reckon(condition.equal[0], scope) === reckon(condition.equal[1], scope);
  return reckon(condition.atLeast[0], scope) >= reckon(condition.atLeast[1], scope);
};

export interface Share {
  readonly account: string;
  readonly minor: bigint;
}

/** As weights that stay whole: nine decimals, as the form of a percentage allows. */
const weightOf = (percent: Rate): bigint => (percent.numerator * 100_000_000_000n) / percent.denominator;
const WHOLE = 100_000_000_000n;

/**
 * Percentages of the whole by largest remainder, what is fixed, and the remainder: they sum to the whole. Throws
 * `ledger.template_refused` when the others leave less than nothing.
 */
export const distribute = (whole: bigint, parts: readonly Part[], scope: Scope): readonly Share[] => {
  const present = parts.filter(({ when }) => when === undefined || holds(when, scope));
  const weights = present.map(({ percent }) => (percent === undefined ? 0n : weightOf(percentOf(percent, scope))));
  const left = WHOLE - weights.reduce((sum, weight) => sum + weight, 0n);
  if (left < 0n) throw refused('the percentages are more than the whole');
  const split = Money.of(whole, scope.currency).allocate([...weights, left]);
  const given = present.map(({ fixed }, index) =>
    fixed === undefined ? (split[index]?.minor ?? 0n) : reckon(fixed, scope),
  );
  const rest = whole - given.reduce((sum, minor) => sum + minor, 0n);
  if (rest < 0n) throw refused(`the parts of ${whole} are more than the whole`);
  return present.map(({ account, remainder }, index) => ({
    account: filled(account, scope),
    minor: remainder === true ? rest : (given[index] ?? 0n),
  }));
};

const refused = (because: string): AppError => new AppError('refused', 'ledger.template_refused', because);
