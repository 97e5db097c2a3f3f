/**
 * Comparisons made ready. Each tests one fact by one operator, exactly: numbers as decimals, amounts as fractions of
 * minor units, moments as moments. A fact that is absent stops the calculation; only `exists` may ask for it.
 */
import { AppError } from '../../../../shared/errors.ts';
import { Money } from '../../../../shared/money.ts';
import type { PassedOver } from '../explanation.ts';
import type { FactName } from '../facts.ts';
import { type Comparison, type Operand, operatorOf } from '../terms.ts';
import { decimalOf, type Exact } from './exact.ts';
import { isOfLine, metadataReader, type Read, readerOf, shownReader, typeOf } from './fact-readers.ts';
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

/** Where a comparison stands. */
export interface Place {
  /** The group or bonus, for whoever has to find it. */
  readonly name: string;
  readonly rank: number;
  readonly currency: string;
  /** Numbers the facts that are looked at. */
  readonly factNumber: (fact: FactName) => number;
  /** Numbers what is asked of them; who asks the same is given the same. */
  readonly testNumber: (comparison: Comparison) => number;
}

type Predicate = (sight: Sight) => boolean;

/** What is asked of the order once holds for all of its lines. */
const OF_THE_ORDER = 1;

/** One comparison, made ready. */
export class Test {
  readonly says: string;
  /** What an explanation says where the group fails on this. */
  readonly failure: PassedOver;
  readonly shown: (sight: Sight) => string | null;
  private readonly factNumber: number;
  private readonly number: number;
  private readonly isOfLine: boolean;
  private readonly predicate: Predicate;

  constructor(comparison: Comparison, place: Place) {
    this.says = saying(comparison);
    this.failure = failureAt(place, this.says);
    this.shown = shownReader(comparison.fact, place.currency);
    this.factNumber = place.factNumber(comparison.fact);
    this.number = place.testNumber(comparison);
    this.isOfLine = isOfLine(comparison.fact);
    this.predicate = predicateOf(comparison, place);
  }

  /** Throws `commission.fact_missing`, `commission.fact_unreadable`. */
  holds(sight: Sight): boolean {
    const look = this.isOfLine ? sight.look : OF_THE_ORDER;
    const before = sight.results[this.number] ?? 0;
    if (before >> 1 === look) return (before & 1) === 1;
    sight.seen[this.factNumber] = sight.look;
    const holds = this.predicate(sight);
    sight.results[this.number] = look * 2 + (holds ? 1 : 0);
    return holds;
  }
}

export const failureAt = ({ name, rank }: Place, failedOn: string): PassedOver => ({ name, rank, failedOn });

const NEGATED = { notEquals: 'equals', notIn: 'in', notContains: 'contains' } as const;

const predicateOf = (comparison: Comparison, place: Place): Predicate => {
  if ('exists' in comparison) return existence(comparison.fact, comparison.exists);
  const operator = operatorOf(comparison);
  const operand = (comparison as unknown as Record<string, unknown>)[operator];
  const isNegated = Object.hasOwn(NEGATED, operator);
  const positive = {
    operator: isNegated ? NEGATED[operator as keyof typeof NEGATED] : operator,
    operand,
  } as Positive;
  const holds = positivePredicate(comparison.fact, positive, place);
  return isNegated ? (sight) => !holds(sight) : holds;
};

const positivePredicate = (fact: FactName, positive: Positive, place: Place): Predicate => {
  const type = typeOf(fact);
  switch (type) {
    case 'text':
      return onValue(fact, place, readerOf(fact, 'text'), textMatcher(positive, asItIs));
    case 'texts':
      return onTexts(fact, positive);
    case 'number':
      return onValue(fact, place, readerOf(fact, 'number'), orderMatcher(positive, numberSign));
    case 'money':
      return onValue(fact, place, readerOf(fact, 'money'), orderMatcher(positive, moneySign));
    case 'instant':
      return onValue(fact, place, readerOf(fact, 'instant'), orderMatcher(positive, instantSign));
    case 'metadata':
      return onMetadata(fact, positive, place);
    default:
      throw new Error(`there is no fact ${fact}`);
  }
};

const asItIs = (text: string): string => text;

const onValue =
  <Value>(fact: FactName, place: Place, read: Read<Value>, matches: Matcher<Value>): Predicate =>
  (sight) => {
    const value = read(sight);
    if (value === undefined) throw missing(fact, place, sight);
    return matches(value);
  };

