import { AppError, unreachable } from './errors.ts';

/**
 * How a fraction of a minor unit becomes a whole one. Every name treats a negative amount as the mirror image of the
 * positive one, so that a reversal undoes exactly what it reverses.
 */
export type Rounding = 'half_up' | 'half_even' | 'down' | 'up';

const DECIMAL = /^(-?)(\d{1,18})(?:\.(\d{1,18}))?$/;

/** An exact decimal: `0.065`, `12`, `-0.5`. Never a float. */
export class Rate {
  readonly numerator: bigint;
  readonly denominator: bigint;

  private constructor(numerator: bigint, denominator: bigint) {
    this.numerator = numerator;
    this.denominator = denominator;
  }

  /** Throws `rate.malformed`. */
  static parse(text: string): Rate {
    const [, sign, whole, fraction = ''] = DECIMAL.exec(text) ?? [];
    if (whole === undefined) throw new AppError('invalid', 'rate.malformed', `"${text}" is not a decimal like 0.065`);
    const size = BigInt(whole + fraction);
    return new Rate(sign === '-' ? -size : size, 10n ** BigInt(fraction.length));
  }

  /** `Rate.percent('6.5')` is 0.065. */
  static percent(text: string): Rate {
    const { numerator, denominator } = Rate.parse(text);
    return new Rate(numerator, denominator * 100n);
  }

  static basisPoints(points: bigint): Rate {
    return new Rate(points, 10_000n);
  }

  of(whole: bigint, rounding: Rounding): bigint {
    return divide(whole * this.numerator, this.denominator, rounding);
  }
}

/** Divides by a positive divisor and rounds by name. */
export const divide = (dividend: bigint, divisor: bigint, rounding: Rounding): bigint => {
  const size = dividend < 0n ? -dividend : dividend;
  const quotient = size / divisor;
  const away = roundsAway(quotient, size % divisor, divisor, rounding);
  const rounded = away ? quotient + 1n : quotient;
  return dividend < 0n ? -rounded : rounded;
};

const roundsAway = (quotient: bigint, rest: bigint, divisor: bigint, rounding: Rounding): boolean => {
  switch (rounding) {
    case 'down':
      return false;
    case 'up':
      return rest > 0n;
    case 'half_up':
      return rest * 2n >= divisor;
    case 'half_even':
      return rest * 2n > divisor || (rest * 2n === divisor && quotient % 2n === 1n);
    default:
      return unreachable(rounding);
  }
};
