import type { Id } from '../../../shared/ids.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { ExchangeRate } from '../domain/rates/exchange-rates.ts';
import { type UncalculatedOrder, UncalculatedPort } from '../index.ts';

/** What waits to be reckoned again. */
export interface Backlog {
  readonly orders: number;
  readonly periods: number;
  /** Nobody can calculate them as they are. */
  readonly setAside: number;
}

export interface RateFilter {
  readonly source?: string | undefined;
  readonly base?: string | undefined;
  readonly currency?: string | undefined;
}

/** Looks at what waits, outside any transaction. */
export abstract class OrderLists extends UncalculatedPort {
  abstract backlog(): Promise<Backlog>;
  /** Undefined: the order is not set aside. */
  abstract uncalculatedOrder(orderId: Id<'ord'>): Promise<UncalculatedOrder | undefined>;
  /** The newest first. */
  abstract rates(filter: RateFilter, request: PageRequest): Promise<Page<ExchangeRate>>;
}
