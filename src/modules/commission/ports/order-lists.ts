import type { Page, PageRequest } from '../../../shared/page.ts';
import type { ExchangeRate } from '../domain/exchange-rates.ts';
import type { SetAside, Uncalculated } from './periods.ts';

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
export abstract class OrderLists {
  /** The longest first. */
  abstract uncalculated(which: SetAside, request: PageRequest): Promise<Page<Uncalculated>>;
  abstract backlog(): Promise<Backlog>;
  /** The newest first. */
  abstract rates(filter: RateFilter, request: PageRequest): Promise<Page<ExchangeRate>>;
}
