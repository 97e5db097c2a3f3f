/**
 * Comparisons made ready. Each tests one fact by one operator, exactly: numbers as decimals, amounts as fractions of
 * minor units, moments as moments. A fact that is absent stops the calculation; only `exists` may ask for it.
 */
import { AppError } from '../../../../shared/errors.ts';
import { Money } from '../../../../shared/money.ts';
import type { PassedOver } from '../explaining/explanation.ts';
import type { FactName } from './facts.ts';
import { type Comparison, type Operand, operatorOf } from '../terms/terms.ts';
import { isOfLine, shownReader } from './fact-readers.ts';
import { type Question, questionOf } from './questions.ts';
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
  private readonly question: Question;
  private readonly missing: (sight: Sight) => AppError;

  constructor(comparison: Comparison, place: Place) {
    this.says = cut(saying(comparison));
    this.failure = failureAt(place, this.says);
    this.shown = shownReader(comparison.fact, place.currency);
    this.factNumber = place.factNumber(comparison.fact);
    this.number = place.testNumber(comparison);
    this.isOfLine = isOfLine(comparison.fact);
    this.question = questionOf(comparison, place.name);
    this.missing = (sight) => missing(comparison.fact, place, sight);
  }

  /** Throws `commission.fact_missing`, `commission.fact_unreadable`. */
  holds(sight: Sight): boolean {
    const look = this.isOfLine ? sight.look : OF_THE_ORDER;
    const before = sight.results[this.number] ?? 0;
    if (before >> 1 === look) return (before & 1) === 1;
    if (sight.seen !== undefined) sight.seen[this.factNumber] = sight.look;
    const value = this.question.read(sight);
    if (value === undefined) throw this.missing(sight);
    const holds = this.question.matches(value);
    sight.results[this.number] = look * 2 + (holds ? 1 : 0);
    return holds;
  }
}

export const failureAt = ({ name, rank }: Place, failedOn: string): PassedOver => ({ name, rank, failedOn });

const missing = (fact: FactName, { name }: Place, { facts: { order }, at }: Sight): AppError => {
  const where =
    at === undefined || !isOfLine(fact)
      ? `order ${order.orderRef}`
      : `line ${at.line.lineRef} of order ${order.orderRef}`;
  return new AppError(
    'refused',
    'commission.fact_missing',
    `"${name}" looks at ${fact}, which ${where} does not have; tell the order again with it, at an earlier time, and let terms for later orders ask first whether it exists`,
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

/** An explanation says each comparison for every line that it decides; the terms say it in full. */
const LONGEST = 500;

const cut = (text: string): string => {
  const characters = Array.from(text.slice(0, 2 * (LONGEST + 1)));
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : text;
};

const operandText = (operand: Operand): string => {
  if (typeof operand === 'object') return Money.fromJson(operand).toString();
  return typeof operand === 'number' ? String(operand) : `"${operand}"`;
};
