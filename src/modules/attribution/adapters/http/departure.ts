/** How a departure is said over HTTP, by the edge's fast path and by the route alike. */
import type { Departure } from '../../application/follow-link.ts';
import type { Visit } from '../../domain/visit.ts';

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

/** Today's header, and those of older browsers. */
export const isFetchedAhead = (header: Header): boolean => {
  const purpose = header('sec-purpose') ?? header('purpose') ?? header('x-moz');
  return purpose !== undefined && /prefetch|prerender|preview/i.test(purpose);
};

export const headersOf = (
  { page, visitorId }: Pick<Departure, 'page' | 'visitorId'>,
  secure: boolean,
): Record<string, string> => {
  const headers: Record<string, string> = { ...HEADERS, Location: page };
  if (visitorId !== undefined) headers['Set-Cookie'] = `${COOKIE}=${visitorId}${secure ? SECURE_COOKIE : PLAIN_COOKIE}`;
  return headers;
};
