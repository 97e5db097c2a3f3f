/**
 * What a channel is worth by what would be lost without it. Journeys are a Markov chain: from the start through channels
 * to a conversion or to nothing, and the next step depends on the last `order` ones. Without a channel every journey that
 * would have come to it ends there in nothing:
 *
 *   removal effect = 1 - P(conversion without the channel) / P(conversion)
 *
 * and the conversions are divided in proportion to the removal effects (Anderl, Becker, von Wangenheim, Schumann:
 * Mapping the customer journey, 2016). Nothing is simulated: with N = (I - Q)^-1, the expected visits of one state from
 * another, and C the states that end in the channel, the first of them is met by f = v_C N_CC^-1, where v are the expected
 * visits from the start, and what is lost is f h_C, where h are the chances to convert from each state. One inverse serves
 * all channels, and no difference of nearly equal numbers is ever taken. Only + - * / are used, in an order that the input's
 * does not change: the same paths give the same bits everywhere.
 */
import { cell, dot, inverseOf, type Matrix, rowTimes, timesColumn } from './matrix.ts';
import { channelsOf, conversionsOf, journeysOf, type ModelCredit, type Path, walked } from './path.ts';

export interface MarkovCredit extends ModelCredit {
  readonly removalEffect: number;
}

export interface MarkovAnswer {
  /** Of a journey that starts. */
  readonly conversionProbability: number;
  /** How many states the chain has; the work grows with its third power. */
  readonly states: number;
  readonly channels: readonly MarkovCredit[];
}

/** The last steps of a journey, and where it went on from there. */
interface State {
  readonly channel: string;
  readonly next: Map<string, number>;
  conversions: number;
  journeys: number;
}

interface Chain {
  readonly starts: ReadonlyMap<string, number>;
  /** Sorted by name. */
  readonly states: ReadonlyMap<string, State>;
}

export const markov = (told: readonly Path[], order: number): MarkovAnswer => {
  const paths = walked(told);
  const chain = chainOf(paths, order);
  const solved = solutionOf(chain);
  const probability = dot(solved.visits, solved.converts);
  const effects = channelsOf(paths).map((channel) => {
    const lost = lostWithout(statesOf(chain, channel), solved);
    return { channel, removalEffect: probability === 0 ? 0 : lost / probability };
  });
  const total = effects.reduce((sum, { removalEffect }) => sum + removalEffect, 0);
  const conversions = conversionsOf(paths);
  return {
    conversionProbability: probability,
    states: chain.states.size,
    channels: effects.map((effect) => {
      const share = total === 0 ? 0 : effect.removalEffect / total;
      return { ...effect, share, conversions: share * conversions };
    }),
  };
};

/** How many states `markov` would have to solve for. */
export const statesNeeded = (paths: readonly Path[], order: number): number =>
  chainOf(walked(paths), order).states.size;

const chainOf = (paths: readonly Path[], order: number): Chain => {
  const starts = new Map<string, number>();
  const states = new Map<string, State>();
  for (const path of paths) follow(path, order, starts, states);
  return { starts, states: new Map([...states].sort(([left], [right]) => (left < right ? -1 : 1))) };
};

const follow = (path: Path, order: number, starts: Map<string, number>, states: Map<string, State>): void => {
  const journeys = journeysOf(path);
  let before = starts;
  let state: State | undefined;
  for (const [index, channel] of path.steps.entries()) {
    const name = JSON.stringify(path.steps.slice(Math.max(0, index + 1 - order), index + 1));
    before.set(name, (before.get(name) ?? 0) + journeys);
    state = states.get(name) ?? { channel, next: new Map(), conversions: 0, journeys: 0 };
    states.set(name, state);
    state.journeys += journeys;
    before = state.next;
  }
  if (state !== undefined) state.conversions += path.conversions;
};

const statesOf = ({ states }: Chain, channel: string): readonly number[] =>
  [...states.values()].flatMap((state, at) => (state.channel === channel ? [at] : []));

interface Solution {
  /** N: the expected visits of one state from another. */
  readonly between: Matrix;
  /** Expected visits of each state by a journey that starts. */
  readonly visits: Float64Array;
  /** The odds to convert at once, from each state. */
  readonly converts: Float64Array;
  /** The odds to convert ever, from each state. */
  readonly chances: Float64Array;
}

const solutionOf = ({ starts, states }: Chain): Solution => {
  const index = new Map([...states.keys()].map((name, at) => [name, at]));
  /** The counts as odds, each in its state's column. */
  const oddsOf = (counts: ReadonlyMap<string, number>, total: number): Float64Array => {
    const row = new Float64Array(states.size);
    for (const [name, count] of counts) row[index.get(name) ?? 0] = count / total;
    return row;
  };
  const all = [...states.values()];
  const between = inverseOf(all.map(({ next, journeys }, at) => besideOne(oddsOf(next, journeys), at)));
  const converts = Float64Array.from(all, ({ conversions, journeys }) => conversions / journeys);
  const begun = [...starts.values()].reduce((sum, count) => sum + count, 0);
  const visits = rowTimes(oddsOf(starts, begun), between);
  return { between, converts, visits, chances: timesColumn(between, converts) };
};

/** A row of I - Q. */
const besideOne = (odds: Float64Array, at: number): Float64Array =>
  odds.map((value, column) => (column === at ? 1 - value : -value));

/** The odds that a journey comes to one of these states and converts after. */
const lostWithout = (those: readonly number[], { between, visits, chances }: Solution): number => {
  const among = those.map((line) => Float64Array.from(those, (column) => cell(between[line], column)));
  const met = rowTimes(
    Float64Array.from(those, (at) => cell(visits, at)),
    inverseOf(among),
  );
  return dot(
    met,
    Float64Array.from(those, (at) => cell(chances, at)),
  );
};
