/**
 * What is odd about a visit. Each signal is a pure question about one sighting; the answer is evidence, never a verdict:
 * the visitor is sent on, the touch is kept with the codes, and whoever judges reads them there. `docs/signals.md`
 * explains each to people, and a test holds the two against each other.
 */
import type { Visit } from './visit.ts';

/** A visit, and what memory and lists know about it. */
export interface Sighting {
  readonly visit: Visit;
  /** Trimmed; empty when there is none. */
  readonly userAgent: string;
  readonly saysItIsABot: boolean;
  readonly isHosting: boolean;
  readonly isProxy: boolean;
  readonly isBannedReferrer: boolean;
  /** The same visitor, or the same address and browser, on the same link within `DUPLICATE_MS`. */
  readonly wasHere: boolean;
  /** Clicks of this address on this link within `RATE_MS`, this one included. */
  readonly clicksOfAddress: number;
  /** Programs this visitor clicked on within `BURST_MS`, this one included. */
  readonly programsAtOnce: number;
  /** Another partner of the program sent this visitor within `SESSION_MS`. */
  readonly cameByAnother: boolean;
}

/**
 * What the catalogue would have done about it: `invalid`, worth nothing · `hold`, money waits · `cap`, the ones too many
 * are worth nothing · `review`, somebody looks when there are many · `note`, no more than a hint or a repetition.
 */
export type SignalEffect = 'invalid' | 'hold' | 'cap' | 'review' | 'note';

export interface Signal {
  readonly code: string;
  readonly effect: SignalEffect;
  /** Of clicks alone: an image asks for a pixel, and is none the worse for it. */
  readonly clicksOnly?: true;
  readonly sees: (sighting: Sighting) => boolean;
}

export const SHORTEST_USER_AGENT = 10;
export const DUPLICATE_MS = 3_600_000;
export const RATE_MS = 600_000;
export const RATE_CLICKS = 10;
export const BURST_MS = 5_000;
export const BURST_PROGRAMS = 3;
export const SESSION_MS = 1_800_000;
const ANOMALIES = 2;
const MAX_QUERY = 4_000;

const PARTS_OF_PAGES = new Set(['image', 'iframe', 'frame', 'script', 'empty', 'style', 'object', 'embed']);
const PAID = /(?:^|&)(?:gclid|gbraid|wbraid|gad_[a-z]+|msclkid|fbclid|ttclid|twclid|li_fat_id)=/;
const AFFILIATE_SOURCE = /(?:^|&)afsrc=1(?:&|$)/;
const CHROMIUM = /Chrome\/(\d{1,4})\./;

/** Loaded into a page rather than followed by somebody: what browsers say of it since 2020, and before. */
const isPartOfPage = ({ visit: { header, toldByPage } }: Sighting): boolean => {
  if (toldByPage) return false;
  const destination = header('sec-fetch-dest');
  if (destination !== undefined && PARTS_OF_PAGES.has(destination)) return true;
  const mode = header('sec-fetch-mode');
  if (mode !== undefined) return mode !== 'navigate';
  return header('accept')?.startsWith('image/') === true;
};

/** A page went there by itself: nobody clicked, touched or pressed a key. */
const nobodyMoved = ({ visit: { header } }: Sighting): boolean =>
  header('sec-fetch-mode') === 'navigate' && header('sec-fetch-site') !== 'none' && header('sec-fetch-user') !== '?1';

/** Every browser sends these. A proxy may speak HTTP/1.0 to us for a browser that does not, and says that it is one. */
const hasOddHeaders = ({ visit: { header, httpVersion } }: Sighting): boolean => {
  const isForwarded = header('x-forwarded-for') !== undefined || header('via') !== undefined;
  const anomalies =
    Number(header('accept-language') === undefined) +
    Number(header('accept') === undefined) +
    Number(header('accept-encoding') === undefined) +
    Number(httpVersion.startsWith('1.0') && !isForwarded);
  return anomalies >= ANOMALIES;
};

/** Chromium says its version twice, and whether it is on a phone. */
const contradictsItself = ({ visit: { header }, userAgent }: Sighting): boolean => {
  const brands = header('sec-ch-ua');
  if (brands === undefined || brands === '') return false;
  const [, version] = CHROMIUM.exec(userAgent) ?? [];
  if (version === undefined || !brands.includes(`"${version}"`)) return true;
  const mobile = header('sec-ch-ua-mobile');
  return mobile !== undefined && (mobile === '?1') !== userAgent.includes('Mobile');
};

const queryOf = ({ visit }: Sighting): string =>
  visit.query.length > MAX_QUERY ? visit.query.slice(0, MAX_QUERY) : visit.query;

export const BOT = 'bot_ua';
const clicksOnly = true;

export const SIGNALS: readonly Signal[] = [
  { code: BOT, effect: 'invalid', sees: ({ saysItIsABot }) => saysItIsABot },
  { code: 'empty_ua', effect: 'invalid', sees: ({ userAgent }) => userAgent.length < SHORTEST_USER_AGENT },
  { code: 'image_click', effect: 'invalid', clicksOnly, sees: isPartOfPage },
  { code: 'no_gesture', effect: 'review', clicksOnly, sees: nobodyMoved },
  { code: 'datacenter_ip', effect: 'invalid', sees: ({ isHosting }) => isHosting },
  { code: 'anonymiser', effect: 'note', sees: ({ isProxy }) => isProxy },
  { code: 'header_anomaly', effect: 'invalid', sees: hasOddHeaders },
  { code: 'ua_ch_mismatch', effect: 'review', sees: contradictsItself },
  {
    code: 'ip_click_rate',
    effect: 'cap',
    clicksOnly,
    sees: ({ clicksOfAddress }) => clicksOfAddress > RATE_CLICKS,
  },
  { code: 'dup_click', effect: 'note', clicksOnly, sees: ({ wasHere }) => wasHere },
  {
    code: 'visitor_burst',
    effect: 'invalid',
    clicksOnly,
    sees: ({ programsAtOnce }) => programsAtOnce >= BURST_PROGRAMS,
  },
  { code: 'referer_banned', effect: 'invalid', sees: ({ isBannedReferrer }) => isBannedReferrer },
  { code: 'paid_param', effect: 'hold', clicksOnly, sees: (sighting) => PAID.test(queryOf(sighting)) },
  {
    code: 'standdown',
    effect: 'note',
    clicksOnly,
    sees: (sighting) => sighting.cameByAnother || AFFILIATE_SOURCE.test(queryOf(sighting)),
  },
];

/** The codes of a sighting, in the order of the table. */
export const signalsIn = (sighting: Sighting, isClick: boolean): readonly string[] => {
  let codes: string[] | undefined;
  for (const { code, clicksOnly: ofClicks, sees } of SIGNALS)
    if ((isClick || ofClicks === undefined) && sees(sighting)) (codes ??= []).push(code);
  return codes ?? NONE;
};

const NONE: readonly string[] = [];
