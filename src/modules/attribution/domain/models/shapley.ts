/**
 * What a channel is worth by what it adds, on average over all orders in which the channels could have joined (Shapley,
 * A value for n-person games, 1953). What a set of channels is worth is stated, for the answer is no better than that:
 *
 *   conversions   those of the journeys that met no other channel. A journey then counts for a set when the set has all of
 *                 its channels, and its conversions divide equally among them: that is the value exactly, for any number of
 *                 channels (Zhao, Mahboobi, Bagheri: Shapley value methods for attribution modeling, 2018). Journeys to
 *                 nothing change nothing.
 *   rate          those conversions, divided by all such journeys; nothing, where there were none. Journeys to nothing
 *                 count, and a channel that brings many of them may be worth less than nothing.
 *
 * By rate, up to 20 channels are answered exactly, from what each of the 2^n sets is worth; the sums over subsets take n 2^n
 * additions. More channels are answered by sampled orders, with the standard error of each value.
 */
import type { Random } from '../../../../shared/clock.ts';
import { channelsOf, conversionsOf, journeysOf, type ModelCredit, type Path, walked } from './path.ts';

export const MAX_EXACT_CHANNELS = 20;

export type Worth = 'conversions' | 'rate';

export interface ShapleyCredit extends ModelCredit {
  /** In units of what a set is worth: conversions, or conversions per journey. The values sum to the worth of all. */
  readonly value: number;
  /** Of the value. 0: it is exact. */
  readonly standardError: number;
}

type Value = Pick<ShapleyCredit, 'value' | 'standardError'>;

/** A path as the set of its channels: their positions among all. */
interface Journeys {
  readonly met: readonly number[];
  readonly conversions: number;
  readonly journeys: number;
}

/** `samples`: how many orders are drawn when there are too many channels to go through all sets. */
export const shapley = (
  told: readonly Path[],
  worth: Worth,
  random: Random,
  samples: number,
): readonly ShapleyCredit[] => {
  const paths = walked(told);
  const channels = channelsOf(paths);
  const journeys = journeysBySet(paths, channels);
  const values = valuesOf(journeys, channels.length, worth, () => sampled(journeys, channels.length, random, samples));
  const total = values.reduce((sum, { value }) => sum + value, 0);
  const conversions = conversionsOf(paths);
  return channels.map((channel, at) => {
    const { value, standardError } = values[at] ?? { value: 0, standardError: 0 };
    const share = total === 0 ? 0 : value / total;
    return { channel, value, standardError, share, conversions: share * conversions };
  });
};

const valuesOf = (
  journeys: readonly Journeys[],
  count: number,
  worth: Worth,
  otherwise: () => readonly Value[],
): readonly Value[] => {
  if (worth === 'conversions') return divided(journeys, count).map(exactly);
  return count > MAX_EXACT_CHANNELS ? otherwise() : [...shapleyOfGame(ratesOf(journeys, count), count)].map(exactly);
};

const exactly = (value: number): Value => ({ value, standardError: 0 });

const journeysBySet = (paths: readonly Path[], channels: readonly string[]): readonly Journeys[] => {
  const position = new Map(channels.map((channel, at) => [channel, at]));
  const bySet = new Map<string, Journeys>();
  for (const path of paths) {
    const met = [...new Set(path.steps)].map((step) => position.get(step) ?? 0).sort((a, b) => a - b);
    const name = met.join();
    const before = bySet.get(name) ?? { met, conversions: 0, journeys: 0 };
    const { conversions, journeys } = before;
    bySet.set(name, { met, conversions: conversions + path.conversions, journeys: journeys + journeysOf(path) });
  }
  return [...bySet.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, each]) => each);
};

const divided = (all: readonly Journeys[], count: number): readonly number[] => {
  const values = Array.from({ length: count }, () => 0);
  for (const { met, conversions } of all)
    for (const at of met) values[at] = (values[at] ?? 0) + conversions / met.length;
  return values;
};

