/**
 * Which of some amounts make a sum. The question is hard in general, so it is asked of few amounts, for few at a time,
 * and is given up after so many steps: what was given up is said, and then nothing is known.
 */
export const BOUNDS = { candidates: 24, size: 8, steps: 20_000 } as const;

export interface SubsetSums {
  /** By position; two at most, for with two nobody knows which. */
  readonly found: readonly (readonly number[])[];
  readonly steps: number;
  /** Whether all was looked at, unless two were found before. */
  readonly complete: boolean;
}

/** Amounts are more than nothing. One amount alone is no sum. */
export const subsetSums = (target: bigint, amounts: readonly bigint[], maxSteps: number = BOUNDS.steps): SubsetSums => {
  if (amounts.length > BOUNDS.candidates) return { found: [], steps: 0, complete: false };
  const order = amounts.map((minor, index) => ({ minor, index })).toSorted((a, b) => compare(b.minor, a.minor));
  // What all from here on make at most: whoever needs more has gone wrong.
  const rest = order.map((_, from) => order.slice(from).reduce((sum, { minor }) => sum + minor, 0n));
  const found: number[][] = [];
  const chosen: number[] = [];
  let steps = 0;
  const search = (from: number, left: bigint): boolean => {
    for (let at = from; at < order.length && found.length < 2; at += 1) {
      if ((rest[at] ?? 0n) < left) return true;
      if ((steps += 1) > maxSteps) return false;
      const { minor, index } = order[at] as (typeof order)[number];
      if (minor > left) continue;
      chosen.push(index);
      if (minor === left && chosen.length > 1) found.push(chosen.toSorted((a, b) => a - b));
      const done = minor === left || chosen.length === BOUNDS.size || search(at + 1, left - minor);
      chosen.pop();
      if (!done) return false;
    }
    return true;
  };
  const complete = search(0, target);
  return { found, steps, complete };
};

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : Number(a > b));
