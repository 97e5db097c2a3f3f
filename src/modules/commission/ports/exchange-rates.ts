import type { Instant } from '../../../shared/instant.ts';
import type { ExchangeRate, Quotes } from '../domain/rates/exchange-rates.ts';
import type { RateAsked } from '../domain/terms/version-for.ts';

/** What currencies were worth, by who says so. Append-only. */
export abstract class ExchangeRates {
  /** How many were new. Throws `commission.rate_differs` when one is known already, and is another. */
  abstract add(rates: readonly ExchangeRate[], at: Instant): Promise<number>;
  /** The latest by then of each pair asked, in the order asked. */
  abstract quotes(asked: readonly RateAsked[]): Promise<readonly Quotes[]>;
}
