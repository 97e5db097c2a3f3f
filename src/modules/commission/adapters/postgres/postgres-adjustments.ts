import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { Adjustment, AdjustmentId } from '../../domain/life-cycle/adjustment.ts';
import type { LimitChange, LimitChangeId } from '../../domain/life-cycle/adjustment-limit.ts';
import type { Adjustments } from '../../ports/adjustments.ts';
import { limitChangeOf, limitOf, pendingLimitOf, saveLimitChange } from './adjustment-limits.ts';

export interface AdjustmentRow {
  readonly id: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly commission_id: string | null;
  readonly order_id: string | null;
  readonly order_ref: string | null;
  readonly kind: Adjustment['kind'];
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly reason: string;
  readonly note: string | null;
  readonly explanation: Adjustment['explanation'] | null;
  readonly state: Adjustment['state'];
  readonly proposed_by: string;
  readonly proposed_at: Instant;
  readonly decided_by: string | null;
  readonly decided_at: Instant | null;
  readonly decision_note: string | null;
}

const toRow = (adjustment: Adjustment): Readonly<Record<keyof AdjustmentRow, unknown>> => ({
  id: toUuid(adjustment.id),
  program_id: toUuid(adjustment.programId),
  partner_id: toUuid(adjustment.partnerId),
  commission_id: adjustment.commissionId === undefined ? null : toUuid(adjustment.commissionId),
  order_id: adjustment.orderId === undefined ? null : toUuid(adjustment.orderId),
  order_ref: adjustment.orderRef ?? null,
  kind: adjustment.kind,
  amount_minor: adjustment.amount.minor.toString(),
  currency: adjustment.amount.currency,
  reason: adjustment.reason,
  note: adjustment.note ?? null,
  explanation: adjustment.explanation ?? null,
  state: adjustment.state,
  proposed_by: adjustment.proposedBy,
  proposed_at: adjustment.proposedAt,
  decided_by: adjustment.decidedBy ?? null,
  decided_at: adjustment.decidedAt ?? null,
  decision_note: adjustment.decisionNote ?? null,
});

export const toAdjustment = (row: AdjustmentRow): Adjustment => ({
  id: fromUuid('adj', row.id),
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  commissionId: row.commission_id === null ? undefined : fromUuid('com', row.commission_id),
  orderId: row.order_id === null ? undefined : fromUuid('ord', row.order_id),
  orderRef: row.order_ref ?? undefined,
  kind: row.kind,
  amount: Money.of(row.amount_minor, row.currency),
  reason: row.reason,
  note: row.note ?? undefined,
  explanation: row.explanation ?? undefined,
  state: row.state,
  proposedBy: row.proposed_by,
  proposedAt: row.proposed_at,
  decidedBy: row.decided_by ?? undefined,
  decidedAt: row.decided_at ?? undefined,
  decisionNote: row.decision_note ?? undefined,
});

export class PostgresAdjustments implements Adjustments {
  constructor(private readonly db: Knex) {}

  async ofIds(ids: readonly AdjustmentId[]): Promise<readonly Adjustment[]> {
    const rows = await rowsOf<AdjustmentRow>(
      this.db,
      `select * from commission.adjustments where id = any(:ids) order by id for update`,
      { ids: ids.map(toUuid) },
    );
    return rows.map(toAdjustment);
  }

  async add(adjustments: readonly Adjustment[]): Promise<readonly AdjustmentId[]> {
    if (adjustments.length === 0) return [];
    const rows = adjustments.map(toRow);
    const added = await rowsOf<{ id: string }>(
      this.db,
      `insert into commission.adjustments
       select * from jsonb_populate_recordset(null::commission.adjustments, :rows::jsonb)
       order by id
       on conflict (id) do nothing
       returning id`,
      { rows: JSON.stringify(rows) },
    );
    return added.map(({ id }) => fromUuid('adj', id));
  }

  async save({ id, state, decidedBy, decidedAt, decisionNote }: Adjustment): Promise<void> {
    await rowsOf(
      this.db,
      `update commission.adjustments
       set state = :state, decided_by = :decidedBy, decided_at = :decidedAt, decision_note = :decisionNote
       where id = :id`,
      {
        id: toUuid(id),
        state,
        decidedBy: decidedBy ?? null,
        decidedAt: decidedAt ?? null,
        decisionNote: decisionNote ?? null,
      },
    );
  }

  limit(programId: Id<'prg'>): Promise<Money | undefined> {
    return limitOf(this.db, programId);
  }

  async setLimit(programId: Id<'prg'>, { minor, currency }: Money): Promise<void> {
    await rowsOf(
      this.db,
      `insert into commission.adjustment_limits (program_id, limit_minor, currency)
       values (:id, :minor, :currency)
       on conflict (program_id) do update set limit_minor = excluded.limit_minor, currency = excluded.currency`,
      { id: toUuid(programId), minor: minor.toString(), currency },
    );
  }

  async holdLimit(programId: Id<'prg'>): Promise<void> {
    await rowsOf(this.db, `select pg_advisory_xact_lock(hashtextextended('adjustment limit of ' || :programId, 0))`, {
      programId,
    });
  }

  pendingLimit(programId: Id<'prg'>): Promise<LimitChange | undefined> {
    return pendingLimitOf(this.db, programId);
  }

  limitChange(id: LimitChangeId): Promise<LimitChange> {
    return limitChangeOf(this.db, id);
  }

  saveLimitChange(change: LimitChange): Promise<void> {
    return saveLimitChange(this.db, change);
  }
}
