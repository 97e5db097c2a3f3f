import { type Copy, escaped } from '../../../../infrastructure/postgres/copy.ts';
import type { Note, SeenKey } from '../../ports/seen-events.ts';

export interface Named extends SeenKey {
  readonly name: string;
}

/** Half of a SHA-256 in hex: nobody finds two contents with one, and it is half to store. */
const halfOf = (digest: string): string => digest.slice(0, 32);

const nameOf = ({ day, source, id }: SeenKey): string => `${day}\n${source}\n${id}`;

// Field by field: to spread an object costs ten times as much.
const named = (key: SeenKey): Named => {
  const { day, source, id, digest } = key;
  return { day, source, id, name: nameOf(key), digest: halfOf(digest) };
};

/** Keys that are noted together; one may be among them more than once. */
export class SeenBatch {
  /** Sorted, so that two batches with the same ids cannot wait for each other. */
  readonly distinct: readonly Named[];
  private readonly all: readonly Named[];
  private readonly first = new Map<string, Named>();

  constructor(keys: readonly SeenKey[]) {
    this.all = keys.map(named);
    for (const key of this.all) if (!this.first.has(key.name)) this.first.set(key.name, key);
    this.distinct = [...this.first.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** What is to be said of each, where these are the digests of those that were there before. */
  notes(before: ReadonlyMap<string, string>): readonly Note[] {
    const digests = new Map(before);
    return this.all.map((key) => {
      const known = digests.get(key.name);
      if (known !== undefined) return known === key.digest ? 'known' : 'different';
      digests.set(key.name, key.digest); // the same key again, later in this batch
      return this.first.get(key.name)?.digest === key.digest ? 'new' : 'different';
    });
  }
}

/** Fails with a unique violation if one of them was there. */
export const copyOfSeen = (keys: readonly Named[]): Copy => ({
  statement: 'copy pipeline.seen_events (day, source, event_id, digest) from stdin',
  rows: keys
    .map(({ day, source, id, digest }) => `${day}\t${escaped(source)}\t${escaped(id)}\t\\\\x${digest}\n`)
    .join(''),
});
