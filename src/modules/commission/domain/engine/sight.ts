import { msBetween } from '../../../../shared/instant.ts';
import { exponentOf } from '../../../../shared/currency.ts';
import { localTimeOf, wholeMonths } from '../../../../shared/calendar.ts';
import { Rate } from '../../../../shared/rate.ts';
import type { LineFacts } from '../../../orders/index.ts';
import type { Exchange, Facts } from './facts.ts';
import { type Exact, times, whole } from './exact.ts';

/** Of an order in the terms' own currency. */
export const UNCHANGED: Exact = whole(1n);

const DAY_MS = 86_400_000;

/** What one line comes to, as kept. */
export interface LineWorth {
  readonly line: LineFacts;
  readonly kept: number;
  /** Of one unit, in minor units of the terms' currency. */
  readonly price: Exact;
  /** Unit price times the quantity kept, in minor units of the order's currency. */
  readonly base: bigint;
  /** The same in minor units of the terms' currency. */
  readonly worth: Exact;
}

/** The facts of one order while its terms look at it, line by line. What is dear to find out is found out once. */
export class Sight {
  readonly facts: Facts;
  readonly lines: readonly LineWorth[];
  /** The order's total as kept, in minor units of the terms' currency. */
  readonly total: Exact;
  /** Which line is looked at; none: the order as a whole. */
  at: LineWorth | undefined;
  /** Counts the lines that were looked at, and the order as a whole. */
  look = 0;
  /** By fact: the look in which a condition last saw it. Absent: nobody wants to know. */
  readonly seen: Int32Array | undefined;
  /** By test: the look it was made in, and in the last bit whether it held. Groups often ask the same. */
  readonly results: Int32Array;
  private readonly toTerms: Exact;
  private placed: string | undefined;
  private months: number | undefined;

  constructor(facts: Facts, toTerms: Exact, testCount: number, factCount?: number) {
    this.facts = facts;
    this.toTerms = toTerms;
    this.seen = factCount === undefined ? undefined : new Int32Array(factCount);
    this.results = new Int32Array(testCount);
    this.lines = facts.order.lines.map((line) => this.worthOf(line));
    let total = 0n;
    for (const { worth } of this.lines) total += worth.num;
    this.total = { num: total, den: toTerms.den };
  }

  /** Minor units of the order's currency in those of the terms. */
  private inTerms(minor: bigint): Exact {
    return this.toTerms === UNCHANGED ? whole(minor) : times(whole(minor), this.toTerms);
  }

  private worthOf(line: LineFacts): LineWorth {
    const kept = line.quantity - line.returnedQuantity;
    const price = BigInt(line.unitPrice.minor);
    const base = kept === 1 ? price : price * BigInt(kept);
    return { line, kept, price: this.inTerms(price), base, worth: this.inTerms(base) };
  }

  /** What clocks in the program's zone showed when the order was placed. */
  get placedLocally(): string {
    this.placed ??= localTimeOf(this.facts.order.placedAt, this.facts.timeZone);
    return this.placed;
  }

  get monthsSinceFirstOrder(): number | undefined {
    const first = this.facts.order.customer?.firstOrderAt;
    if (first === undefined) return undefined;
    this.months ??= wholeMonths(localTimeOf(first, this.facts.timeZone), this.placedLocally);
    return this.months;
  }

  /** Less than nothing where the touch came after the order. */
  get daysBeforeOrder(): number {
    const { credit, order } = this.facts;
    return Math.floor(msBetween(credit.touch.touchedAt, order.placedAt) / DAY_MS);
  }
}

/** From minor units to minor units: a rate is between major ones, and currencies have 0, 2 or 3 decimals. */
export const minorRate = ({ from, to, rate }: Exchange): Exact => {
  const [dividend, divisor = '1'] = rate.split('/');
  const [above, below] = [Rate.parse(dividend ?? ''), Rate.parse(divisor)];
  const [num, den] = [above.numerator * below.denominator, above.denominator * below.numerator];
  const shift = exponentOf(to) - exponentOf(from);
  const scale = 10n ** BigInt(Math.abs(shift));
  return shift < 0 ? { num, den: den * scale } : { num: num * scale, den };
};
