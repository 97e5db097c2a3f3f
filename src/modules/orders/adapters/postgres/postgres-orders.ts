import type { Knex } from 'knex';
import { texts, uuids } from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { LostRace } from '../../../../infrastructure/postgres/errors.ts';
import { grouped } from '../../../../shared/grouped.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { OrderEvent } from '../../domain/order-event.ts';
import type { OrderFacts, OrderId } from '../../index.ts';
import { type OrderJournal, type OrderKey, type Orders, type OrderUpdate } from '../../ports/orders.ts';

interface OrderRow {
  readonly id: string;
  readonly program_id: string;
  readonly order_ref: string;
  readonly facts: OrderFacts | null;
}

interface EventRow {
  readonly order_id: string;
  readonly event_id: string;
  readonly kind: OrderEvent['kind'];
  readonly occurred_at: Instant;
  readonly data: object;
}

type NewKey = OrderKey & { readonly newId: OrderId };

export class PostgresOrders implements Orders {
  /** Orders of this transaction that nobody had made before it. */
  private readonly fresh = new Set<OrderId>();

  constructor(private readonly db: Knex) {}

  async open(keys: readonly NewKey[]): Promise<readonly OrderJournal[]> {
    const known = await this.held(keys);
    const names = new Set(known.map(nameOf));
    const fresh = keys.filter((key) => !names.has(nameOf(key)));
    for (const { newId } of fresh) this.fresh.add(newId);
    return [...known, ...fresh.map(emptyJournal)];
  }

  // Sorted by key, here and below: two batches that share orders take them in one order and never wait in a circle.

  private async held(keys: readonly OrderKey[]): Promise<readonly OrderJournal[]> {
    const rows = await rowsOfOften<OrderRow>(
      this.db,
      `select held.*
       from (
         select distinct program_id, order_ref
         from unnest(:programIds::uuid[], :orderRefs::text[]) as wanted (program_id, order_ref)
         order by program_id, order_ref
       ) as wanted
       cross join lateral (
         select id, program_id, order_ref, facts from orders.orders as own
         where own.program_id = wanted.program_id and own.order_ref = wanted.order_ref
         offset 0
         for update
       ) as held`,
      named(keys),
    );
    return rows.length === 0 ? [] : this.withEvents(rows);
  }

  async journals(orderIds: readonly OrderId[]): Promise<readonly OrderJournal[]> {
    const rows = await rowsOf<OrderRow>(
      this.db,
      `select id, program_id, order_ref, facts
       from orders.orders
       where id = any(:ids)
       order by program_id, order_ref
       for update`,
      { ids: orderIds.map(toUuid) },
    );
    return this.withEvents(rows);
  }

  async save(updates: readonly OrderUpdate[], at: Instant): Promise<void> {
    const known = updates.filter(({ orderId }) => !this.fresh.has(orderId));
    await this.make(updates.filter(({ orderId }) => this.fresh.has(orderId)));
    await this.addEvents(updates);
    await this.change(known);
    await this.replaceExceptions(
      updates.filter((each) => each.exceptions.length > 0 || !this.fresh.has(each.orderId)),
      at,
    );
  }

  /** Whole: to make an order first and to write its facts into it costs twice as much. */
  private async make(fresh: readonly OrderUpdate[]): Promise<void> {
    if (fresh.length === 0) return;
    const made = await rowsOfOften(
      this.db,
      `insert into orders.orders (id, program_id, order_ref, facts, state)
       select id, program_id, order_ref, facts, coalesce(facts->>'state', 'unknown')
       from unnest(:ids::uuid[], :programIds::uuid[], :orderRefs::text[], :facts::jsonb[])
         as new (id, program_id, order_ref, facts)
       order by program_id, order_ref
       on conflict (program_id, order_ref) do nothing
       returning id`,
      { ...factsOf(fresh), ...named(fresh) },
    );
    if (made.length < fresh.length) throw new LostRace('somebody else has made one of the orders meanwhile');
  }

