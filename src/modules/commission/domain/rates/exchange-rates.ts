import { invalid } from '../../../../shared/errors.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Rate } from '../../../../shared/rate.ts';
import type { Exchange } from '../engine/facts.ts';
import type { RateAsked } from '../terms/version-for.ts';

/** What one unit of `base` is in units of `currency`, by that source from that moment on. */
export interface ExchangeRate {
  readonly source: string;
  readonly base: string;
  readonly currency: string;
  readonly at: Instant;
  /** Decimal text, as it was sent. */
  readonly rate: string;
}

/** What a source says of a pair: at once, or by way of the base that it quotes both in. */
export interface Quotes {
  readonly direct?: ExchangeRate | undefined;
  /** Of the currency to be converted. */
  readonly from?: ExchangeRate | undefined;
  /** Of the currency wanted, in the same base. */
  readonly to?: ExchangeRate | undefined;
}

/** Exact: a rate by way of a base is written as the quotient of both, and of the older of the two moments. */
export const exchangeBy = ({ source, from, to }: RateAsked, quotes: Quotes): Exchange | undefined => {
  const { direct, from: of } = quotes;
  if (direct !== undefined) return { from, to, rate: direct.rate, source, at: direct.at };
  if (of === undefined) return undefined;
  if (of.base === to) return { from, to, rate: `1/${of.rate}`, source, at: of.at };
  if (quotes.to === undefined) return undefined;
  const at = quotes.to.at < of.at ? quotes.to.at : of.at;
  return { from, to, rate: `${quotes.to.rate}/${of.rate}`, source, at };
};

/** Throws `commission.rate_unusable` with each rate by which nothing can be converted, or that nobody can know by now. */
export const mustBeUsable = (rates: readonly ExchangeRate[], now: Instant): void => {
  const seen = new Map<string, string>();
  const faults = rates.flatMap((each, index) => {
    const name = [each.base, each.currency, each.at].join('/');
    const known = seen.get(name) ?? each.rate;
    seen.set(name, known);
    const [found] = faultsOf(each, known, now);
    if (found === undefined) return [];
    return [{ pointer: `/rates/${index}${found.field}`, code: 'commission.rate_unusable', detail: found.detail }];
  });
  if (faults.length > 0)
    throw invalid('commission.rate_unusable', 'some rates cannot be used; see each', faults.slice(0, MAX_FAULTS));
};

const MAX_FAULTS = 100;

interface FoundFault {
  readonly field: '' | '/rate' | '/at';
  readonly detail: string;
}

const faultsOf = ({ base, currency, at, rate }: ExchangeRate, known: string, now: Instant): readonly FoundFault[] => [
  ...(base === currency ? [{ field: '', detail: 'is of a currency to itself' } as const] : []),
  ...(isLikely(rate) ? [] : [{ field: '/rate', detail: `must be from ${LOWEST} to ${HIGHEST}` } as const]),
  ...(at <= now ? [] : [{ field: '/at', detail: 'must not be in the future: nobody knows the rate of then' } as const]),
  ...(sameRate(rate, known)
    ? []
    : [{ field: '', detail: 'differs from another of the same moment in this list' } as const]),
];

/** No two currencies are farther apart, not a dinar of Kuwait and a rial of Iran: beyond it somebody mistook the point. */
const HIGHEST = '10000000';
const LOWEST = '0.0000001';

const isLikely = (rate: string): boolean => compareRates(rate, LOWEST) >= 0n && compareRates(rate, HIGHEST) <= 0n;

/** The same rate, however many zeros it is written with. */
export const sameRate = (a: string, b: string): boolean => compareRates(a, b) === 0n;

const compareRates = (a: string, b: string): bigint => {
  const [left, right] = [Rate.parse(a), Rate.parse(b)];
  return left.numerator * right.denominator - right.numerator * left.denominator;
};
