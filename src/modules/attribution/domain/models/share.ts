/**
 * How credit is divided: each touch's part of the whole as an exact fraction in lowest terms, `"1/3"`. All parts of one
 * order sum to exactly one, so whoever divides money by them decides about every cent once, in `Money.allocate`.
 */
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { ClickId } from '../../index.ts';
import type { TouchKind } from '../traffic/touchpoint.ts';

/** A touch, as far as the models look at it. */
export interface ModelTouch {
  readonly id: ClickId;
  readonly kind: TouchKind;
  readonly occurredAt: Instant;
  readonly partnerId: Id<'par'>;
}

export interface Share {
  readonly id: ClickId;
  readonly partnerId: Id<'par'>;
  /** More than nothing: whoever gets nothing is not listed. */
  readonly share: FractionText;
}

/** In lowest terms: `"1/3"`; the whole is `"1/1"`. */
export type FractionText = `${bigint}/${bigint}`;

/** Divides the whole by weights, one for each touch. Weights that are all zero are a mistake of whoever made them. */
export const sharesByWeight = (touches: readonly ModelTouch[], weights: readonly bigint[]): readonly Share[] => {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (touches.length > 0 && total <= 0n) throw new Error('weights of touches must not all be zero');
  return touches.flatMap(({ id, partnerId }, index) => {
    const weight = weights[index] ?? 0n;
    return weight === 0n ? [] : [{ id, partnerId, share: fraction(weight, total) }];
  });
};

/** In lowest terms. */
export const fraction = (numerator: bigint, denominator: bigint): FractionText => {
  const divisor = greatestCommonDivisor(numerator, denominator);
  return `${numerator / divisor}/${denominator / divisor}`;
};

export const sumOf = (fractions: Iterable<FractionText>): FractionText => {
  let [numerator, denominator] = [0n, 1n];
  for (const text of fractions) {
    const [above, below] = fractionParts(text);
    const divisor = greatestCommonDivisor(denominator, below);
    numerator = numerator * (below / divisor) + above * (denominator / divisor);
    denominator *= below / divisor;
  }
  return fraction(numerator, denominator);
};

/** Which is more: positive when the first is. */
export const compareFractions = (a: FractionText, b: FractionText): number => {
  if (a === b) return 0;
  const [[aboveA, belowA], [aboveB, belowB]] = [fractionParts(a), fractionParts(b)];
  return aboveA * belowB > aboveB * belowA ? 1 : -1;
};

export const fractionParts = (text: FractionText): readonly [bigint, bigint] => {
  const [above = '', below = ''] = text.split('/');
  return [BigInt(above), BigInt(below)];
};

const greatestCommonDivisor = (a: bigint, b: bigint): bigint => {
  let [left, right] = [a, b];
  while (right !== 0n) [left, right] = [right, left % right];
  return left;
};