  private async change(known: readonly OrderUpdate[]): Promise<void> {
    if (known.length === 0) return;
    await rowsOf(
      this.db,
      `update orders.orders
       set facts = new.facts, state = coalesce(new.facts->>'state', 'unknown')
       from unnest(:ids::uuid[], :facts::jsonb[]) as new (id, facts)
       where orders.id = new.id`,
      factsOf(known),
    );
  }

  private async withEvents(rows: readonly OrderRow[]): Promise<readonly OrderJournal[]> {
    const events = await rowsOf<EventRow>(
      this.db,
      `select order_id, event_id, kind, occurred_at, data from orders.order_events where order_id = any(:ids)`,
      { ids: rows.map(({ id }) => id) },
    );
    const byOrder = grouped(events, ({ order_id }) => order_id);
    return rows.map(({ id, program_id, order_ref, facts }) => ({
      orderId: fromUuid('ord', id),
      programId: fromUuid('prg', program_id),
      orderRef: order_ref,
      facts: facts ?? undefined,
      events: (byOrder.get(id) ?? []).map(toEvent),
    }));
  }

  private async addEvents(updates: readonly OrderUpdate[]): Promise<void> {
    const added = updates.flatMap(({ orderId, newEvents }) => newEvents.map((event) => ({ orderId, event })));
    if (added.length === 0) return;
    await rowsOfOften(
      this.db,
      `insert into orders.order_events (order_id, event_id, kind, occurred_at, received_at, data)
       select * from unnest(
         :orderIds::uuid[], :eventIds::text[], :kinds::text[], :occurred::timestamptz[], :received::timestamptz[], :data::jsonb[]
       )`,
      {
        orderIds: uuids(added.map(({ orderId }) => orderId)),
        eventIds: added.map(({ event }) => event.eventId),
        kinds: added.map(({ event }) => event.kind),
        occurred: added.map(({ event }) => event.occurredAt),
        received: added.map(({ event }) => event.receivedAt),
        data: added.map(({ event }) => JSON.stringify(event.data)),
      },
    );
  }

  private async replaceExceptions(updates: readonly OrderUpdate[], at: Instant): Promise<void> {
    if (updates.length === 0) return;
    const odd = updates.flatMap(({ orderId, exceptions }) =>
      exceptions.map((exception) => ({ orderId, ...exception })),
    );
    const values = {
      ids: uuids(updates.map(({ orderId }) => orderId)),
      orderIds: uuids(odd.map(({ orderId }) => orderId)),
      eventIds: odd.map(({ eventId }) => eventId),
    };
    await rowsOf(
      this.db,
      `delete from orders.order_exceptions
       where order_id = any(:ids)
         and (order_id, event_id) not in (select * from unnest(:orderIds::uuid[], :eventIds::text[]))`,
      values,
    );
    if (odd.length === 0) return;
    await rowsOf(
      this.db,
      `insert into orders.order_exceptions (order_id, event_id, kind, reason, noticed_at)
       select order_id, event_id, kind, reason, :at
       from unnest(:orderIds::uuid[], :eventIds::text[], :kinds::text[], :reasons::text[]) as odd (order_id, event_id, kind, reason)
       on conflict (order_id, event_id) do update set reason = excluded.reason`,
      { ...values, kinds: odd.map(({ kind }) => kind), reasons: odd.map(({ reason }) => reason), at },
    );
  }
}

const named = (keys: readonly OrderKey[]) => ({
  programIds: uuids(keys.map(({ programId }) => programId)),
  orderRefs: texts(keys.map(({ orderRef }) => orderRef)),
});

const factsOf = (updates: readonly OrderUpdate[]) => ({
  ids: uuids(updates.map(({ orderId }) => orderId)),
  facts: updates.map(({ facts }) => (facts === undefined ? null : JSON.stringify(facts))),
});

const nameOf = ({ programId, orderRef }: OrderKey): string => `${programId}/${orderRef}`;

const emptyJournal = ({ newId: orderId, programId, orderRef }: NewKey): OrderJournal => {
  return { orderId, programId, orderRef, facts: undefined, events: [] };
};

/** The id, the kind and the data belong together: they were checked when they came in. */
const toEvent = ({ event_id, kind, occurred_at, data }: EventRow): OrderEvent =>
  ({ eventId: event_id, kind, occurredAt: occurred_at, data }) as OrderEvent;
