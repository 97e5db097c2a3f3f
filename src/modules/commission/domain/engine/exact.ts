import { AppError } from '../../../../shared/errors.ts';

/** A fraction, never rounded; the denominator is positive. */
export interface Exact {
  readonly num: bigint;
  readonly den: bigint;
}

export const whole = (num: bigint): Exact => ({ num, den: 1n });

export const NOTHING: Exact = whole(0n);

/** Of two that have one denominator, which the amounts and numbers of one order mostly do, nothing is multiplied. */
export const compare = (a: Exact, b: Exact): number =>
  a.den === b.den ? order(a.num, b.num) : order(a.num * b.den, b.num * a.den);

const order = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

export const times = (a: Exact, b: Exact): Exact => ({
  num: a.num * b.num,
  den: a.den === 1n ? b.den : a.den * b.den,
});

export const plus = (a: Exact, b: Exact): Exact =>
  a.den === b.den ? { num: a.num + b.num, den: a.den } : { num: a.num * b.den + b.num * a.den, den: a.den * b.den };

/** As explanations write it: `697/1000`. Not reduced, so that the factors still show. */
export const fractionText = ({ num, den }: Exact): string => `${num}/${den}`;

/** Reads `697/1000`. Throws `commission.malformed_fraction`. */
export const fractionOf = (text: string): Exact => {
  const [, num, den] = /^(\d{1,200})\/(\d{1,200})$/.exec(text) ?? [];
  if (num === undefined || den === undefined || /^0+$/.test(den))
    throw new AppError('invalid', 'commission.malformed_fraction', `"${text}" is not a fraction like 1/3`);
  return { num: BigInt(num), den: BigInt(den) };
};

const DECIMAL = /^(-?)(\d{1,400})(?:\.(\d{1,400}))?(?:e([+-]\d{1,3}))?$/;

/** The exact value of a decimal text, also as JSON numbers are written (`1e-7`); undefined: it is none. */
export const decimalOf = (text: string): Exact | undefined => {
  const [, sign, integer, fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (integer === undefined) return undefined;
  const size = BigInt(integer + fraction);
  const power = Number(exponent) - fraction.length;
  const num = power > 0 ? size * 10n ** BigInt(power) : size;
  return { num: sign === '-' ? -num : num, den: power < 0 ? 10n ** BigInt(-power) : 1n };
};

export const greatestCommonDivisor = (a: bigint, b: bigint): bigint => {
  let [left, right] = [a, b];
  while (right !== 0n) [left, right] = [right, left % right];
  return left;
};

/** In lowest terms, where many steps would make it long. */
export const reduced = ({ num, den }: Exact): Exact => {
  const divisor = greatestCommonDivisor(num < 0n ? -num : num, den);
  return divisor === 1n ? { num, den } : { num: num / divisor, den: den / divisor };
};