/** What each set of channels is worth by rate; a set is a number, its channels the bits. */
const ratesOf = (all: readonly Journeys[], count: number): Float64Array => {
  const [conversions, journeys] = [new Float64Array(2 ** count), new Float64Array(2 ** count)];
  for (const each of all) {
    const set = each.met.reduce((bits, at) => bits | (1 << at), 0);
    conversions[set] = each.conversions;
    journeys[set] = each.journeys;
  }
  sumOverSubsets(conversions, count);
  sumOverSubsets(journeys, count);
  return conversions.map((sum, set) => rate(sum, journeys[set] ?? 0));
};

const rate = (conversions: number, journeys: number): number => (journeys === 0 ? 0 : conversions / journeys);

/** In place: after bit n, each set holds the sum over those of its subsets that differ from it in the bits up to n. */
const sumOverSubsets = (values: Float64Array, count: number): void => {
  for (let bit = 1; bit < 2 ** count; bit *= 2) {
    for (let set = 0; set < values.length; set += 1) {
      if (set & bit) values[set] = (values[set] ?? 0) + (values[set ^ bit] ?? 0);
    }
  }
};

/** Of a game of `count` players given by what each set of them is worth: a set is an index, its players the bits. */
export const shapleyOfGame = (worth: Float64Array, count: number): Float64Array => {
  const weights = weightsBySize(count);
  const values = new Float64Array(count);
  const sizes = new Uint8Array(worth.length);
  for (let set = 1; set < worth.length; set += 1) sizes[set] = (sizes[set >> 1] ?? 0) + (set & 1);
  for (let player = 0; player < count; player += 1) {
    let value = 0;
    const bit = 2 ** player;
    for (let set = 0; set < worth.length; set += 1) {
      if ((set & bit) === 0) value += (weights[sizes[set] ?? 0] ?? 0) * ((worth[set | bit] ?? 0) - (worth[set] ?? 0));
    }
    values[player] = value;
  }
  return values;
};

/** How often just these so many stand before one of `count`: s! (n - s - 1)! / n!, by steps that stay in range. */
const weightsBySize = (count: number): readonly number[] => {
  const weights = [1 / count];
  for (let size = 1; size < count; size += 1) weights.push(((weights[size - 1] ?? 0) * size) / (count - size));
  return weights;
};

const sampled = (all: readonly Journeys[], count: number, random: Random, samples: number): readonly Value[] => {
  const sums = Array.from({ length: count }, () => ({ value: 0, squares: 0 }));
  const waiting = byChannel(all, count);
  for (let sample = 0; sample < samples; sample += 1) {
    for (const [at, added] of addedInOrder(shuffled(count, random), all, waiting).entries()) {
      const { value, squares } = sums[at] ?? { value: 0, squares: 0 };
      sums[at] = { value: value + added, squares: squares + added * added };
    }
  }
  return sums.map(({ value, squares }) => {
    const mean = value / samples;
    const variance = Math.max(0, squares - samples * mean * mean) / Math.max(1, samples - 1);
    return { value: mean, standardError: Math.sqrt(variance / samples) };
  });
};

/** What each channel adds to those before it in one order. */
const addedInOrder = (
  order: readonly number[],
  all: readonly Journeys[],
  waiting: readonly (readonly number[])[],
): Float64Array => {
  const missing = Uint16Array.from(all, ({ met }) => met.length);
  const added = new Float64Array(order.length);
  let [conversions, journeys] = [0, 0];
  for (const channel of order) {
    const before = rate(conversions, journeys);
    for (const at of waiting[channel] ?? []) {
      const left = (missing[at] ?? 0) - 1;
      missing[at] = left;
      if (left > 0) continue;
      conversions += all[at]?.conversions ?? 0;
      journeys += all[at]?.journeys ?? 0;
    }
    added[channel] = rate(conversions, journeys) - before;
  }
  return added;
};

/** Which sets wait for each channel. */
const byChannel = (all: readonly Journeys[], count: number): readonly (readonly number[])[] => {
  const waiting = Array.from({ length: count }, (): number[] => []);
  for (const [at, { met }] of all.entries()) for (const channel of met) waiting[channel]?.push(at);
  return waiting;
};

/** Fisher and Yates. */
const shuffled = (count: number, random: Random): readonly number[] => {
  const order = Array.from({ length: count }, (_, at) => at);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random.fraction() * (last + 1));
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
};
