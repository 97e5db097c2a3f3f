/**
 * The redirect's fast path, before express: a link that is at hand, followed by somebody with a browser. Everything else
 * is left to the route, which knows all cases. `bench/tracking.ts` measures what it is worth.
 */
import { addressBehind } from '../../../../infrastructure/http/client-address.ts';
import type { Front } from '../../../../infrastructure/http/front.ts';
import type { FollowLink } from '../../application/traffic/follow-link.ts';
import type { TouchLog } from '../../ports/touch-log.ts';
import { headerLinesOf, isFetchedAhead, visitorOf } from './departure.ts';

const PATH = '/r/';

export interface FrontOptions {
  /** The site is reached by https. */
  readonly secure: boolean;
  /** Of ours, between the visitors and us. */
  readonly proxies: number;
}

export const trackingFront =
  (followLink: FollowLink, touches: TouchLog, { secure, proxies }: FrontOptions): Front =>
  ({ method, url, httpVersion, remoteAddress, header }, answer) => {
    if (method !== 'GET' || !url.startsWith(PATH)) return false;
    const cut = url.indexOf('?');
    const signpost = followLink.atHand(cut === -1 ? url.slice(PATH.length) : url.slice(PATH.length, cut));
    if (signpost === undefined) return false;
    if (isFetchedAhead(header)) return false;
    const departure = followLink.depart(signpost, {
      query: cut === -1 ? '' : url.slice(cut + 1),
      visitorId: visitorOf(header),
      address: addressBehind(header('x-forwarded-for'), remoteAddress, proxies),
      httpVersion,
      header,
    });
    const headers = headerLinesOf(departure, secure);
    // Whether it could be kept or not: a visitor is never held up, and the page's click id says whose click it was.
    touches.take(departure.touch, () => {
      answer(302, headers);
    });
    return true;
  };
