/**
 * The redirect's fast path, before express: a link that is at hand, followed by somebody with a browser. Everything else
 * is left to the route, which knows all cases. `bench/tracking.ts` measures what it is worth.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientAddress } from '../../../../infrastructure/http/client-address.ts';
import type { Front } from '../../../../infrastructure/http/server.ts';
import type { FollowLink } from '../../application/follow-link.ts';
import type { TouchLog } from '../../ports/touch-log.ts';
import { type Header, headersOf, isFetchedAhead, visitorOf } from './departure.ts';

const PATH = '/r/';
const NO_BODY = { 'Content-Length': '0' };

export interface FrontOptions {
  /** The site is reached by https. */
  readonly secure: boolean;
  /** Of ours, between the visitors and us. */
  readonly proxies: number;
}

export const trackingFront =
  (followLink: FollowLink, touches: TouchLog, { secure, proxies }: FrontOptions): Front =>
  (request, response) => {
    const { method, url = '' } = request;
    if (method !== 'GET' || !url.startsWith(PATH)) return false;
    const cut = url.indexOf('?');
    const signpost = followLink.atHand(cut === -1 ? url.slice(PATH.length) : url.slice(PATH.length, cut));
    if (signpost === undefined) return false;
    const header = headerOf(request);
    if (isFetchedAhead(header)) return false;
    const departure = followLink.depart(signpost, {
      query: cut === -1 ? '' : url.slice(cut + 1),
      visitorId: visitorOf(header),
      address: clientAddress(request, proxies),
      httpVersion: request.httpVersion,
      header,
    });
    // Whether it could be kept or not: a visitor is never held up, and the page's click id says whose click it was.
    touches.take(departure.touch, () => {
      send(response, headersOf(departure, secure));
    });
    return true;
  };

const headerOf =
  ({ headers }: IncomingMessage): Header =>
  (name) => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };

const send = (response: ServerResponse, headers: Readonly<Record<string, string>>): void => {
  if (response.destroyed) return; // whoever asked has gone; the click stays
  response.writeHead(302, Object.assign(headers, NO_BODY));
  response.end();
};
