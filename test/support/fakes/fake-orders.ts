import type { Id } from '../../../src/shared/ids.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import type { OrderFacts, OrderId } from '../../../src/modules/orders/index.ts';
import { OrdersPort } from '../../../src/modules/orders/index.ts';
import {
  type OrderJournal,
  type OrderKey,
  Orders,
  type OrderStores,
  type OrderTransaction,
  type OrderUpdate,
} from '../../../src/modules/orders/ports/orders.ts';
import { FakeTransaction, type FakeParts, Table } from './fake-transaction.ts';

type OrderTable = Table<OrderJournal>;

class FakeOrders extends Orders {
  constructor(private readonly table: OrderTable) {
    super();
  }

  open(keys: readonly (OrderKey & { readonly newId: OrderId })[]): Promise<readonly OrderJournal[]> {
    return Promise.resolve(
      keys.map(({ programId, orderRef, newId }) => {
        const known = this.table.values().find((order) => order.programId === programId && order.orderRef === orderRef);
        return known ?? { orderId: newId, programId, orderRef, events: [], facts: undefined };
      }),
    );
  }

  journals(orderIds: readonly OrderId[]): Promise<readonly OrderJournal[]> {
    return Promise.resolve(orderIds.flatMap((id) => this.table.get(id) ?? []));
  }

  save(updates: readonly OrderUpdate[], _at: Instant): Promise<void> {
    for (const { orderId, programId, orderRef, newEvents, facts } of updates) {
      const events = [
        ...(this.table.get(orderId)?.events ?? []),
        ...newEvents.map(({ receivedAt: _, ...event }) => event),
      ];
      this.table.set(orderId, { orderId, programId, orderRef, events: events, facts });
    }
    return Promise.resolve();
  }
}

export class FakeOrderTransaction extends FakeTransaction<OrderStores> implements OrderTransaction {
  private readonly orders: OrderTable;

  constructor(parts: Partial<FakeParts<OrderStores>> = {}) {
    const orders: OrderTable = new Table();
    super({
      schema: 'orders',
      tables: [orders],
      stores: (outbox) => ({ orders: new FakeOrders(orders), outbox }),
      ...parts,
    });
    this.orders = orders;
  }

  all(): readonly OrderJournal[] {
    return this.orders.committed.values();
  }
}

/** Answers other modules' questions from a fake store. */
export class FakeOrdersPort extends OrdersPort {
  constructor(private readonly transaction: FakeOrderTransaction) {
    super();
  }

  facts(orderIds: readonly OrderId[]): Promise<readonly OrderFacts[]> {
    const wanted = new Set(orderIds);
    return Promise.resolve(
      this.transaction.all().flatMap(({ orderId, facts }) => (wanted.has(orderId) && facts ? [facts] : [])),
    );
  }

  ofCustomer(programId: Id<'prg'>, customerRef: string): Promise<readonly OrderId[]> {
    const own = this.transaction
      .all()
      .filter((order) => order.programId === programId && order.facts?.customerRef === customerRef);
    return Promise.resolve(own.map(({ orderId }) => orderId));
  }
}
