/** What a reader saw, held against what was said. */

export interface Seen {
  readonly aggregate: string;
  readonly version: number;
}

export interface Count {
  readonly lost: number;
  /** After a later one of the same aggregate. */
  readonly reordered: number;
}

export const countFaults = (said: readonly Seen[], seen: readonly Seen[]): Count => {
  const nameOf = ({ aggregate, version }: Seen): string => `${aggregate}#${version}`;
  const arrived = new Set(seen.map(nameOf));
  return { lost: said.filter((each) => !arrived.has(nameOf(each))).length, reordered: countReordered(seen) };
};

/** Seen again is not seen out of order: a reader may deliver twice. */
const countReordered = (seen: readonly Seen[]): number => {
  const latest = new Map<string, number>();
  const before = new Set<string>();
  return seen.filter(({ aggregate, version }) => {
    const name = `${aggregate}#${version}`;
    if (before.has(name)) return false;
    before.add(name);
    const last = latest.get(aggregate) ?? 0;
    latest.set(aggregate, Math.max(last, version));
    return version < last;
  }).length;
};
