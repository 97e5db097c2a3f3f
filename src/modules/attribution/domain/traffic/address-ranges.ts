import { type AddressParts, readAddress } from './address.ts';

/** Bounds of one family, sorted and without overlaps, in halves of 32 bits. */
interface Bounds {
  readonly firstHigh: Uint32Array;
  readonly firstLow: Uint32Array;
  readonly lastHigh: Uint32Array;
  readonly lastLow: Uint32Array;
}

interface Range {
  readonly isIpv6: boolean;
  /** Within 64 bits. */
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * Which addresses lie in one of many networks: about twenty comparisons for half a million of them. Of IPv6 the first 64
 * bits count: a narrower network stands for the one of 64 bits it lies in.
 */
export class AddressRanges {
  private readonly ipv4: Bounds;
  private readonly ipv6: Bounds;
  private readonly parts: AddressParts = { isIpv6: false, high: 0, low: 0 };

  constructor(ranges: readonly Range[]) {
    this.ipv4 = boundsOf(ranges.filter(({ isIpv6 }) => !isIpv6));
    this.ipv6 = boundsOf(ranges.filter(({ isIpv6 }) => isIpv6));
  }

  includes(address: string): boolean {
    if (this.ipv4.firstLow.length === 0 && this.ipv6.firstLow.length === 0) return false;
    const { parts } = this;
    return readAddress(address, parts) && contains(parts.isIpv6 ? this.ipv6 : this.ipv4, parts.high, parts.low);
  }
}

/** `203.0.113.0/24`, `2001:db8::/32`, or one address; undefined for anything else. */
export const rangeOf = (text: string): Range | undefined => {
  const [address = '', width, ...more] = text.split('/');
  const parts: AddressParts = { isIpv6: false, high: 0, low: 0 };
  if (more.length > 0 || !readAddress(address, parts)) return undefined;
  const widest = parts.isIpv6 ? 128 : 32;
  const bits = width === undefined ? widest : /^\d{1,3}$/.test(width) ? Number(width) : Number.NaN;
  if (!(bits <= widest)) return undefined;
  const free = BigInt(Math.max((parts.isIpv6 ? 64 : 32) - bits, 0));
  const first = (((BigInt(parts.high) << 32n) | BigInt(parts.low)) >> free) << free;
  return { isIpv6: parts.isIpv6, first, last: first | ((1n << free) - 1n) };
};

const boundsOf = (ranges: readonly Range[]): Bounds => {
  const sorted = ranges.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const merged: { first: bigint; last: bigint }[] = [];
  for (const { first, last } of sorted) {
    const before = merged.at(-1);
    if (before === undefined || first > before.last + 1n) merged.push({ first, last });
    else if (last > before.last) before.last = last;
  }
  const half = (of: 'first' | 'last', shift: bigint): Uint32Array =>
    Uint32Array.from(merged, (range) => Number((range[of] >> shift) & 0xffff_ffffn));
  return {
    firstHigh: half('first', 32n),
    firstLow: half('first', 0n),
    lastHigh: half('last', 32n),
    lastLow: half('last', 0n),
  };
};

const contains = ({ firstHigh, firstLow, lastHigh, lastLow }: Bounds, high: number, low: number): boolean => {
  let [from, to] = [0, firstLow.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isBefore(high, low, firstHigh[middle] ?? 0, firstLow[middle] ?? 0)) to = middle;
    else from = middle + 1;
  }
  const found = from - 1;
  return found >= 0 && !isBefore(lastHigh[found] ?? 0, lastLow[found] ?? 0, high, low);
};

const isBefore = (high: number, low: number, otherHigh: number, otherLow: number): boolean =>
  high < otherHigh || (high === otherHigh && low < otherLow);
