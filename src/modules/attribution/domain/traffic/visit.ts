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
  if (address === undefined) return undefined;
  const mapped = address.startsWith('::ffff:') ? address.slice(7) : address;
  const cut = mapped.lastIndexOf('.');
  if (cut > 0 && !mapped.includes(':')) return `${mapped.slice(0, cut)}.0/24`;
  return mapped.includes(':') ? `${leadingGroups(mapped)}::/48` : undefined;
};

const leadingGroups = (address: string): string => {
  const [head = ''] = address.split('::', 1);
  const groups = head === '' ? [] : head.split(':').slice(0, 3);
  return [...groups, '0', '0', '0'].slice(0, 3).join(':');
};