/** Whether one of several is meant; to contain a text is to have it among them. */
const onTexts = (fact: FactName, positive: Positive): Predicate => {
  const fold = fact === 'order.coupons' ? asCoupon : asItIs;
  const meant = positive.operator === 'contains' ? { ...positive, operator: 'equals' as const } : positive;
  const matches = textMatcher(meant, fold);
  const read = readerOf(fact, 'texts');
  return (sight) => (read(sight) ?? []).some((value) => matches(fold(value)));
};

/** Customers type codes as they like; attribution knows them by the same rule. */
const asCoupon = (code: string): string => code.normalize('NFKC').trim().toLowerCase();

/** Text or number, as the operand is; what has an order is a number. */
const onMetadata = (fact: FactName, positive: Positive, place: Place): Predicate => {
  const read = metadataReader(fact);
  if (!isNumeric(positive)) {
    const matches = textMatcher(positive, asItIs);
    return onValue(fact, place, (sight) => textOf(read(sight)), matches);
  }
  const matches = orderMatcher(positive, decimalSign);
  return onValue(fact, place, (sight) => numberOf(read(sight), fact, place, sight), matches);
};

const ORDERED = new Set<string>(['lessThan', 'atMost', 'moreThan', 'atLeast', 'between']);

const isNumeric = ({ operator, operand }: Positive): boolean =>
  ORDERED.has(operator) || [operand].flat().every((each) => typeof each === 'number');

const textOf = (value: string | number | undefined): string | undefined =>
  value === undefined ? undefined : String(value);

const numberOf = (
  value: string | number | undefined,
  fact: FactName,
  { name }: Place,
  { facts: { order } }: Sight,
): Exact | undefined => {
  if (value === undefined) return undefined;
  const exact = decimalOf(String(value));
  if (exact !== undefined) return exact;
  throw new AppError(
    'refused',
    'commission.fact_unreadable',
    `"${name}" compares ${fact} with a number, and order ${order.orderRef} has another kind of value there; correct the order or publish other terms, then re-drive`,
    { ids: { orderId: order.orderId } },
  );
};

/** An empty text is nothing that anybody gave. */
const existence = (fact: FactName, expected: boolean): Predicate => {
  const read = typeOf(fact) === 'metadata' ? metadataReader(fact) : readerOf(fact, 'text');
  return (sight) => isGiven(read(sight)) === expected;
};

const isGiven = (value: unknown): boolean => value !== undefined && value !== '' && !isEmptyList(value);

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const missing = (fact: FactName, { name }: Place, { facts: { order }, at }: Sight): AppError => {
  const where = at === undefined ? `order ${order.orderRef}` : `line ${at.line.lineRef} of order ${order.orderRef}`;
  return new AppError(
    'refused',
    'commission.fact_missing',
    `"${name}" looks at ${fact}, which ${where} does not have; publish terms that ask whether it exists, or send it, then re-drive`,
    { ids: { orderId: order.orderId } },
  );
};

// ── in words ──────────────────────────────────────────────────────────────────────────────────────────────────────

const WORDS = {
  equals: 'equals',
  notEquals: 'does not equal',
  in: 'is one of',
  notIn: 'is none of',
  contains: 'contains',
  notContains: 'does not contain',
  startsWith: 'starts with',
  endsWith: 'ends with',
  lessThan: 'is less than',
  atMost: 'is at most',
  moreThan: 'is more than',
  atLeast: 'is at least',
} as const;

const saying = (comparison: Comparison): string => {
  const { fact } = comparison;
  if ('exists' in comparison) return `${fact} ${comparison.exists ? 'is given' : 'is not given'}`;
  if ('between' in comparison) return `${fact} is between ${comparison.between.map(operandText).join(' and ')}`;
  const operator = operatorOf(comparison) as keyof typeof WORDS;
  const operand = (comparison as unknown as Record<string, Operand | readonly Operand[]>)[operator];
  return `${fact} ${WORDS[operator]} ${[operand ?? ''].flat().map(operandText).join(', ')}`;
};

const operandText = (operand: Operand): string => {
  if (typeof operand === 'object') return Money.fromJson(operand).toString();
  return typeof operand === 'number' ? String(operand) : `"${operand}"`;
};
