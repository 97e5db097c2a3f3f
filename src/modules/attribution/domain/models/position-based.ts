import { type ModelTouch, type Share, sharesByWeight } from './share.ts';

/** Whole numbers, not negative, not all zero; only their proportion counts: 40, 20, 40 is 2, 1, 2. */
export interface PositionWeights {
  readonly first: number;
  /** Of all between the first and the last together. */
  readonly middle: number;
  readonly last: number;
}

/**
 * The first, the last, and all between them in equal parts. Two touches have no middle: the first and the last divide the
 * whole in proportion, and equally if neither has a weight. One touch is first and last: it has it all.
 */
export const positionBased = (touches: readonly ModelTouch[], weights: PositionWeights): readonly Share[] =>
  sharesByWeight(touches, weightsOf(touches.length, weights));

const weightsOf = (count: number, weights: PositionWeights): readonly bigint[] => {
  const [first, middle, last] = [BigInt(weights.first), BigInt(weights.middle), BigInt(weights.last)];
  if (count < 2) return [1n];
  if (count === 2) return first + last === 0n ? [1n, 1n] : [first, last];
  const between = BigInt(count - 2);
  return [first * between, ...Array.from({ length: count - 2 }, () => middle), last * between];
};
