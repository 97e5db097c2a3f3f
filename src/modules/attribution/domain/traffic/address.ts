/**
 * Addresses as numbers, for looking them up: an IPv4 address is 32 bits, of an IPv6 one the first 64 count, in two
 * halves. What lies behind those belongs to one subscriber.
 */

/** Written over by each reading, for a click has no time to make garbage. */
export interface AddressParts {
  isIpv6: boolean;
  high: number;
  low: number;
}

const DOT = 46;
const ZERO = 48;
const NINE = 57;
const V4_DIGITS = 15;
const V6_DIGITS = 45;

/** False for what is no address; the parts are then worth nothing. */
export const readAddress = (text: string, into: AddressParts): boolean => {
  const mapped = /^::ffff:(?=\d+\.)/i.test(text) ? text.slice(7) : text;
  return mapped.includes(':') ? readIpv6(mapped, into) : readIpv4(mapped, into);
};

const readIpv4 = (text: string, into: AddressParts): boolean => {
  if (text.length > V4_DIGITS) return false;
  let value = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let index = 0; index <= text.length; index += 1) {
    const code = index === text.length ? DOT : text.charCodeAt(index);
    if (code === DOT) {
      if (digits === 0 || digits > 3 || part > 255) return false;
      value = value * 256 + part;
      part = 0;
      digits = 0;
      dots += 1;
    } else {
      if (code < ZERO || code > NINE) return false;
      part = part * 10 + code - ZERO;
      digits += 1;
    }
  }
  into.isIpv6 = false;
  into.high = 0;
  into.low = value;
  return dots === 4;
};

const readIpv6 = (text: string, into: AddressParts): boolean => {
  if (text.length > V6_DIGITS) return false;
  const [whole = ''] = text.split('%', 1);
  const sides = whole.split('::');
  if (sides.length > 2) return false;
  const [head, tail] = [groupsOf(sides[0] ?? ''), groupsOf(sides[1] ?? '')];
  if (head === undefined || tail === undefined) return false;
  const gap = 8 - head.length - tail.length;
  if (sides.length === 1 ? gap !== 0 : gap < 1) return false;
  const at = (index: number): number =>
    head[index] ?? (index < head.length + gap ? 0 : (tail[index - head.length - gap] ?? 0));
  into.isIpv6 = true;
  into.high = at(0) * 65_536 + at(1);
  into.low = at(2) * 65_536 + at(3);
  return true;
};

/** Undefined when one of them is no group. The last 32 bits may be written as an IPv4 address. */
const groupsOf = (side: string): readonly number[] | undefined => {
  if (side === '') return [];
  const texts = side.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, '0:0').split(':');
  return texts.every((text) => /^[\da-f]{1,4}$/i.test(text))
    ? texts.map((text) => Number.parseInt(text, 16))
    : undefined;
};
