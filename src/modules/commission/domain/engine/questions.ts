/** What a comparison reads of an order, and what that must be. */
import { AppError, unreachable } from '../../../../shared/errors.ts';
import type { FactName } from './facts.ts';
import { type Comparison, operatorOf } from '../terms/terms.ts';
import { decimalOf, type Exact } from './exact.ts';
import { metadataReader, type Read, readerOf, typeOf } from './fact-readers.ts';
import {
  decimalSign,
  instantSign,
  type Matcher,
  moneySign,
  numberSign,
  orderMatcher,
  type Positive,
  textMatcher,
} from './matchers.ts';
import type { Sight } from './sight.ts';

export interface Question {
  /** Undefined: the order does not have it. */
  readonly read: Read<unknown>;
  readonly matches: Matcher<unknown>;
}

/** `asker`: the group or bonus, for whoever has to find it. */
export const questionOf = (comparison: Comparison, asker: string): Question => {
  if ('exists' in comparison) return existence(comparison.fact, comparison.exists);
  const operator = operatorOf(comparison);
  const operand = (comparison as unknown as Record<string, unknown>)[operator];
  const isNegated = Object.hasOwn(NEGATED, operator);
  const positive = {
    operator: isNegated ? NEGATED[operator as keyof typeof NEGATED] : operator,
    operand,
  } as Positive;
  const { read, matches } = positiveQuestion(comparison.fact, positive, asker);
  return { read, matches: isNegated ? (value) => !matches(value) : matches };
};

const NEGATED = { notEquals: 'equals', notIn: 'in', notContains: 'contains' } as const;

const positiveQuestion = (fact: FactName, positive: Positive, asker: string): Question => {
  const type = typeOf(fact);
  switch (type) {
    case 'text':
      return question(readerOf<'text'>(fact), textMatcher(positive, asItIs));
    case 'texts':
      return textsQuestion(fact, positive);
    case 'number':
      return question(readerOf<'number'>(fact), orderMatcher(positive, numberSign));
    case 'money':
      return question(readerOf<'money'>(fact), orderMatcher(positive, moneySign));
    case 'instant':
      return question(readerOf<'instant'>(fact), orderMatcher(positive, instantSign));
    case 'metadata':
      return metadataQuestion(fact, positive, asker);
    default:
      return unreachable(type);
  }
};

/** What is read is what is matched, which is forgotten from here on. */
const question = <Value>(read: Read<Value>, matches: Matcher<Value>): Question => ({
  read,
  matches: matches as Matcher<unknown>,
});

const asItIs = (text: string): string => text;

/** Whether one of several is meant; to contain a text is to have it among them. */
const textsQuestion = (fact: FactName, positive: Positive): Question => {
  const fold = fact === 'order.coupons' ? asCoupon : asItIs;
  const meant = positive.operator === 'contains' ? { ...positive, operator: 'equals' as const } : positive;
  const matches = textMatcher(meant, fold);
  return question(readerOf<'texts'>(fact), (values) => values.some((value) => matches(fold(value))));
};

/** Customers type codes as they like; attribution knows them by the same rule. */
const asCoupon = (code: string): string => code.normalize('NFKC').trim().toLowerCase();

/** Text or number, as the operand is; what has an order is a number. */
const metadataQuestion = (fact: FactName, positive: Positive, asker: string): Question => {
  const read = metadataReader(fact);
  if (!isNumeric(positive)) return question((sight) => textOf(read(sight)), textMatcher(positive, asItIs));
  const number: Read<Exact> = (sight) => {
    const value = read(sight);
    return value === undefined ? undefined : numberOf(value, fact, asker, sight);
  };
  return question(number, orderMatcher(positive, decimalSign));
};

const ORDERED = new Set<string>(['lessThan', 'atMost', 'moreThan', 'atLeast', 'between']);

const isNumeric = ({ operator, operand }: Positive): boolean =>
  ORDERED.has(operator) || [operand].flat().every((each) => typeof each === 'number');

const textOf = (value: string | number | undefined): string | undefined =>
  value === undefined ? undefined : String(value);

const numberOf = (value: string | number, fact: FactName, asker: string, { facts: { order } }: Sight): Exact => {
  const exact = decimalOf(String(value));
  if (exact !== undefined) return exact;
  throw new AppError(
    'refused',
    'commission.fact_unreadable',
    `"${asker}" compares ${fact} with a number, and order ${order.orderRef} has another kind of value there; tell the order again with a number, at an earlier time`,
    { ids: { orderId: order.orderId } },
  );
};

/** An empty text is nothing that anybody gave. */
const existence = (fact: FactName, expected: boolean): Question => {
  const read = typeOf(fact) === 'metadata' ? metadataReader(fact) : readerOf<'text'>(fact);
  return question(
    (sight) => isGiven(read(sight)),
    (given) => given === expected,
  );
};

const isGiven = (value: unknown): boolean => value !== undefined && value !== '' && !isEmptyList(value);

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
