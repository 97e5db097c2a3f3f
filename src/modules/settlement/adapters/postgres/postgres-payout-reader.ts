import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { grouped } from '../../../../shared/grouped.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { PayoutState } from '../../domain/payouts/payout-life-cycle.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import type { BreakKind } from '../../domain/reconciliation/reconciliation.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type {
  CountedBatch,
  DetailedPayout,
  ListedBreak,
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

interface BreakRow {
  readonly id: string;
  readonly program_id: string;
  readonly statement_id: string;
  readonly ref: string;
  readonly kind: BreakKind;
  readonly end_to_end_id: string | null;
  readonly payout_id: string | null;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly direction: 'debit' | 'credit';
  readonly booked_at: Instant;
  readonly noticed_at: Instant;
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
    const [row] = await rowsOf<PayoutRow>(this.db, `select * from settlement.payouts where id = :id`, { id });
    if (row === undefined) return undefined;
    const shares = await sharesOf(this.db, [payoutId]);
    return { payout: toPayout(row), allocations: shares.map(toShare) };
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

  async breaks(request: PageRequest): Promise<Page<ListedBreak>> {
    const [noticedAt, id] = request.after ?? [];
    const rows = await rowsOf<BreakRow>(
      this.db,
      `select id, program_id, account, statement_id, ref, kind, end_to_end_id, breaks.payout_id, amount_minor, currency,
         direction, booked_at, noticed_at
       from settlement.reconciliation_breaks as breaks
       join settlement.bank_lines using (account, statement_id, ref)
       ${noticedAt === undefined ? '' : 'where (noticed_at, id) > (:noticedAt::timestamptz, :id::uuid)'}
       order by noticed_at, id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(noticedAt !== undefined && { noticedAt, id: toUuid(parseId('brk', id ?? '')) }),
      },
    );
    return pageOf(rows.map(toBreak), request, (found) => [found.noticedAt, found.id]);
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

const toBreak = (row: BreakRow): ListedBreak => ({
  id: fromUuid('brk', row.id),
  programId: fromUuid('prg', row.program_id),
  statementId: row.statement_id,
  ref: row.ref,
  kind: row.kind,
  endToEndId: row.end_to_end_id ?? undefined,
  payoutId: row.payout_id === null ? undefined : fromUuid('pay', row.payout_id),
  amount: Money.of(row.amount_minor, row.currency),
  direction: row.direction,
  bookedAt: row.booked_at,
  noticedAt: row.noticed_at,
});
