/** What is known of a partner's period by the time things happened, and when it came to be known. */
import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { type Knowledge, knowledgeOf, type RecordedLine } from '../../../domain/statements/knowledge.ts';
import type { Statement } from '../../../domain/statements/statement.ts';
import { IS_ON_STATEMENT, LINE_COLUMNS, type LineRow, MOVED, toLine } from './statement-lines.ts';

const OF_PARTNER = `program_id = :programId and partner_id = :partnerId and ${IS_ON_STATEMENT}`;

const keyOf = ({ programId, partnerId, period }: Statement) => ({
  programId: toUuid(programId),
  partnerId: toUuid(partnerId),
  period,
});

/** The period was cut when it was closed. */
const BOUNDS = `select from_at, until_at from settlement.periods where program_id = :programId and period = :period`;

export const knowledge = async (db: Knex, statement: Statement, before: Instant | undefined): Promise<Knowledge> => {
  const [row] = await rowsOf<{ opening: string; entries: string; count: bigint }>(
    db,
    `with bounds as (${BOUNDS})
     select
       coalesce(sum(${MOVED}) filter (where occurred_at < from_at), 0)::text as opening,
       coalesce(sum(${MOVED}) filter (where occurred_at >= from_at), 0)::text as entries,
       count(*) filter (where occurred_at >= from_at) as count
     from settlement.bookings cross join bounds
     where ${OF_PARTNER} and occurred_at < until_at and recorded_at < :before::timestamptz`,
    { ...keyOf(statement), before: before ?? 'infinity' },
  );
  const { opening = '0', entries = '0', count = 0n } = row ?? {};
  const sums = { opening: BigInt(opening), entries: BigInt(entries), count: Number(count) };
  return knowledgeOf(statement.opening.currency, sums);
};

export const recordedSince = async (
  db: Knex,
  statement: Statement,
  since: Instant,
  limit: number,
): Promise<readonly RecordedLine[]> => {
  const rows = await rowsOf<LineRow & { recorded_at: Instant }>(
    db,
    `with bounds as (${BOUNDS})
     select ${LINE_COLUMNS}, recorded_at
     from settlement.bookings cross join bounds
     where ${OF_PARTNER} and occurred_at < until_at and recorded_at >= :since
     order by recorded_at, seq
     limit :limit`,
    { ...keyOf(statement), since, limit },
  );
  return rows.map((row) => ({ ...toLine(row), recordedAt: row.recorded_at }));
};
