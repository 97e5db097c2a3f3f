import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { grouped } from '../../../../shared/grouped.ts';
import { type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import { Money } from '../../../../shared/money.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { PayoutState } from '../../domain/payouts/payout-life-cycle.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type {
  CountedBatch,
  DetailedPayout,
  PayoutFilter,
  PayoutReader,
  StateTotal,
} from '../../ports/payout-reader.ts';
import { conditions } from './conditions.ts';
import { sharesOf, toShare } from './payout-shares.ts';
import { type BatchRow, type PayoutRow, toBatch, toPayout } from './rows.ts';

interface TotalRow {
  readonly batch_id: string;
  readonly state: PayoutState;
  readonly currency: string;
  readonly count: bigint;
  /** A sum, as text: it may outgrow 64 bits. */
  readonly minor: string;
}

export class PostgresPayoutReader implements PayoutReader {
  constructor(private readonly db: Knex) {}

  async payouts(request: PageRequest, filter: PayoutFilter): Promise<Page<Payout>> {
    const { where, values } = conditions('pay', request, filter);
    const rows = await rowsOf<PayoutRow>(
      this.db,
      `select * from settlement.payouts ${where} order by period, id limit :limit`,
      values,
    );
    return pageOf(rows.map(toPayout), request, ({ period, id }) => [period, id]);
  }

  async payout(payoutId: PayoutId): Promise<DetailedPayout | undefined> {
    const id = toUuid(payoutId);
    const [row] = await rowsOf<PayoutRow & Pick<BatchRow, 'approved_at'>>(
      this.db,
      `select payouts.*, approved_at
       from settlement.payouts
       join settlement.payout_batches as batches on batches.id = batch_id
       where payouts.id = :id`,
      { id },
    );
    if (row === undefined) return undefined;
    const shares = await sharesOf(this.db, [payoutId]);
    return { payout: toPayout(row), approvedAt: row.approved_at ?? undefined, allocations: shares.map(toShare) };
  }

  async totals(programId: Id<'prg'>, partnerId?: Id<'par'>): Promise<readonly StateTotal[]> {
    const rows = await rowsOf<Omit<TotalRow, 'batch_id'>>(
      this.db,
      `select state, min(currency) as currency, count(*) as count, sum(amount_minor)::text as minor
       from settlement.payouts
       where program_id = :programId ${partnerId === undefined ? '' : 'and partner_id = :partnerId'}
       group by state
       order by state`,
      { programId: toUuid(programId), ...(partnerId && { partnerId: toUuid(partnerId) }) },
    );
    return rows.map(toTotal);
  }

  async batches(request: PageRequest, programId?: Id<'prg'>): Promise<Page<CountedBatch>> {
    const [period, id] = request.after ?? [];
    const rows = await rowsOf<BatchRow>(
      this.db,
      `select * from settlement.payout_batches
       where true
         ${programId === undefined ? '' : 'and program_id = :programId'}
         ${period === undefined ? '' : 'and (period, id) > (:period, :id::uuid)'}
       order by period, id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(programId && { programId: toUuid(programId) }),
        ...(period !== undefined && { period, id: toUuid(parseId('bat', id ?? '')) }),
      },
    );
    return pageOf(await this.counted(rows), request, ({ batch }) => [batch.period, batch.id]);
  }

  async batch(batchId: BatchId): Promise<CountedBatch | undefined> {
    const rows = await rowsOf<BatchRow>(this.db, `select * from settlement.payout_batches where id = :id`, {
      id: toUuid(batchId),
    });
    const [batch] = await this.counted(rows);
    return batch;
  }

  private async counted(rows: readonly BatchRow[]): Promise<readonly CountedBatch[]> {
    const totals = await rowsOf<TotalRow>(
      this.db,
      `select batch_id, state, min(currency) as currency, count(*) as count, sum(amount_minor)::text as minor
       from settlement.payouts
       where batch_id = any(:ids)
       group by batch_id, state
       order by batch_id, state`,
      { ids: rows.map(({ id }) => id) },
    );
    const byBatch = grouped(totals, ({ batch_id }) => batch_id);
    return rows.map((row) => ({ batch: toBatch(row), payouts: (byBatch.get(row.id) ?? []).map(toTotal) }));
  }
}

const toTotal = ({ state, currency, count, minor }: Omit<TotalRow, 'batch_id'>): StateTotal => ({
  state,
  count: Number(count),
  amount: Money.of(BigInt(minor), currency),
});
