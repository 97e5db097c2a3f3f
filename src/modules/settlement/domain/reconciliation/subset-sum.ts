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
export const subsetSums = (target: bigint, amounts: readonly bigint[], maxSteps: number = BOUNDS.steps): SubsetSums =>
  amounts.length > BOUNDS.candidates
    ? { found: [], steps: 0, complete: false }
    : new Search(amounts, maxSteps).run(target);

class Search {
  /** Largest first, so that what does not fit is seen early. */
  private readonly order: readonly { readonly minor: bigint; readonly index: number }[];
  /** What all from here on make at most: whoever needs more has gone wrong. */
  private readonly rest: readonly bigint[];
  private readonly found: (readonly number[])[] = [];
  private readonly chosen: number[] = [];
  private steps = 0;

  constructor(
    amounts: readonly bigint[],
    private readonly maxSteps: number,
  ) {
    this.order = amounts.map((minor, index) => ({ minor, index })).toSorted((a, b) => compare(b.minor, a.minor));
    this.rest = this.order.map((_, from) => this.order.slice(from).reduce((sum, { minor }) => sum + minor, 0n));
  }

  run(target: bigint): SubsetSums {
    const complete = this.from(0, target);
    return { found: this.found, steps: this.steps, complete };
  }

  /** False when it was given up. */
  private from(start: number, left: bigint): boolean {
    for (const [offset, { minor, index }] of this.order.slice(start).entries()) {
      const at = start + offset;
      if (this.found.length > 1 || (this.rest[at] ?? 0n) < left) return true;
      if ((this.steps += 1) > this.maxSteps) return false;
      if (minor > left) continue;
      this.chosen.push(index);
      const done = this.with(at, left - minor);
      this.chosen.pop();
      if (!done) return false;
    }
    return true;
  }

  private with(at: number, left: bigint): boolean {
    if (left > 0n) return this.chosen.length === BOUNDS.size || this.from(at + 1, left);
    if (this.chosen.length > 1) this.found.push(this.chosen.toSorted((a, b) => a - b));
    return true;
  }
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : Number(a > b));
