import { type Consumer, consumer } from '../../../../infrastructure/messaging/consumer.ts';
import { read } from '../../../../shared/events.ts';
import { OrderEventReceivedV1 } from '../../../pipeline/events.ts';
import type { ReceiveOrderEvents } from '../../application/receive-order-events.ts';
import type { OrderTransaction } from '../../ports/orders.ts';

export const orderConsumers = (transaction: OrderTransaction, receive: ReceiveOrderEvents): readonly Consumer[] => [
  consumer('orders', transaction, [OrderEventReceivedV1], (stores, events) =>
    receive.run(
      stores,
      events.map((event) => read(OrderEventReceivedV1, event)),
    ),
  ),
];
