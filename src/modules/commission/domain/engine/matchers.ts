import { unreachable } from '../../../../shared/errors.ts';
import { type Instant, instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { Operand } from '../terms/terms.ts';
import { compare, decimalOf, type Exact, whole } from './exact.ts';

/** What one value is tested for; the negations are made of these. */
export type Positive =
  | { readonly operator: 'equals' | 'lessThan' | 'atMost' | 'moreThan' | 'atLeast'; readonly operand: Operand }
  | { readonly operator: 'contains' | 'startsWith' | 'endsWith'; readonly operand: string }
  | { readonly operator: 'in'; readonly operand: readonly Operand[] }
  | { readonly operator: 'between'; readonly operand: readonly Operand[] };

export type Matcher<Value> = (value: Value) => boolean;

export const textMatcher = ({ operator, operand }: Positive, fold: (text: string) => string): Matcher<string> => {
  if (operator === 'in') {
    const texts = new Set(operand.map((each) => fold(textOf(each))));
    return (value) => texts.has(value);
  }
  const text = fold(textOf(operand));
  switch (operator) {
    case 'equals':
      return (value) => value === text;
    case 'contains':
      return (value) => value.includes(text);
    case 'startsWith':
      return (value) => value.startsWith(text);
    case 'endsWith':
      return (value) => value.endsWith(text);
    default:
      throw new Error(`texts have no order: ${operator}`);
  }
};

const textOf = (operand: Operand | readonly Operand[]): string => {
  if (typeof operand !== 'string') throw new Error(`a text is compared with ${JSON.stringify(operand)}`);
  return operand;
};

/** Where a value stands to the operand: before it, at it, after it. */
type Sign<Value> = (value: Value) => number;

/** For whatever has an order: numbers, amounts, moments. */
export const orderMatcher = <Value>(
  { operator, operand }: Positive,
  signOf: (operand: Operand) => Sign<Value>,
): Matcher<Value> => {
  if (operator === 'in') {
    const signs = operand.map(signOf);
    return (value) => signs.some((sign) => sign(value) === 0);
  }
  if (operator === 'between') return betweenMatcher(operand.map(signOf));
  const sign = signOf(operand);
  switch (operator) {
    case 'equals':
      return (value) => sign(value) === 0;
    case 'lessThan':
      return (value) => sign(value) < 0;
    case 'atMost':
      return (value) => sign(value) <= 0;
    case 'moreThan':
      return (value) => sign(value) > 0;
    case 'atLeast':
      return (value) => sign(value) >= 0;
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      throw new Error(`only texts have parts: ${operator}`);
    default:
      return unreachable(operator);
  }
};

const betweenMatcher = <Value>([from, to]: readonly Sign<Value>[]): Matcher<Value> => {
  if (from === undefined || to === undefined) throw new Error('between has two ends');
  return (value) => from(value) >= 0 && to(value) <= 0;
};

/** Whole numbers that both fit are compared as they are; anything else as exact decimals. */
export const numberSign = (operand: Operand): Sign<number> => {
  const exact = operandDecimal(operand);
  const plain = Number(exact.num);
  const isPlain = exact.den === 1n && Number.isSafeInteger(plain);
  return (value) =>
    isPlain && Number.isSafeInteger(value) ? value - plain : compare(decimalOf(String(value)) ?? whole(0n), exact);
};

export const decimalSign = (operand: Operand): Sign<Exact> => {
  const exact = operandDecimal(operand);
  return (value) => compare(value, exact);
};

const operandDecimal = (operand: Operand): Exact => {
  const exact = typeof operand === 'object' ? undefined : decimalOf(String(operand));
  if (exact === undefined) throw new Error(`${JSON.stringify(operand)} is no decimal`);
  return exact;
};

/** The reader has seen to it that the operand is in the terms' currency, as the facts are. */
export const moneySign = (operand: Operand): Sign<Exact> => {
  const exact = whole(BigInt((operand as MoneyJson).minor));
  return (value) => compare(value, exact);
};

export const instantSign = (operand: Operand): Sign<Instant> => {
  const at = instant(textOf(operand));
  return (value) => (value < at ? -1 : value > at ? 1 : 0);
};
