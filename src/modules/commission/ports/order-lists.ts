import type { Page, PageRequest } from '../../../shared/page.ts';
import type { ExchangeRate } from '../domain/exchange-rates.ts';
import { UncalculatedPort } from '../index.ts';

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
  /** The newest first. */
  abstract rates(filter: RateFilter, request: PageRequest): Promise<Page<ExchangeRate>>;
}
