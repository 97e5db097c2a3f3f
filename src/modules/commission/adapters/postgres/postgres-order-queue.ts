import type { Knex } from 'knex';
import { uuids } from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { UncalculatedOrder } from '../../index.ts';
import type { OrderQueue, SetAside } from '../../ports/periods.ts';

export class PostgresOrderQueue implements OrderQueue {
  constructor(private readonly db: Knex) {}

  async setAside(orders: readonly UncalculatedOrder[]): Promise<void> {
    if (orders.length === 0) return;
    const rows = orders.map(({ orderId, orderRef, programId, ...why }) => ({
      order_id: toUuid(orderId),
      order_ref: orderRef,
      program_id: toUuid(programId),
      ...why,
    }));
    await rowsOf(
      this.db,
      `insert into commission.uncalculated (order_id, program_id, order_ref, code, detail, since)
       select order_id, program_id, order_ref, code, detail, since
       from jsonb_populate_recordset(null::commission.uncalculated, :rows::jsonb)
       order by order_id
       on conflict (order_id) do update set code = excluded.code, detail = excluded.detail`,
      { rows: JSON.stringify(rows) },
    );
  }

  async areSetAside(orderIds: readonly Id<'ord'>[]): Promise<ReadonlySet<Id<'ord'>>> {
    const rows = await rowsOfOften<{ order_id: string }>(
      this.db,
      `select order_id
       from unnest(:ids::uuid[]) as wanted (id)
       cross join lateral (select order_id from commission.uncalculated where order_id = wanted.id offset 0) as aside`,
      { ids: uuids(orderIds) },
    );
    return new Set(rows.map(({ order_id }) => fromUuid('ord', order_id)));
  }

  async calculated(orderIds: readonly Id<'ord'>[]): Promise<void> {
    if (orderIds.length === 0) return;
    await rowsOf(this.db, `delete from commission.uncalculated where order_id = any(:ids)`, {
      ids: orderIds.map(toUuid),
    });
  }

  async againSetAside({ code, programId }: SetAside, at: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `insert into commission.to_reckon (order_id, since)
       select order_id, :at::timestamptz from commission.uncalculated
       where (:code::text is null or code = :code) and (:programId::uuid is null or program_id = :programId)
       order by order_id
       on conflict do nothing`,
      { at, code: code ?? null, programId: programId === undefined ? null : toUuid(programId) },
    );
  }

  async againPlacedSince(programId: Id<'prg'>, placedAt: Instant, at: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `insert into commission.to_reckon (order_id, since)
       select distinct order_id, :at::timestamptz from commission.commissions
       where program_id = :programId and accrued_at >= :placedAt
       order by order_id
       on conflict do nothing`,
      { programId: toUuid(programId), placedAt, at },
    );
  }

  async take(limit: number, among?: readonly Id<'ord'>[]): Promise<readonly Id<'ord'>[]> {
    const rows = await rowsOf<{ order_id: string }>(
      this.db,
      `delete from commission.to_reckon where order_id in (
         select order_id from commission.to_reckon
         ${among === undefined ? '' : 'where order_id = any(:among)'}
         order by since, order_id limit :limit for update skip locked)
       returning order_id`,
      { limit, ...(among && { among: among.map(toUuid) }) },
    );
    return rows.map(({ order_id }) => fromUuid('ord', order_id));
  }
}
