import type { Exchange } from '../../domain/engine/facts.ts';
import { exchangeBy } from '../../domain/rates/exchange-rates.ts';
import { type RateTaken, wantedName } from '../../domain/rates/taken-rates.ts';
import type { RateWanted } from '../../domain/terms/version-for.ts';
import type { ExchangeRates } from '../../ports/exchange-rates.ts';

interface RatesFound {
  /** Undefined: nobody knows one. */
  readonly of: (wanted: RateWanted) => Exchange | undefined;
  /** By which the order was not converted before. */
  readonly fresh: readonly RateTaken[];
}

/** The rate an order was converted by already; else the latest that is known. */
export const ratesForOrders = async (
  rates: Pick<ExchangeRates, 'taken' | 'quotes'>,
  wanted: readonly RateWanted[],
): Promise<RatesFound> => {
  const taken = await rates.taken([...new Set(wanted.map(({ orderId }) => orderId))]);
  const known = new Map(taken.map((each) => [wantedName(each.wanted), each.exchange]));
  const asked = wanted.filter((each) => !known.has(wantedName(each)));
  const quotes = await rates.quotes(asked);
  const fresh = asked.flatMap((each, index) => {
    const exchange = exchangeBy(each, quotes[index] ?? {});
    return exchange === undefined ? [] : [{ wanted: each, exchange }];
  });
  for (const each of fresh) known.set(wantedName(each.wanted), each.exchange);
  return { of: (each) => known.get(wantedName(each)), fresh };
};
