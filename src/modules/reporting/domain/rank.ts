import type { Id } from '../../../shared/ids.ts';

/**
 * Where a fact stands among the facts of its aggregate, whenever it is read. Versions count what was told of one
 * aggregate; the id decides between two that have none in common.
 */
export interface Rank {
  readonly version: number;
  readonly eventId: Id<'evt'>;
}

export const isLater = (one: Rank, other: Rank): boolean =>
  one.version === other.version ? one.eventId > other.eventId : one.version > other.version;

export const later = <Ranked extends Rank>(one: Ranked | undefined, other: Ranked): Ranked =>
  one === undefined || isLater(other, one) ? other : one;

/** Of each key, the one that was told last. */
export const latestOfEach = <Ranked extends Rank>(
  facts: readonly Ranked[],
  keyOf: (fact: Ranked) => string,
): readonly Ranked[] => {
  const latest = new Map<string, Ranked>();
  for (const fact of facts) latest.set(keyOf(fact), later(latest.get(keyOf(fact)), fact));
  return [...latest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, fact]) => fact);
};
