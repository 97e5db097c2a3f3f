import type { Knex } from 'knex';
import { copyAll } from '../../../../infrastructure/postgres/copy.ts';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { isUniqueViolation } from '../../../../infrastructure/postgres/errors.ts';
import { type Hope, type Note, SeenAlready, type SeenEvents, type SeenKey } from '../../ports/seen-events.ts';
import { copyOfSeen, type Named, SeenBatch } from './seen-batch.ts';

/**
 * In hope, keys are copied in: that tells nothing but whether one was there. Without, they are inserted by one statement,
 * which tells of those alone that were there, and only they are then looked at.
 */
export class PostgresSeenEvents implements SeenEvents {
  constructor(private readonly db: Knex) {}

  async note(keys: readonly SeenKey[], hope: Hope): Promise<readonly Note[]> {
    const batch = new SeenBatch(keys);
    return batch.notes(await this.noted(batch.distinct, hope));
  }

  /** The digests of those that were there. */
  private async noted(keys: readonly Named[], hope: Hope): Promise<ReadonlyMap<string, string>> {
    if (hope === 'none') return this.inserted(keys);
    const known = hope === 'undisturbed' ? await digestsOf(this.db, keys) : NONE;
    await this.copy(known.size === 0 ? keys : keys.filter(({ name }) => !known.has(name)));
    return known;
  }

  private async copy(keys: readonly Named[]): Promise<void> {
    if (keys.length === 0) return;
    try {
      await copyAll(this.db, [copyOfSeen(keys)]);
    } catch (cause) {
      throw isUniqueViolation(cause) ? new SeenAlready('an event was seen before', { cause }) : cause;
    }
  }

  private async inserted(keys: readonly Named[]): Promise<Map<string, string>> {
    const conflicts = await rowsOfOften<{ position: bigint }>(this.db, NOTE, columnsOf(keys));
    const known = conflicts.flatMap(({ position }) => keys[Number(position) - 1] ?? []);
    return known.length === 0 ? new Map() : digestsOf(this.db, known);
  }
}

const NONE: ReadonlyMap<string, string> = new Map();

/** Of those that are there, by name. */
export const digestsOf = async (db: Knex, keys: readonly Named[]): Promise<Map<string, string>> => {
  const { days, sources, ids } = columnsOf(keys);
  const values = { days, sources, ids, oneOf: [...new Set(days)] };
  const rows = await rowsOf<{ position: bigint; digest: string }>(db, LOOK, values);
  return new Map(rows.flatMap(({ position, digest }) => nameAt(keys, position, digest)));
};

const nameAt = (keys: readonly Named[], position: bigint, digest: string): [string, string][] => {
  const key = keys[Number(position) - 1];
  return key === undefined ? [] : [[key.name, digest]];
};

const columnsOf = (keys: readonly Named[]) => ({
  days: keys.map(({ day }) => day),
  sources: keys.map(({ source }) => source),
  ids: keys.map(({ id }) => id),
  digests: keys.map(({ digest }) => digest),
});

const NOTE = `
  with given as (
    select * from unnest(:days::date[], :sources::text[], :ids::text[], :digests::text[])
      with ordinality as given (day, source, event_id, digest, position)
  ),
  noted as (
    insert into pipeline.seen_events (day, source, event_id, digest)
    select day, source, event_id, decode(digest, 'hex') from given order by position
    on conflict do nothing
    returning day, source, event_id
  )
  select position
  from given
  where (select count(*) from noted) < (select count(*) from given)
    and not exists (
      select from noted
      where noted.day = given.day and noted.source = given.source and noted.event_id = given.event_id
    )`;

/**
 * Key by key through the index: as a join, a table nobody has analysed yet is read as a whole. The days are given twice,
 * so that the partitions of all others are not even planned for.
 */
const LOOK = `
  select position, encode(known.digest, 'hex') as digest
  from unnest(:days::date[], :sources::text[], :ids::text[]) with ordinality as given (day, source, event_id, position)
  cross join lateral (
    select digest from pipeline.seen_events as seen
    where seen.day = given.day and seen.source = given.source and seen.event_id = given.event_id
      and seen.day = any(:oneOf::date[])
    limit 1
  ) as known`;
