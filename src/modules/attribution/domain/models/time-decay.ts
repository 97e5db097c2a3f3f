import { msBetween } from '../../../../shared/instant.ts';
import { type ModelTouch, type Share, sharesByWeight } from './share.ts';

/**
 * A touch is worth half of one that came a half-life later. Only proportions count, so ages are taken from the latest
 * touch, which weighs one; the order's own moment would change nothing.
 *
 * Almost every such weight is irrational, and what a machine's `Math.pow` makes of it is not promised to be the same on
 * the next. Here a weight is a whole number of 2^-32 parts, half a part rounds up, and it comes from integers alone
 * (`partsAt`). So shares are exact fractions, the same on every machine and for ever. A touch more than 33 half-lives
 * before the latest is less than half a part, and worth nothing.
 */
export const timeDecay = (touches: readonly ModelTouch[], halfLifeMs: number): readonly Share[] => {
  const latest = touches.at(-1);
  if (latest === undefined) return [];
  return sharesByWeight(
    touches,
    touches.map(({ occurredAt }) => partsAt(msBetween(occurredAt, latest.occurredAt), halfLifeMs)),
  );
};

const PART_BITS = 32n;
/** Of the working: more than twice what is kept, so that what is cut off on the way never shows. */
const BITS = 96n;

/** 2^(-age / half-life) in parts of 2^-32. */
const partsAt = (ageMs: number, halfLifeMs: number): bigint => {
  const [age, halfLife] = [BigInt(ageMs), BigInt(halfLifeMs)];
  if (age > halfLife * (PART_BITS + 1n)) return 0n;
  const bits = BITS - PART_BITS + age / halfLife;
  const rest = ((age % halfLife) << BITS) / halfLife;
  return (halved(rest) + (1n << (bits - 1n))) >> bits;
};

/** 2^-x for 0 ≤ x < 1, both in 2^-96: for each bit of x that is set, once the root of a half that belongs to it. */
const halved = (x: bigint): bigint => {
  let result = 1n << BITS;
  for (const [place, root] of roots.entries()) {
    if ((x >> (BITS - 1n - BigInt(place))) & 1n) result = (result * root) >> BITS;
  }
  return result;
};

/** The greatest whole number whose square is not more, by Newton's steps from above. */
const squareRoot = (square: bigint): bigint => {
  let [root, next] = [square, (square + 1n) >> 1n];
  while (next < root) [root, next] = [next, (next + square / next) >> 1n];
  return root;
};

/** 2^-1/2, 2^-1/4, 2^-1/8 …: each the root of the one before. Bits of x beyond the last of them are too small to show. */
const roots: readonly bigint[] = Array.from({ length: 64 }).reduce<readonly bigint[]>(
  (before) => [...before, squareRoot((before.at(-1) ?? 1n << (BITS - 1n)) << BITS)],
  [],
);
