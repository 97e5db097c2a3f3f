import { ContainerModule } from 'inversify';
import type { Module } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { Ids } from '../../shared/ids.ts';
import { orderRoutes } from './adapters/http/routes.ts';
import { orderConsumers } from './adapters/messaging/consumers.ts';
import { PostgresNamedOrders } from './adapters/postgres/postgres-named-orders.ts';
import { PostgresOrderReader } from './adapters/postgres/postgres-order-reader.ts';
import { PostgresOrders } from './adapters/postgres/postgres-orders.ts';
import { PostgresPlacedOrders } from './adapters/postgres/postgres-placed-orders.ts';
import { OrderQueries } from './application/order-queries.ts';
import { ReceiveOrderEvents } from './application/receive-order-events.ts';
import { RefoldOrder } from './application/refold-order.ts';
import * as events from './events.ts';
import { NamedOrdersPort, OrdersPort, PlacedOrdersPort } from './index.ts';
import { OrderReader } from './ports/order-reader.ts';
import { type OrderStores, OrderTransaction } from './ports/orders.ts';

const bindings = new ContainerModule(({ bind }) => {
  bind(OrderTransaction).toResolvedValue(
    (parts) =>
      new PostgresTransaction<OrderStores>(parts, (trx, outbox) => ({ orders: new PostgresOrders(trx), outbox })),
    [TransactionParts],
  );
  bind(OrderReader).toResolvedValue(({ knex }) => new PostgresOrderReader(knex), [Database]);
  bind(ReceiveOrderEvents).toResolvedValue((ids, clock) => new ReceiveOrderEvents(ids, clock), [Ids, Clock]);
  bind(RefoldOrder).toResolvedValue(
    (transaction, clock) => new RefoldOrder(transaction, clock),
    [OrderTransaction, Clock],
  );
  bind(OrderQueries).toResolvedValue(
    (reader, transaction) => new OrderQueries(reader, transaction),
    [OrderReader, OrderTransaction],
  );
  bind(OrdersPort).toResolvedValue((queries) => queries, [OrderQueries]);
  bind(NamedOrdersPort).toResolvedValue(({ knex }) => new PostgresNamedOrders(knex), [Database]);
  bind(PlacedOrdersPort).toResolvedValue(({ knex }) => new PostgresPlacedOrders(knex), [Database]);
});

export const orders: Module = {
  name: 'orders',
  tells: contractsIn(events),
  bindings,
  offers: [NamedOrdersPort, OrdersPort, PlacedOrdersPort],
  routes: (own) => orderRoutes(own.get(OrderReader), own.get(RefoldOrder)),
  consumers: (own) => orderConsumers(own.get(OrderTransaction), own.get(ReceiveOrderEvents)),
  audits: (own) => [
    { promise: 'every order is the fold of its journal', run: () => own.get(OrderQueries).foldedDifferently() },
  ],
};
