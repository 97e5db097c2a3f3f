import type { Knex } from 'knex';
import { texts } from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type AcceptedEvents, type AcceptedKey } from '../../ports/accepted-events.ts';

interface AcceptedRow {
  readonly source: string;
  readonly event_id: string;
  readonly digest: string;
}

/** No text that can be stored has a NUL. */
const nameOf = (source: string, id: string): string => `${source}\0${id}`;

export class PostgresAcceptedEvents implements AcceptedEvents {
  constructor(private readonly db: Knex) {}

  async note(keys: readonly AcceptedKey[], at: Instant): Promise<readonly ('new' | 'known' | 'different')[]> {
    const names = keys.map(({ source, id }) => nameOf(source, id));
    const first = new Map<string, AcceptedKey>();
    for (const [nth, key] of keys.entries()) if (!first.has(names[nth] ?? '')) first.set(names[nth] ?? '', key);
    // Sorted, so that two batches with the same ids cannot wait for each other.
    const distinct = [...first].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
    const known = await this.noted(distinct, at);
    const fresh = new Set(first.keys());
    for (const name of known.keys()) fresh.delete(name);
    return keys.map(({ digest }, nth) => {
      const name = names[nth] ?? '';
      if ((known.get(name) ?? first.get(name)?.digest) !== digest) return 'different';
      return fresh.delete(name) ? 'new' : 'known';
    });
  }

  /** The digests of those that were there. */
  private async noted(keys: readonly AcceptedKey[], at: Instant): Promise<ReadonlyMap<string, string>> {
    const digests = texts(keys.map(({ digest }) => digest));
    const conflicts = await rowsOfOften<{ position: bigint }>(this.db, NOTE, { ...columnsOf(keys), digests, at });
    if (conflicts.length === 0) return new Map();
    const known = await this.known(columnsOf(conflicts.flatMap(({ position }) => keys[Number(position) - 1] ?? [])));
    return new Map(known.map(({ source, event_id, digest }) => [nameOf(source, event_id), digest]));
  }

  private known(values: ReturnType<typeof columnsOf>): Promise<AcceptedRow[]> {
    return rowsOf<AcceptedRow>(
      this.db,
      `select source, event_id, encode(digest, 'hex') as digest
       from pipeline.accepted_events
       join unnest(:sources::text[], :ids::text[]) as wanted (source, event_id) using (source, event_id)`,
      values,
    );
  }
}

const columnsOf = (keys: readonly AcceptedKey[]) => ({
  sources: texts(keys.map(({ source }) => source)),
  ids: texts(keys.map(({ id }) => id)),
});

/** Tells of those alone that were there: mostly there are none, and a row for each would cost as much as the rest. */
const NOTE = `
  with given as (
    select * from unnest(:sources::text[], :ids::text[], :digests::text[])
      with ordinality as given (source, event_id, digest, position)
  ),
  noted as (
    insert into pipeline.accepted_events (source, event_id, digest, accepted_at)
    select source, event_id, decode(digest, 'hex'), :at from given order by position
    on conflict do nothing
    returning source, event_id
  )
  select position
  from given
  where (select count(*) from noted) < (select count(*) from given)
    and not exists (select from noted where noted.source = given.source and noted.event_id = given.event_id)`;
