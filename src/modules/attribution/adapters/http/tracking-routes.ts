import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsText } from '../../../../shared/fields.ts';
import type { Departure, FollowLink } from '../../application/traffic/follow-link.ts';
import type { TouchLog } from '../../ports/touch-log.ts';
import type { Signpost } from '../../ports/link-directory.ts';
import { HEADERS, headersOf, isFetchedAhead, visitorOf } from './departure.ts';
import { isUnknownLink, NO_SUCH_LINK, wantsPage } from './no-such-link.ts';

class RedirectPath {
  @IsText({ max: 200 }) readonly code!: string;
}

type Answered =
  | { readonly kind: 'onward'; readonly departure: Departure }
  | { readonly kind: 'shown'; readonly page: string }
  | { readonly kind: 'later' }
  | { readonly kind: 'lost' };

/** By hand, and from paper. Codes are told apart by their case, and nothing may follow them but a query. */
const WAYS = [
  { path: '/r/{code}', operationId: 'followLink', summary: 'Follow a link', kind: 'click' },
  { path: '/q/{code}', operationId: 'followQrCode', summary: 'Follow a link from its QR code', kind: 'qr' },
] as const;

export const trackingRoutes = (followLink: FollowLink, touches: TouchLog, secure: boolean): readonly Route[] => [
  ...WAYS.map((way) => followRoute(way, followLink, touches, secure)),
  route({
    method: 'get',
    path: '/i/{code}.gif',
    operationId: 'impressionPixel',
    tag: 'tracking',
    summary: 'Somebody saw it',
    description:
      'A transparent pixel. Records an impression of the link, which never wins an order, and sets no cookie. The same ' +
      'query as for the link. An address with no such link answers 404.',
    access: 'public',
    params: RedirectPath,
    success: { 200: { mediaType: 'image/gif' } },
    errors: ['attribution.unknown_link'],
    handle: async ({ params: { code }, method, header, url, address, httpVersion }): Promise<void> => {
      const signpost = await followLink.signpost(code);
      if (method === 'HEAD' || isFetchedAhead(header)) return;
      const visit = { query: queryOf(url), visitorId: visitorOf(header), address, httpVersion, header };
      await taken(touches, followLink.depart(signpost, visit, 'impression'));
    },
    respond: () => ({ status: 200, headers: PIXEL_HEADERS, body: PIXEL }),
  }),
];

/** 43 bytes: GIF89a, one transparent pixel. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
const PIXEL_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Type': 'image/gif',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

const queryOf = (url: string): string => (url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');

/** Whether it could be kept or not: nobody is held up. */
const taken = (touches: TouchLog, { touch }: Departure): Promise<void> =>
  new Promise((resolve) => {
    touches.take(touch, () => {
      resolve();
    });
  });

const followRoute = (
  { path, operationId, summary, kind }: (typeof WAYS)[number],
  followLink: FollowLink,
  touches: TouchLog,
  secure: boolean,
): Route =>
  route({
    method: 'get',
    path,
    operationId,
    tag: 'tracking',
    summary,
    description:
      'Records the click, and only then answers 302 to the page of the link, with a signed `click_id` in its query. ' +
      'Any query is fine: `sub1` to `sub5` and `campaign` are kept, `to` names another page on the program’s hosts, ' +
      '`utm_…` and the click ids of ad networks are passed on, `consent=0` asks not to be remembered. HEAD shows where the link leads. A browser that ' +
      'fetches ahead of its user gets 204 and nothing to use: when somebody comes, it asks again, and that is the click. ' +
      'Where there is no such link, a browser gets a page that says so, and a program a problem.',
    access: 'public',
    params: RedirectPath,
    success: { 302: 'empty', 204: 'empty' },
    errors: ['attribution.unknown_link'],
    handle: async ({ params: { code }, method, header, url, address, httpVersion }): Promise<Answered> => {
      const query = queryOf(url);
      const signpost = await signpostFor(followLink, code, header('accept'));
      if (signpost === undefined) return { kind: 'lost' };
      if (method === 'HEAD') return { kind: 'shown', page: followLink.look(signpost, query) };
      if (isFetchedAhead(header)) return { kind: 'later' };
      const visit = { query, visitorId: visitorOf(header), address, httpVersion, header };
      const departure = followLink.depart(signpost, visit, kind);
      await taken(touches, departure);
      return { kind: 'onward', departure };
    },
    respond: (answered) => answerOf(answered, secure),
  });

/** Nothing, for somebody who gets a page that says so. Throws `attribution.unknown_link` for all others. */
const signpostFor = async (
  followLink: FollowLink,
  code: string,
  accept: string | undefined,
): Promise<Signpost | undefined> => {
  try {
    return await followLink.signpost(code);
  } catch (error) {
    if (isUnknownLink(error) && wantsPage(accept)) return undefined;
    throw error;
  }
};

const answerOf = (answered: Answered, secure: boolean): Answer => {
  switch (answered.kind) {
    case 'lost':
      return NO_SUCH_LINK;
    case 'later':
      return { status: 204, headers: HEADERS };
    case 'shown':
      return { status: 302, headers: { ...HEADERS, Location: answered.page } };
    default:
      return { status: 302, headers: headersOf(answered.departure, secure) };
  }
};
