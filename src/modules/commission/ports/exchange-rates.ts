import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { ExchangeRate, Quotes } from '../domain/rates/exchange-rates.ts';
import type { RateTaken } from '../domain/rates/taken-rates.ts';
import type { RateAsked } from '../domain/terms/version-for.ts';

/** What currencies were worth, by who says so. Append-only. */
export abstract class ExchangeRates {
  /** How many were new. Throws `commission.rate_differs` when one is known already, and is another. */
  abstract add(rates: readonly ExchangeRate[], at: Instant): Promise<number>;
  /** The latest by then of each pair asked, in the order asked. */
  abstract quotes(asked: readonly RateAsked[]): Promise<readonly Quotes[]>;
  /** By what these orders were converted already. */
  abstract taken(orderIds: readonly Id<'ord'>[]): Promise<readonly RateTaken[]>;
  /** What was taken once stays. */
  abstract take(rates: readonly RateTaken[], at: Instant): Promise<void>;
}
