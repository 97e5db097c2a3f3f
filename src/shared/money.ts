import { exponentOf, isCurrency } from './currency.ts';
import { AppError } from './errors.ts';
import { Rate, type Rounding } from './rate.ts';

/** How money travels in JSON: minor units as text, for a JSON number is a float. */
export interface MoneyJson {
  readonly minor: string;
  readonly currency: string;
}

/** An amount of whole minor units in an ISO 4217 currency. Nothing here loses or makes a cent. */
export class Money {
  readonly minor: bigint;
  readonly currency: string;

  private constructor(minor: bigint, currency: string) {
    this.minor = minor;
    this.currency = currency;
  }

  /** Throws `money.unknown_currency`. */
  static of(minor: bigint, currency: string): Money {
    if (!isCurrency(currency)) {
      throw new AppError('invalid', 'money.unknown_currency', `"${currency}" is not an ISO 4217 currency`);
    }
    return new Money(minor, currency);
  }

  static zero(currency: string): Money {
    return Money.of(0n, currency);
  }

  /** From a decimal text: `Money.parse('249.90', 'BRL')`. Throws `money.malformed`, `money.unknown_currency`. */
  static parse(text: string, currency: string): Money {
    const zero = Money.zero(currency);
    const exponent = exponentOf(currency);
    const [, sign, whole, fraction = ''] = /^(-?)(\d{1,18})(?:\.(\d+))?$/.exec(text) ?? [];
    const extra = fraction.slice(exponent);
    if (whole === undefined || /[^0]/.test(extra)) {
      throw new AppError(
        'invalid',
        'money.malformed',
        `"${text}" is no amount with ${exponent} decimals (${currency})`,
      );
    }
    const size = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, '0'));
    return new Money(sign === '-' ? zero.minor - size : size, currency);
  }

  /** Throws `money.malformed`, `money.unknown_currency`. */
  static fromJson({ minor, currency }: MoneyJson): Money {
    if (!/^-?\d+$/.test(minor))
      throw new AppError('invalid', 'money.malformed', `"${minor}" is no whole number of minor units`);
    return Money.of(BigInt(minor), currency);
  }

  static sum(currency: string, amounts: Iterable<Money>): Money {
    let total = Money.zero(currency);
    for (const amount of amounts) total = total.plus(amount);
    return total;
  }

  /** Throws `money.currency_mismatch`. */
  plus(other: Money): Money {
    return new Money(this.minor + this.same(other).minor, this.currency);
  }

  minus(other: Money): Money {
    return new Money(this.minor - this.same(other).minor, this.currency);
  }

  negated(): Money {
    return new Money(-this.minor, this.currency);
  }

  times(factor: Rate | bigint, rounding: Rounding = 'half_up'): Money {
    return new Money(factor instanceof Rate ? factor.of(this.minor, rounding) : this.minor * factor, this.currency);
  }

  /** Basis points: `percent(750n)` is 7.5 %. */
  percent(basisPoints: bigint, rounding: Rounding = 'half_up'): Money {
    return this.times(Rate.basisPoints(basisPoints), rounding);
  }

  /**
   * Splits by weights so that the parts sum to the whole: each part is rounded down, and the units left over go one
   * each to the largest remainders, the earlier part first (Hamilton's method). Throws `money.no_weight`.
   */
  allocate(weights: readonly bigint[]): Money[] {
    const total = weights.reduce((sum, weight) => sum + weight, 0n);
    if (total <= 0n || weights.some((weight) => weight < 0n)) {
      throw new AppError('invalid', 'money.no_weight', 'weights must not be negative and must not all be zero');
    }
    const size = this.minor < 0n ? -this.minor : this.minor;
    const shares = weights.map((weight, index) => ({
      index,
      floor: (size * weight) / total,
      rest: (size * weight) % total,
    }));
    let left = size - shares.reduce((sum, share) => sum + share.floor, 0n);
    const parts = shares.map((share) => share.floor);
    for (const { index } of shares.toSorted((a, b) =>
      a.rest === b.rest ? a.index - b.index : a.rest < b.rest ? 1 : -1,
    )) {
      if (left === 0n) break;
      parts[index] = (parts[index] ?? 0n) + 1n;
      left -= 1n;
    }
    return parts.map((part) => new Money(this.minor < 0n ? -part : part, this.currency));
  }

  atMost(limit: Money): Money {
    return this.compare(limit) > 0 ? limit : this;
  }

  compare(other: Money): -1 | 0 | 1 {
    const { minor } = this.same(other);
    if (this.minor === minor) return 0;
    return this.minor < minor ? -1 : 1;
  }

  equals(other: Money): boolean {
    return this.currency === other.currency && this.minor === other.minor;
  }

  get isZero(): boolean {
    return this.minor === 0n;
  }

  get isNegative(): boolean {
    return this.minor < 0n;
  }

  toJSON(): MoneyJson {
    return { minor: this.minor.toString(), currency: this.currency };
  }

  /** For people: `249.90 BRL`. */
  toString(): string {
    return `${this.decimal} ${this.currency}`;
  }

  /** In major units: `249.90`. */
  get decimal(): string {
    const exponent = exponentOf(this.currency);
    const digits = (this.minor < 0n ? -this.minor : this.minor).toString().padStart(exponent + 1, '0');
    const whole = digits.slice(0, digits.length - exponent);
    const text = exponent === 0 ? whole : `${whole}.${digits.slice(-exponent)}`;
    return `${this.minor < 0n ? '-' : ''}${text}`;
  }

  private same(other: Money): Money {
    if (other.currency !== this.currency) {
      throw new AppError('invalid', 'money.currency_mismatch', `${this.currency} and ${other.currency} do not add up`);
    }
    return other;
  }
}
