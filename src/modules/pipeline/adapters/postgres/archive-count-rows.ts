import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { HourlyCount } from '../../domain/archive-counts.ts';
import type { Range } from '../../ports/archive-catalogue.ts';

/** Sums add up and ends widen: in whatever pieces the same events come, the rows are the same. */
export const addCounts = async (db: Knex, edition: string, counts: readonly HourlyCount[]): Promise<void> => {
  if (counts.length === 0) return;
  await rowsOf(
    db,
    `insert into pipeline.hourly_counts as mine
       (edition, type, program_id, hour, events, late, first_id, first_at, last_id, last_at, digest)
     select :edition, type, program_id, hour, events, late, first_id, first_at, last_id, last_at, digest
     from unnest(
       :types::text[], :programs::text[], :hours::timestamptz[], :events::bigint[], :lates::bigint[],
       :firstIds::text[], :firstAts::timestamptz[], :lastIds::text[], :lastAts::timestamptz[], :digests::numeric[]
     ) as more (type, program_id, hour, events, late, first_id, first_at, last_id, last_at, digest)
     order by hour, type, program_id
     on conflict (edition, hour, type, program_id) do update set
       events = mine.events + excluded.events,
       late = mine.late + excluded.late,
       digest = mine.digest + excluded.digest,
       first_at = least(mine.first_at, excluded.first_at),
       first_id = case when (excluded.first_at, excluded.first_id collate "C") < (mine.first_at, mine.first_id collate "C")
                    then excluded.first_id else mine.first_id end,
       last_at = greatest(mine.last_at, excluded.last_at),
       last_id = case when (excluded.last_at, excluded.last_id collate "C") > (mine.last_at, mine.last_id collate "C")
                   then excluded.last_id else mine.last_id end`,
    {
      edition,
      types: counts.map(({ type }) => type),
      programs: counts.map(({ programId }) => programId),
      hours: counts.map(({ hour }) => hour),
      events: counts.map(({ events }) => events),
      lates: counts.map(({ late }) => late),
      firstIds: counts.map(({ firstId }) => firstId),
      firstAts: counts.map(({ firstAt }) => firstAt),
      lastIds: counts.map(({ lastId }) => lastId),
      lastAts: counts.map(({ lastAt }) => lastAt),
      digests: counts.map(({ digest }) => digest),
    },
  );
};

export const dropCounts = async (db: Knex, edition: string): Promise<void> => {
  await rowsOf(db, 'delete from pipeline.hourly_counts where edition = :edition', { edition });
};

/** Every byte of every row counts, in one order. */
export const summaryOfCounts = async (
  db: Knex,
  edition: string,
  { from, to, types }: Range,
): Promise<{ readonly rows: number; readonly digest: string }> => {
  const [summary] = await rowsOf<{ rows: number; digest: string }>(
    db,
    `select count(*)::integer as rows,
            encode(sha256(convert_to(coalesce(string_agg(
              concat_ws('|', type, program_id, hour, events, late, first_id, first_at, last_id, last_at, digest), E'\\n'
              order by hour, type collate "C", program_id collate "C"), ''), 'UTF8')), 'hex') as digest
     from pipeline.hourly_counts
     where edition = :edition
       and (:from::timestamptz is null or hour >= :from)
       and (:to::timestamptz is null or hour < :to)
       and (:types::text[] is null or type = any(:types))`,
    { edition, from: from ?? null, to: to ?? null, types: types ?? null },
  );
  return summary ?? { rows: 0, digest: '' };
};
