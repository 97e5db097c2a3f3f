import type { Knex } from 'knex';
import { uuids } from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { OrderException } from '../../domain/fold.ts';
import type { OrderFacts, OrderId } from '../../index.ts';
import { type ListedException, type OrderFilter, type OrderReader } from '../../ports/order-reader.ts';

interface FactsRow {
  readonly facts: OrderFacts;
}

interface ExceptionRow {
  readonly order_id: string;
  readonly order_ref: string;
  readonly event_id: string;
  readonly kind: OrderException['kind'];
  readonly reason: OrderException['reason'];
  readonly noticed_at: Instant;
}

export class PostgresOrderReader implements OrderReader {
  constructor(private readonly db: Knex) {}

  async facts(orderIds: readonly OrderId[]): Promise<readonly OrderFacts[]> {
    const rows = await rowsOfOften<FactsRow>(
      this.db,
      `select facts
       from (select distinct id from unnest(:ids::uuid[]) as id) as wanted
       cross join lateral (select facts from orders.orders where orders.id = wanted.id offset 0) as found
       where facts is not null`,
      { ids: uuids(orderIds) },
    );
    return rows.map(({ facts }) => facts);
  }

  async ofCustomer(programId: Id<'prg'>, customerRef: string): Promise<readonly OrderId[]> {
    const rows = await rowsOf<{ id: string }>(
      this.db,
      `select id from orders.orders where program_id = :programId and facts->>'customerRef' = :customerRef`,
      { programId: toUuid(programId), customerRef },
    );
    return rows.map(({ id }) => fromUuid('ord', id));
  }

  async page(request: PageRequest, { state, orderRef }: OrderFilter): Promise<Page<OrderFacts>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<FactsRow>(
      this.db,
      `select facts
       from orders.orders
       where facts is not null
         ${state === undefined ? '' : 'and state = :state'}
         ${orderRef === undefined ? '' : 'and order_ref = :orderRef'}
         ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(state !== undefined && { state }),
        ...(orderRef !== undefined && { orderRef }),
        ...(after !== undefined && { after: toUuid(parseId('ord', after)) }),
      },
    );
    return pageOf(
      rows.map(({ facts }) => facts),
      request,
      ({ orderId }) => [orderId],
    );
  }

  async totals(programId: Id<'prg'>): Promise<readonly { readonly state: string; readonly count: number }[]> {
    const rows = await rowsOf<{ state: string; count: bigint }>(
      this.db,
      `select state, count(*) as count from orders.orders where program_id = :programId group by state order by state`,
      { programId: toUuid(programId) },
    );
    return rows.map(({ state, count }) => ({ state, count: Number(count) }));
  }

  async exceptions(request: PageRequest): Promise<Page<ListedException>> {
    const [orderId, eventId] = request.after ?? [];
    const rows = await rowsOf<ExceptionRow>(
      this.db,
      `select order_id, order_ref, event_id, kind, reason, noticed_at
       from orders.order_exceptions
       join orders.orders on orders.id = order_id
       ${orderId === undefined ? '' : 'where (order_id, event_id) > (:orderId::uuid, :eventId)'}
       order by order_id, event_id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(orderId !== undefined && { orderId: toUuid(parseId('ord', orderId)), eventId: eventId ?? '' }),
      },
    );
    return pageOf(rows.map(toException), request, (exception) => [exception.orderId, exception.eventId]);
  }

  async sample(limit: number, after?: OrderId): Promise<readonly OrderId[]> {
    const rows = await rowsOf<{ id: string }>(
      this.db,
      `select id from orders.orders ${after === undefined ? '' : 'where id > :after'} order by id limit :limit`,
      { limit, ...(after && { after: toUuid(after) }) },
    );
    return rows.map(({ id }) => fromUuid('ord', id));
  }

  async misfiled(limit: number): Promise<readonly OrderId[]> {
    const rows = await rowsOf<{ id: string }>(
      this.db,
      `select id from orders.orders where state <> coalesce(facts->>'state', 'unknown') order by id limit :limit`,
      { limit },
    );
    return rows.map(({ id }) => fromUuid('ord', id));
  }
}

const toException = (row: ExceptionRow): ListedException => ({
  orderId: fromUuid('ord', row.order_id),
  orderRef: row.order_ref,
  eventId: row.event_id,
  kind: row.kind,
  reason: row.reason,
  noticedAt: row.noticed_at,
});
