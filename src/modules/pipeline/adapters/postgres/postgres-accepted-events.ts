import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type AcceptedEvents, type AcceptedKey } from '../../ports/accepted-events.ts';

interface AcceptedRow {
  readonly source: string;
  readonly event_id: string;
  readonly digest: string;
}

const nameOf = (source: string, id: string): string => JSON.stringify([source, id]);

export class PostgresAcceptedEvents implements AcceptedEvents {
  constructor(private readonly db: Knex) {}

  async note(keys: readonly AcceptedKey[], at: Instant): Promise<readonly ('new' | 'known' | 'different')[]> {
    // Sorted, so that two batches with the same ids cannot wait for each other.
    const byName = new Map(keys.toReversed().map((key) => [nameOf(key.source, key.id), key]));
    const distinct = [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
    const values = { sources: distinct.map(({ source }) => source), ids: distinct.map(({ id }) => id) };
    const inserted = await rowsOf<AcceptedRow>(
      this.db,
      `insert into pipeline.accepted_events (source, event_id, digest, accepted_at)
       select source, id, decode(digest, 'hex'), :at
       from unnest(:sources::text[], :ids::text[], :digests::text[]) as event (source, id, digest)
       on conflict do nothing
       returning source, event_id, encode(digest, 'hex') as digest`,
      { ...values, digests: distinct.map(({ digest }) => digest), at },
    );
    const fresh = new Set(inserted.map(({ source, event_id }) => nameOf(source, event_id)));
    const known = fresh.size === distinct.length ? [] : await this.known(values);
    const digests = new Map([...inserted, ...known].map((row) => [nameOf(row.source, row.event_id), row.digest]));
    return keys.map(({ source, id, digest }) => {
      const name = nameOf(source, id);
      if (digests.get(name) !== digest) return 'different';
      return fresh.delete(name) ? 'new' : 'known';
    });
  }

  private known(values: {
    readonly sources: readonly string[];
    readonly ids: readonly string[];
  }): Promise<AcceptedRow[]> {
    return rowsOf<AcceptedRow>(
      this.db,
      `select source, event_id, encode(digest, 'hex') as digest
       from pipeline.accepted_events
       join unnest(:sources::text[], :ids::text[]) as wanted (source, event_id) using (source, event_id)`,
      values,
    );
  }
}
