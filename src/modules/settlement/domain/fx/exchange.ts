/** What a payout in another currency than the books' comes to, by a rate that is fixed once. */
import { exponentOf } from '../../../../shared/currency.ts';
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import { divide, Rate } from '../../../../shared/rate.ts';
import type { RateFacts } from '../../../commission/index.ts';

/** A rate as somebody used it: what it was, who says so, and from when on it counted. */
export interface UsedRate extends RateFacts {
  /** Derived from all of it: the same rate has the same id wherever it was used. */
  readonly id: Id<'fxr'>;
}

export const usedRate = ({ source, from, to, rate, at }: RateFacts): UsedRate => ({
  id: derivedId('fxr', source, from, to, at, rate),
  ...{ source, from, to, rate, at },
});

/** What leaves the house for an amount in the currency of the books. Decided when it is sent, and never again. */
export interface Exchanged {
  readonly rate: UsedRate;
  readonly fixedAt: Instant;
  readonly spreadBasisPoints: number;
  /** What the house keeps of the amount, in the currency of the books. */
  readonly spread: Money;
  readonly counter: Money;
}

/** A rate and what the house takes for an exchange by it. */
export interface Quote {
  readonly rate: UsedRate;
  readonly spreadBasisPoints: number;
}

export const exchanged = (amount: Money, { rate, spreadBasisPoints }: Quote, fixedAt: Instant): Exchanged => {
  const spread = amount.percent(BigInt(spreadBasisPoints));
  return { rate, fixedAt, spreadBasisPoints, spread, counter: converted(amount.minus(spread), rate) };
};

/** Exact until the last step, where half a minor unit becomes a whole one. */
export const converted = ({ minor }: Money, { from, to, rate }: Pick<RateFacts, 'from' | 'to' | 'rate'>): Money => {
  const [dividend = '', divisor = '1'] = rate.split('/');
  const [above, below] = [Rate.parse(dividend), Rate.parse(divisor)];
  const shift = exponentOf(to) - exponentOf(from);
  const scale = 10n ** BigInt(Math.abs(shift));
  const num = minor * above.numerator * below.denominator * (shift > 0 ? scale : 1n);
  const den = above.denominator * below.numerator * (shift < 0 ? scale : 1n);
  return Money.of(divide(num, den, 'half_up'), to);
};
