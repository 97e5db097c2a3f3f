/** How a departure is said over HTTP, by the edge's fast path and by the route alike. */
import type { Departure } from '../../application/traffic/follow-link.ts';
import type { Visit } from '../../domain/traffic/visit.ts';

const COOKIE = 'tributary_visitor';
/** Renewed with each click. */
const COOKIE_SECONDS = 365 * 86_400;
const PLAIN_COOKIE = `; Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Lax`;
const SECURE_COOKIE = `${PLAIN_COOKIE}; Secure`;
const VISITOR = new RegExp(`(?:^|;\\s*)${COOKIE}=(vis_[0-7][0-9a-hjkmnp-tv-z]{25})(?:;|$)`);

/** Of one moment and one visitor: nobody keeps it. The partner's page learns which site sent the visitor, not which page. */
export const HEADERS = { 'Cache-Control': 'no-store', 'Referrer-Policy': 'strict-origin-when-cross-origin' } as const;

export type Header = Visit['header'];

export const visitorOf = (header: Header): string | undefined => {
  const cookie = header('cookie');
  return cookie === undefined ? undefined : VISITOR.exec(cookie)?.[1];
};

/** Today's header, those of older browsers, and what apps send that load a page before their user taps its link. */
const PURPOSES = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'] as const;

export const isFetchedAhead = (header: Header): boolean => {
  for (const name of PURPOSES) {
    const purpose = header(name);
    if (purpose !== undefined && /prefetch|prerender|preview/i.test(purpose)) return true;
  }
  return false;
};

type Onward = Pick<Departure, 'page' | 'visitorId'>;

export const headersOf = (onward: Onward, secure: boolean): Readonly<Record<string, string>> => {
  const lines = headerLinesOf(onward, secure);
  return Object.fromEntries(lines.flatMap((name, at) => (at % 2 === 0 ? [[name, lines[at + 1] ?? '']] : [])));
};

/** Names and values in turn. */
export const headerLinesOf = ({ page, visitorId }: Onward, secure: boolean): readonly string[] => {
  const lines = [...HEADER_LINES, 'Location', page];
  if (visitorId !== undefined)
    lines.push('Set-Cookie', `${COOKIE}=${visitorId}${secure ? SECURE_COOKIE : PLAIN_COOKIE}`);
  return lines;
};

const HEADER_LINES: readonly string[] = Object.entries(HEADERS).flat();
