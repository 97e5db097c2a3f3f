import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Outbox } from '../../../shared/outbox.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { OrderName } from '../domain/facts.ts';
import type { OrderException } from '../domain/fold.ts';
import type { OrderEvent } from '../domain/order-event.ts';
import type { OrderFacts, OrderId } from '../index.ts';

export interface OrderKey {
  readonly programId: Id<'prg'>;
  readonly orderRef: string;
}

/** An order: everything told of it so far, and what was known of it after the last of that. */
export interface OrderJournal extends OrderName {
  readonly events: readonly OrderEvent[];
  readonly facts: OrderFacts | undefined;
}

export type ReceivedEvent = OrderEvent & { readonly receivedAt: Instant };

export interface OrderUpdate extends OrderName {
  readonly newEvents: readonly ReceivedEvent[];
  readonly facts: OrderFacts | undefined;
  /** All there are now; those of before that are not among them are resolved. */
  readonly exceptions: readonly OrderException[];
}

export abstract class Orders {
  /**
   * The orders of those keys, and nobody else's until the transaction ends. Those that nobody has made have the ids given,
   * and are made when they are saved: who comes second with one begins again, and finds it.
   */
  abstract open(keys: readonly (OrderKey & { readonly newId: OrderId })[]): Promise<readonly OrderJournal[]>;
  /** Those that exist, and nobody else's until the transaction ends. */
  abstract journals(orderIds: readonly OrderId[]): Promise<readonly OrderJournal[]>;
  abstract save(updates: readonly OrderUpdate[], at: Instant): Promise<void>;
}

export interface OrderStores {
  readonly orders: Orders;
  readonly outbox: Outbox;
}

export abstract class OrderTransaction extends Transaction<OrderStores> {}
