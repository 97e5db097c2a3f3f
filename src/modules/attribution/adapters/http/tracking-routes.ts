import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsText } from '../../../../shared/fields.ts';
import type { FollowLink, Onward } from '../../application/follow-link.ts';

const COOKIE = 'tributary_visitor';
/** Renewed with each click. */
const COOKIE_SECONDS = 365 * 86_400;
const VISITOR = new RegExp(`(?:^|;\\s*)${COOKIE}=(vis_[0-7][0-9a-hjkmnp-tv-z]{25})(?:;|$)`);

class RedirectPath {
  @IsText({ max: 200 }) readonly code!: string;
}

type Answered =
  | { readonly kind: 'onward'; readonly onward: Onward }
  | { readonly kind: 'shown'; readonly page: string }
  | { readonly kind: 'later' };

export const trackingRoutes = (followLink: FollowLink, secure: boolean): readonly Route[] => [
  route({
    method: 'get',
    path: '/r/{code}',
    operationId: 'followLink',
    tag: 'tracking',
    summary: 'Follow a link',
    description:
      'Records the click, and only then answers 302 to the page of the link, with `click_id` in its query. Any query is ' +
      'fine. HEAD shows where the link leads. A browser that fetches ahead of its user gets 204 and nothing to use: when ' +
      'somebody comes, it asks again, and that is the click.',
    access: 'public',
    params: RedirectPath,
    success: { 302: 'empty', 204: 'empty' },
    errors: ['attribution.unknown_link'],
    handle: async ({ params: { code }, method, header }): Promise<Answered> => {
      if (method === 'HEAD') return { kind: 'shown', page: await followLink.look(code) };
      if (isFetchedAhead(header)) return { kind: 'later' };
      const [, visitorId] = VISITOR.exec(header('cookie') ?? '') ?? [];
      const visit = { code, visitorId, userAgent: header('user-agent'), referrer: header('referer') };
      return { kind: 'onward', onward: await followLink.run(visit) };
    },
    respond: (answered) => answerOf(answered, secure),
  }),
];

/** Today's header, and those of older browsers. */
const isFetchedAhead = (header: (name: string) => string | undefined): boolean =>
  ['sec-purpose', 'purpose', 'x-moz'].some((name) => /prefetch|prerender|preview/i.test(header(name) ?? ''));

const answerOf = (answered: Answered, secure: boolean): Answer => {
  const headers = { 'Cache-Control': 'no-store', 'Referrer-Policy': 'strict-origin-when-cross-origin' };
  switch (answered.kind) {
    case 'later':
      return { status: 204, headers };
    case 'shown':
      return { status: 302, headers: { ...headers, Location: answered.page } };
    default:
      return {
        status: 302,
        headers: {
          ...headers,
          Location: answered.onward.page,
          'Set-Cookie': cookieOf(answered.onward.visitorId, secure),
        },
      };
  }
};

const cookieOf = (visitorId: string, secure: boolean): string =>
  `${COOKIE}=${visitorId}; Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
