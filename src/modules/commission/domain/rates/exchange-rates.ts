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

/** Throws `commission.rate_unusable` with each rate by which nothing can be converted. */
export const mustBeUsable = (rates: readonly ExchangeRate[]): void => {
  const seen = new Map<string, string>();
  const faults = rates.flatMap(({ base, currency, at, rate }, index) => {
    const name = [base, currency, at].join('/');
    const known = seen.get(name) ?? rate;
    seen.set(name, known);
    const detail = faultOf(base, currency, rate, known);
    return detail === undefined ? [] : [{ pointer: `/rates/${index}`, code: 'commission.rate_unusable', detail }];
  });
  if (faults.length > 0)
    throw invalid('commission.rate_unusable', 'some rates cannot be used; see each', faults.slice(0, MAX_FAULTS));
};

const MAX_FAULTS = 100;

const faultOf = (base: string, currency: string, rate: string, known: string): string | undefined => {
  if (base === currency) return 'is of a currency to itself';
  if (Rate.parse(rate).numerator <= 0n) return 'must be more than zero';
  return sameRate(rate, known) ? undefined : 'differs from another of the same moment in this list';
};

/** The same rate, however many zeros it is written with. */
export const sameRate = (a: string, b: string): boolean => {
  const [left, right] = [Rate.parse(a), Rate.parse(b)];
  return left.numerator * right.denominator === right.numerator * left.denominator;
};
