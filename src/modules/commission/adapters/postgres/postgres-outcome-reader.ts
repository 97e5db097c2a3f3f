import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { CommissionState } from '../../domain/life-cycle/life-cycle.ts';
import type { Earned, OutcomeReader } from '../../ports/outcome-reader.ts';

interface EarnedRow {
  readonly id: string;
  readonly order_id: string;
  readonly partner_id: string;
  readonly state: CommissionState;
  readonly currency: string;
  readonly amount_minor: bigint;
  readonly clawed_back_minor: bigint;
  readonly paid_minor: bigint;
  readonly end_reason: string | null;
}

export class PostgresOutcomeReader implements OutcomeReader {
  constructor(private readonly db: Knex) {}

  async earned(orderIds: readonly Id<'ord'>[]): Promise<readonly Earned[]> {
    const rows = await rowsOf<EarnedRow>(
      this.db,
      `select id, order_id, partner_id, state, currency, amount_minor, clawed_back_minor, paid_minor, end_reason
       from commission.commissions
       where order_id = any(:ids)
       order by order_id, id`,
      { ids: orderIds.map(toUuid) },
    );
    return rows.map((row) => ({
      commissionId: fromUuid('com', row.id),
      orderId: fromUuid('ord', row.order_id),
      partnerId: fromUuid('par', row.partner_id),
      state: row.state,
      currency: row.currency.trim(),
      minor: row.state === 'reversed' ? 0n : row.amount_minor - row.clawed_back_minor,
      paidMinor: row.paid_minor,
      endReason: row.end_reason ?? undefined,
    }));
  }

  async uncalculated(orderIds: readonly Id<'ord'>[]): Promise<ReadonlyMap<Id<'ord'>, string>> {
    const rows = await rowsOf<{ order_id: string; code: string }>(
      this.db,
      `select order_id, code from commission.uncalculated where order_id = any(:ids)`,
      { ids: orderIds.map(toUuid) },
    );
    return new Map(rows.map(({ order_id, code }) => [fromUuid('ord', order_id), code]));
  }
}
