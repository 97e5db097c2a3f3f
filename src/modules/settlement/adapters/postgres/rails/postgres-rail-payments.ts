import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import type { Payout } from '../../../domain/payouts/payout.ts';
import { achReferenceOf } from '../../../domain/rails/ach.ts';
import type { RailName } from '../../../domain/rails/rail-name.ts';
import type { PayoutId } from '../../../index.ts';
import type { KeptNotice, RailPayment, RailPayments } from '../../../ports/rail-payments.ts';
import { type PayoutRow, toPayout } from '../rows.ts';

export interface RailPaymentRow {
  readonly payout_id: string;
  readonly batch_id: string;
  readonly program_id: string;
  readonly rail: RailName;
  readonly state: RailPayment['state'];
  readonly sealed: string;
  readonly sent_at: Instant | null;
  readonly asks: number;
  readonly next_at: Instant | null;
  readonly last_word: string | null;
  readonly heard_at: Instant | null;
}

export class PostgresRailPayments implements RailPayments {
  constructor(private readonly db: Knex) {}

  async add(payments: readonly RailPayment[]): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.rail_payments (payout_id, batch_id, program_id, rail, state, sealed, asks, next_at)
       select payout_id, batch_id, program_id, rail, 'waiting', sealed, 0, next_at
       from unnest(
         :ids::uuid[], :batchIds::uuid[], :programIds::uuid[], :rails::text[], :sealed::text[], :next::timestamptz[]
       ) as new (payout_id, batch_id, program_id, rail, sealed, next_at)
       on conflict (payout_id) do nothing`,
      {
        ids: payments.map(({ payoutId }) => toUuid(payoutId)),
        batchIds: payments.map(({ batchId }) => toUuid(batchId)),
        programIds: payments.map(({ programId }) => toUuid(programId)),
        rails: payments.map(({ rail }) => rail),
        sealed: payments.map(({ sealed }) => sealed),
        next: payments.map(({ nextAt }) => nextAt ?? null),
      },
    );
  }

  async due(by: Instant, limit: number): Promise<readonly RailPayment[]> {
    const rows = await rowsOf<RailPaymentRow>(
      this.db,
      `select * from settlement.rail_payments where next_at <= :by order by next_at, payout_id limit :limit`,
      { by, limit },
    );
    return rows.map(toRailPayment);
  }

  async hold(payoutId: PayoutId): Promise<RailPayment | undefined> {
    const [row] = await rowsOf<RailPaymentRow>(
      this.db,
      `select * from settlement.rail_payments where payout_id = :id for update`,
      { id: toUuid(payoutId) },
    );
    return row && toRailPayment(row);
  }

  async save({ payoutId, state, sentAt, asks, nextAt, lastWord, heardAt }: RailPayment): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.rail_payments
       set state = :state, sent_at = :sentAt, asks = :asks, next_at = :nextAt, last_word = :lastWord, heard_at = :heardAt
       where payout_id = :id`,
      {
        id: toUuid(payoutId),
        state,
        sentAt: sentAt ?? null,
        asks,
        nextAt: nextAt ?? null,
        lastWord: lastWord ?? null,
        heardAt: heardAt ?? null,
      },
    );
  }

  async achPayouts(references: readonly string[]): Promise<ReadonlyMap<string, Payout>> {
    const rows = await rowsOf<PayoutRow>(
      this.db,
      `select * from settlement.payouts
       where rail = 'ach' and upper(right(replace(id::text, '-', ''), 15)) = any(:references)
       order by id for update`,
      { references: [...references] },
    );
    return new Map(rows.map(toPayout).map((payout) => [achReferenceOf(payout.id), payout]));
  }

  async addNotices(notices: readonly KeptNotice[]): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.ach_notices (reference, code, trace, kind, payout_id, amount_minor, corrected, noted_at)
       select * from unnest(
         :references::text[], :codes::text[], :traces::text[], :kinds::text[], :payoutIds::uuid[], :minors::bigint[],
         :corrected::text[], :noted::timestamptz[]
       )
       on conflict do nothing`,
      {
        references: notices.map(({ reference }) => reference),
        codes: notices.map(({ code }) => code),
        traces: notices.map(({ trace }) => trace),
        kinds: notices.map(({ kind }) => kind),
        payoutIds: notices.map(({ payoutId }) => (payoutId === undefined ? null : toUuid(payoutId))),
        minors: notices.map(({ minor }) => minor.toString()),
        corrected: notices.map(({ corrected }) => corrected ?? null),
        noted: notices.map(({ notedAt }) => notedAt),
      },
    );
  }
}

export const toRailPayment = (row: RailPaymentRow): RailPayment => ({
  payoutId: fromUuid('pay', row.payout_id),
  batchId: fromUuid('bat', row.batch_id),
  programId: fromUuid('prg', row.program_id),
  rail: row.rail,
  state: row.state,
  sealed: row.sealed,
  sentAt: row.sent_at ?? undefined,
  asks: row.asks,
  nextAt: row.next_at ?? undefined,
  lastWord: row.last_word ?? undefined,
  heardAt: row.heard_at ?? undefined,
});
