import type { Knex } from 'knex';
import { bigints, uuids } from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import { type Earning, earningId } from '../../domain/payouts/allocation.ts';
import type { Allocation } from '../../domain/payouts/payout.ts';
import type { PayoutId } from '../../index.ts';
import type { ShareOfPayout } from '../../ports/settlement-stores.ts';

export interface ShareRow extends EarningRow {
  readonly payout_id: string;
  readonly amount_minor: bigint;
}

/** A commission, or an entry beside commissions. */
export interface EarningRow {
  readonly id: string;
  readonly is_adjustment: boolean;
}

export const toEarning = ({ id, is_adjustment }: EarningRow): Earning =>
  is_adjustment ? { adjustmentId: fromUuid('adj', id) } : { commissionId: fromUuid('com', id) };

/** What payouts are for: commissions, then entries beside them. */
export const sharesOf = (db: Knex, payoutIds: readonly PayoutId[]): Promise<readonly ShareRow[]> =>
  rowsOf<ShareRow>(
    db,
    `select payout_id, commission_id as id, false as is_adjustment, amount_minor
     from settlement.allocations where payout_id = any(:ids)
     union all
     select payout_id, adjustment_id, true, amount_minor
     from settlement.adjustment_allocations where payout_id = any(:ids)
     order by payout_id, is_adjustment, id`,
    { ids: payoutIds.map(toUuid) },
  );

export const toShare = (row: ShareRow): ShareOfPayout => ({ ...toEarning(row), minor: row.amount_minor });

export const addShares = async (db: Knex, allocations: readonly Allocation[]): Promise<void> => {
  for (const [table, column, some] of [
    ['allocations', 'commission_id', allocations.filter(({ commissionId }) => commissionId !== undefined)],
    ['adjustment_allocations', 'adjustment_id', allocations.filter(({ adjustmentId }) => adjustmentId !== undefined)],
  ] as const) {
    await rowsOf(
      db,
      `insert into settlement.${table} (payout_id, ${column}, amount_minor)
         select * from unnest(:payoutIds::uuid[], :ids::uuid[], :minors::bigint[])`,
      {
        payoutIds: uuids(some.map(({ payoutId }) => payoutId)),
        ids: uuids(some.map(earningId)),
        minors: bigints(some.map(({ amount }) => amount.minor)),
      },
    );
  }
};
