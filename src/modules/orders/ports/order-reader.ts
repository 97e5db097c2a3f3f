import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { OrderException } from '../domain/fold.ts';
import type { OrderFacts, OrderId } from '../index.ts';

export interface ListedException extends OrderException {
  readonly orderId: OrderId;
  readonly orderRef: string;
  readonly noticedAt: Instant;
}

export interface OrderFilter {
  readonly state?: string | undefined;
  /** The commerce system's own name; two programs may use the same. */
  readonly orderRef?: string | undefined;
}

/** Looks at orders outside any transaction. */
export abstract class OrderReader {
  abstract facts(orderIds: readonly OrderId[]): Promise<readonly OrderFacts[]>;
  abstract ofCustomer(programId: Id<'prg'>, customerRef: string): Promise<readonly OrderId[]>;
  abstract page(request: PageRequest, filter: OrderFilter): Promise<Page<OrderFacts>>;
  /** How many orders of the program are in each state. */
  abstract totals(programId: Id<'prg'>): Promise<readonly { readonly state: string; readonly count: number }[]>;
  abstract exceptions(request: PageRequest): Promise<Page<ListedException>>;
  /** Ids of all orders, in pages, for audits. */
  abstract sample(limit: number, after?: OrderId): Promise<readonly OrderId[]>;
  /** Those that are listed and counted in another state than their facts say, so many at most: there should be none. */
  abstract misfiled(limit: number): Promise<readonly OrderId[]>;
}
