import { type AddressParts, readAddress } from './address.ts';
import type { Consent } from './touchpoint.ts';

/** What a browser brings along when it follows a link: facts of one request, as they came. */
export interface Visit {
  /** What stands behind the question mark; may be empty. */
  readonly query: string;
  /** From the cookie of an earlier visit. */
  readonly visitorId?: string | undefined;
  /** The whole address; of it no more than the network is ever kept. */
  readonly address?: string | undefined;
  readonly httpVersion: string;
  /** A page tells of it; the request itself is not what somebody followed. */
  readonly toldByPage?: true | undefined;
  readonly header: (name: string) => string | undefined;
}

/** Longer than any honest one. */
const MAX_HEADER = 1_000;

/** As a database can keep it: cut, and without NUL or halves of characters, which a cut makes too. */
export const keepable = (header: string | undefined): string | undefined => {
  if (header === undefined) return undefined;
  const cut = header.length > MAX_HEADER ? header.slice(0, MAX_HEADER) : header;
  return MAY_BE_UNKEEPABLE.test(cut) ? cut.replace(UNKEEPABLE, '') : cut;
};

const UNKEEPABLE = /[\0\p{Surrogate}]/gu;
/** Sees whole characters as halves too; a tenth of what looking by characters costs. */
const MAY_BE_UNKEEPABLE = /[\0\ud800-\udfff]/;

/**
 * Global Privacy Control and `consent=` in the link's query; the link's word is the later one, for the page that bears it
 * has asked. An answer nobody understands is none.
 */
export const consentOf = ({ header }: Pick<Visit, 'header'>, asked: string | null | undefined): Consent => {
  if (asked === '1' || asked === 'granted') return 'granted';
  if (asked === '0' || asked === 'denied') return 'denied';
  return header('sec-gpc') === '1' ? 'denied' : 'unknown';
};

/** `203.0.113.0/24` of an IPv4 address, `2001:db8:1::/48` of an IPv6 one; undefined for anything else. */
export const networkOf = (address: string | undefined): string | undefined => {
  if (address === undefined || !readAddress(address, parts)) return undefined;
  const { isIpv6, high, low } = parts;
  return isIpv6
    ? `${group(high >>> 16)}:${group(high & 0xffff)}:${group(low >>> 16)}::/48`
    : `${low >>> 24}.${(low >>> 16) & 0xff}.${(low >>> 8) & 0xff}.0/24`;
};

const parts: AddressParts = { isIpv6: false, high: 0, low: 0 };

const group = (bits: number): string => bits.toString(16);
