import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsText } from '../../../../shared/fields.ts';
import type { Departure, FollowLink } from '../../application/follow-link.ts';
import type { TouchLog } from '../../ports/touch-log.ts';
import { HEADERS, headersOf, isFetchedAhead, visitorOf } from './departure.ts';

class RedirectPath {
  @IsText({ max: 200 }) readonly code!: string;
}

type Answered =
  | { readonly kind: 'onward'; readonly departure: Departure }
  | { readonly kind: 'shown'; readonly page: string }
  | { readonly kind: 'later' };

export const trackingRoutes = (followLink: FollowLink, touches: TouchLog, secure: boolean): readonly Route[] => [
  route({
    method: 'get',
    path: '/r/{code}',
    operationId: 'followLink',
    tag: 'tracking',
    summary: 'Follow a link',
    description:
      'Records the click, and only then answers 302 to the page of the link, with a signed `click_id` in its query. ' +
      'Any query is fine: `sub1` to `sub5` and `campaign` are kept, `to` names another page on the program’s hosts, ' +
      '`utm_…` is passed on, `consent=0` asks not to be remembered. HEAD shows where the link leads. A browser that ' +
      'fetches ahead of its user gets 204 and nothing to use: when somebody comes, it asks again, and that is the click.',
    access: 'public',
    params: RedirectPath,
    success: { 302: 'empty', 204: 'empty' },
    errors: ['attribution.unknown_link'],
    handle: async ({ params: { code }, method, header, url, address, httpVersion }): Promise<Answered> => {
      const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
      const signpost = await followLink.signpost(code);
      if (method === 'HEAD') return { kind: 'shown', page: followLink.look(signpost, query) };
      if (isFetchedAhead(header)) return { kind: 'later' };
      const departure = followLink.depart(signpost, {
        query,
        visitorId: visitorOf(header),
        address,
        httpVersion,
        header,
      });
      await new Promise<void>((resolve) => {
        touches.take(departure.touch, () => {
          resolve(); // a visitor is never held up
        });
      });
      return { kind: 'onward', departure };
    },
    respond: (answered) => answerOf(answered, secure),
  }),
];

const answerOf = (answered: Answered, secure: boolean): Answer => {
  switch (answered.kind) {
    case 'later':
      return { status: 204, headers: HEADERS };
    case 'shown':
      return { status: 302, headers: { ...HEADERS, Location: answered.page } };
    default:
      return { status: 302, headers: headersOf(answered.departure, secure) };
  }
};
