import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../shared/errors.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { LimitChange, LimitChangeId } from '../../domain/life-cycle/adjustment-limit.ts';

interface LimitChangeRow {
  readonly id: string;
  readonly program_id: string;
  readonly from_minor: bigint;
  readonly limit_minor: bigint;
  readonly currency: string;
  readonly state: LimitChange['state'];
  readonly proposed_by: string;
  readonly proposed_at: Instant;
  readonly decided_by: string | null;
  readonly decided_at: Instant | null;
}

export const limitOf = async (db: Knex, programId: Id<'prg'>): Promise<Money | undefined> => {
  const [row] = await rowsOf<{ limit_minor: bigint; currency: string }>(
    db,
    `select limit_minor, currency from commission.adjustment_limits where program_id = :id`,
    { id: toUuid(programId) },
  );
  return row && Money.of(row.limit_minor, row.currency);
};

export const pendingLimitOf = async (db: Knex, programId: Id<'prg'>): Promise<LimitChange | undefined> => {
  const [row] = await rowsOf<LimitChangeRow>(
    db,
    `select * from commission.adjustment_limit_changes where program_id = :id and state = 'proposed'`,
    { id: toUuid(programId) },
  );
  return row && toChange(row);
};

export const limitChangeOf = async (db: Knex, id: LimitChangeId): Promise<LimitChange> => {
  const [row] = await rowsOf<LimitChangeRow>(
    db,
    `select * from commission.adjustment_limit_changes where id = :id for update`,
    { id: toUuid(id) },
  );
  if (row !== undefined) return toChange(row);
  throw new AppError('not_found', 'commission.limit_change_not_found', `there is no change ${id}`);
};

export const saveLimitChange = async (db: Knex, change: LimitChange): Promise<void> => {
  const { id, programId, from, limit, state, proposedBy, proposedAt, decidedBy, decidedAt } = change;
  await rowsOf(
    db,
    `insert into commission.adjustment_limit_changes
       (id, program_id, from_minor, limit_minor, currency, state, proposed_by, proposed_at, decided_by, decided_at)
     values (:id, :program, :from, :limit, :currency, :state, :proposedBy, :proposedAt, :decidedBy, :decidedAt)
     on conflict (id) do update set state = excluded.state,
       decided_by = excluded.decided_by, decided_at = excluded.decided_at`,
    {
      ...{ state, proposedBy, proposedAt },
      id: toUuid(id),
      program: toUuid(programId),
      from: from.minor.toString(),
      limit: limit.minor.toString(),
      currency: limit.currency,
      decidedBy: decidedBy ?? null,
      decidedAt: decidedAt ?? null,
    },
  );
};

const toChange = (row: LimitChangeRow): LimitChange => ({
  id: fromUuid('alc', row.id),
  programId: fromUuid('prg', row.program_id),
  from: Money.of(row.from_minor, row.currency),
  limit: Money.of(row.limit_minor, row.currency),
  state: row.state,
  proposedBy: row.proposed_by,
  proposedAt: row.proposed_at,
  decidedBy: row.decided_by ?? undefined,
  decidedAt: row.decided_at ?? undefined,
});
