/** What a line earns before it is rounded: plain amounts, and those that depend on what the period has come to. */
import { unreachable } from '../../../../shared/errors.ts';
import { Rate } from '../../../../shared/rate.ts';
import type { PlainAmount, TierTable } from '../terms/terms.ts';
import { compare, type Exact, NOTHING, plus, reduced, times, whole } from './exact.ts';

/** A line of which something is kept. */
export interface Earner {
  readonly kept: number;
  /** In minor units of the terms' currency. */
  readonly worth: Exact;
}

/** An amount made ready. */
export type Earning = (earner: Earner) => Exact;

export const plainEarning = (amount: PlainAmount): Earning => {
  if ('percent' in amount) {
    const { numerator, denominator } = Rate.percent(amount.percent);
    const rate = { num: numerator, den: denominator };
    return ({ worth }) => times(worth, rate);
  }
  if ('flat' in amount) {
    const flat = whole(BigInt(amount.flat.minor));
    return () => flat;
  }
  if ('perUnit' in amount) {
    const each = BigInt(amount.perUnit.minor);
    return ({ kept }) => whole(each * BigInt(kept));
  }
  return unreachable(amount);
};

/** What the period came to without the order, and what the order adds. */
export interface Position {
  /** Orders, or minor units: so far if marginal, as a whole if retroactive. */
  readonly figure: bigint;
  readonly adds: Exact;
}

export interface TierPart {
  readonly from: string;
  /** Of the order. */
  readonly part: Exact;
  readonly earning: Earning;
}

interface Step {
  readonly from: string;
  readonly begins: Exact;
  readonly earning: Earning;
}

/** Which parts of an order fall in which steps of a table. */
export type Tiers = (position: Position) => readonly TierPart[];

const ONE = whole(1n);

/**
 * Marginal by revenue, an order that crosses steps earns by each as much as lies in it; all its lines alike, so that it
 * does not matter which comes first. By count, an order adds one, which lies in the step of the orders before it.
 * Retroactive, it is in the one step that the period, with this order, has reached.
 */
export const readyTiers = ({ mode, steps }: Pick<TierTable, 'mode' | 'steps'>): Tiers => {
  const ready = steps.map(({ from, amount }) => ({
    from,
    begins: whole(BigInt(from)),
    earning: plainEarning(amount),
  }));
  if (mode === 'retroactive') return ({ figure, adds }) => [stepAt(ready, plus(whole(figure), adds))];
  return ({ figure, adds }) => (adds.num === 0n ? [stepAt(ready, whole(figure))] : crossed(ready, figure, adds));
};

const stepAt = (steps: readonly Step[], reached: Exact): TierPart => {
  const step = steps.findLast(({ begins }) => compare(begins, reached) <= 0);
  if (step === undefined) throw new Error('the first step of a table begins at 0');
  return { from: step.from, part: ONE, earning: step.earning };
};

const crossed = (steps: readonly Step[], figure: bigint, adds: Exact): readonly TierPart[] => {
  const begin = whole(figure);
  const end = plus(begin, adds);
  return steps.flatMap(({ from, begins, earning }, index) => {
    const low = larger(begins, begin);
    const next = steps[index + 1]?.begins;
    const high = next === undefined ? end : smaller(next, end);
    if (compare(low, high) >= 0) return [];
    const inside = plus(high, { num: -low.num, den: low.den });
    return [{ from, part: reduced({ num: inside.num * adds.den, den: inside.den * adds.num }), earning }];
  });
};

const larger = (a: Exact, b: Exact): Exact => (compare(a, b) < 0 ? b : a);
const smaller = (a: Exact, b: Exact): Exact => (compare(a, b) < 0 ? a : b);

/** Each part's step, in proportion. */
export const tierEarning = (parts: readonly TierPart[], earner: Earner): Exact => {
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) return only.earning(earner);
  return parts.reduce((sum, { part, earning }) => reduced(plus(sum, times(part, earning(earner)))), NOTHING);
};
