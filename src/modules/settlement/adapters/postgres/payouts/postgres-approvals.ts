import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import type { Month } from '../../../../../shared/calendar.ts';
import { type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import type { Approval } from '../../../domain/payouts/approval.ts';
import { LIVE_STATES } from '../../../domain/payouts/payout-life-cycle.ts';
import type { BatchId } from '../../../index.ts';
import type { Approvals, Removal } from '../../../ports/payout-control.ts';

export interface ApprovalRow {
  readonly batch_id: string;
  readonly approved_by: string;
  readonly approved_at: Instant;
  readonly is_senior: boolean;
}

export const toApproval = (row: ApprovalRow): Approval => ({
  by: row.approved_by,
  at: row.approved_at,
  isSenior: row.is_senior,
});

export class PostgresApprovals implements Approvals {
  constructor(private readonly db: Knex) {}

  async ofBatch(batchId: BatchId): Promise<readonly Approval[]> {
    const rows = await rowsOf<ApprovalRow>(
      this.db,
      `select * from settlement.payout_approvals where batch_id = :id order by approved_at, approved_by`,
      { id: toUuid(batchId) },
    );
    return rows.map(toApproval);
  }

  async add(batchId: BatchId, { by, at, isSenior }: Approval): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.payout_approvals (batch_id, approved_by, approved_at, is_senior)
       values (:id, :by, :at, :isSenior)`,
      { id: toUuid(batchId), by, at, isSenior },
    );
  }

  async totalOf(programId: Id<'prg'>, period: Month): Promise<bigint> {
    const [row] = await rowsOf<{ total: string }>(
      this.db,
      `select coalesce(sum(amount_minor), 0)::text as total
       from settlement.payouts
       where program_id = :programId and period = :period and state = any(:live)`,
      { programId: toUuid(programId), period, live: [...LIVE_STATES] },
    );
    return BigInt(row?.total ?? 0);
  }

  async addRemoval({ payoutId, removedBy, removedAt, reason }: Removal): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.payout_removals (payout_id, removed_by, removed_at, reason)
       values (:payoutId, :removedBy, :removedAt, :reason)`,
      { payoutId: toUuid(payoutId), removedBy, removedAt, reason },
    );
  }
}
