/** What limits, budgets and the division between partners leave of what an order's lines and bonuses earned. */
import { Money } from '../../../../shared/money.ts';
import type { CountedLimit } from '../explaining/explanation.ts';
import { type Exact, fractionOf, greatestCommonDivisor } from './exact.ts';

/** What is cut: one amount a line, then one a bonus. */
export interface Parts {
  readonly currency: string;
  /** Of the lines, for ties: a unit that is left over goes to the first by name, wherever it stands in the order. */
  readonly lineRefs: readonly string[];
  /** By line: the group that decided. */
  readonly groups: readonly (string | undefined)[];
}

/** One limit, and how much it leaves at most; undefined: whatever there is. */
export interface Cut {
  readonly per: 'order' | 'partner' | 'program';
  readonly most: bigint | undefined;
  readonly counted?: CountedLimit | undefined;
}

export interface CutMade extends Cut {
  readonly before: bigint;
  readonly after: bigint;
}

export interface Cutting {
  readonly amounts: readonly bigint[];
  readonly made: readonly CutMade[];
}

export const cutAll = (amounts: readonly bigint[], cuts: readonly Cut[], parts: () => Parts): Cutting => {
  let left = amounts;
  const made: CutMade[] = [];
  for (const cut of cuts) {
    const before = cut.counted?.group === undefined ? sumOf(left) : sumOf(ofGroup(left, cut.counted.group, parts()));
    const after = cut.most === undefined || before <= cut.most ? before : cut.most;
    if (after !== before) left = spread(after, left, concernedBy(cut, left, parts()), parts());
    made.push({ ...cut, before, after });
  }
  return { amounts: left, made };
};

const ofGroup = (amounts: readonly bigint[], group: string, { groups }: Parts): readonly bigint[] =>
  amounts.filter((_, index) => groups[index] === group);

/** A budget cuts what its group pays; everything else cuts everything. */
const concernedBy = ({ counted }: Cut, amounts: readonly bigint[], { groups }: Parts): readonly number[] => {
  const all = [...amounts.keys()];
  return counted?.group === undefined ? all : all.filter((index) => groups[index] === counted.group);
};

/** By largest remainder, in proportion to what they were. */
const spread = (
  total: bigint,
  amounts: readonly bigint[],
  concerned: readonly number[],
  { currency, lineRefs }: Parts,
): readonly bigint[] => {
  const order = concerned.toSorted((a, b) => byName(lineRefs[a], lineRefs[b]) || a - b);
  const weights = order.map((index) => amounts[index] ?? 0n);
  const after = [...amounts];
  for (const [position, { minor }] of Money.of(total, currency).allocate(weights).entries()) {
    const index = order[position];
    if (index !== undefined) after[index] = minor;
  }
  return after;
};

/** Bonuses, which have no line, come last. */
const byName = (a: string | undefined, b: string | undefined): number => {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return a < b ? -1 : 1;
};

export interface Split {
  readonly shares: readonly string[];
  readonly own: number;
}

/** What the split leaves of the whole is spread over lines and bonuses as a cut is. */
export const splitAmong = (
  amounts: readonly bigint[],
  { shares, own }: Split,
  parts: () => Parts,
): readonly bigint[] => {
  if (shares.length === 1) return amounts;
  const before = sumOf(amounts);
  if (before === 0n) return amounts;
  const part = Money.of(before, parts().currency).allocate(weightsOf(shares))[own];
  if (part === undefined) throw new Error(`there is no share ${own} among ${shares.length}`);
  return spread(part.minor, amounts, [...amounts.keys()], parts());
};

/** Fractions over one denominator. */
const weightsOf = (shares: readonly string[]): readonly bigint[] => {
  const fractions = shares.map(fractionOf);
  const common = fractions.reduce((multiple, { den }: Exact) => {
    return (multiple / greatestCommonDivisor(multiple, den)) * den;
  }, 1n);
  return fractions.map(({ num, den }) => num * (common / den));
};

export const sumOf = (amounts: readonly bigint[]): bigint => {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
};
