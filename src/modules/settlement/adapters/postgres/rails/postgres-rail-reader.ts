import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { parseId, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../../../shared/page.ts';
import type { PayoutState } from '../../../domain/payouts/payout-life-cycle.ts';
import type { ListedRailPayment, RailReader } from '../../../ports/rail-reader.ts';
import { type RailPaymentRow, toRailPayment } from './postgres-rail-payments.ts';

type ListedRow = RailPaymentRow & { readonly payout_state: PayoutState };

export class PostgresRailReader implements RailReader {
  constructor(private readonly db: Knex) {}

  async hasDue(by: Instant): Promise<boolean> {
    const rows = await rowsOf(this.db, `select from settlement.rail_payments where next_at <= :by limit 1`, { by });
    return rows.length > 0;
  }

  async payments(request: PageRequest, payoutState?: PayoutState): Promise<Page<ListedRailPayment>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<ListedRow>(
      this.db,
      `select rail_payments.*, payouts.state as payout_state
       from settlement.rail_payments
       join settlement.payouts on payouts.id = payout_id
       where true
         ${after === undefined ? '' : 'and payout_id > :after::uuid'}
         ${payoutState === undefined ? '' : 'and payouts.state = :payoutState'}
       order by payout_id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(after !== undefined && { after: toUuid(parseId('pay', after)) }),
        ...(payoutState !== undefined && { payoutState }),
      },
    );
    return pageOf(rows.map(toListed), request, ({ payoutId }) => [payoutId]);
  }
}

const toListed = (row: ListedRow): ListedRailPayment => {
  const { sealed: _, ...payment } = toRailPayment(row);
  return { ...payment, payoutState: row.payout_state };
};
