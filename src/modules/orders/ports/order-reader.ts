import type { Instant } from '../../../shared/instant.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { OrderException } from '../domain/fold.ts';
import type { OrderFacts, OrderId } from '../index.ts';

export interface ListedException extends OrderException {
  readonly orderId: OrderId;
  readonly orderRef: string;
  readonly noticedAt: Instant;
}

/** Looks at orders outside any transaction. */
export abstract class OrderReader {
  abstract facts(orderIds: readonly OrderId[]): Promise<readonly OrderFacts[]>;
  abstract page(request: PageRequest, state?: string): Promise<Page<OrderFacts>>;
  abstract exceptions(request: PageRequest): Promise<Page<ListedException>>;
  /** Orders whose stored facts are not the fold of their journal; a bounded sample of the newest. */
  abstract sample(limit: number, after?: OrderId): Promise<readonly OrderId[]>;
}
