/**
 * What customers' pages talk to. They lie on other origins: everything here may be read by anybody, nothing takes
 * credentials. The snippet sends its JSON as text, a simple request in the words of the Fetch standard, which needs no
 * preflight; who sends JSON as JSON is understood as well.
 */
import { AppError, invalid } from '../../../../shared/errors.ts';
import { parseAs } from '../../../../shared/parse.ts';
import type { Shape } from '../../../../shared/shape.ts';
import { mustBeShallow } from '../../../../infrastructure/http/input.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import type { RecordSiteEvent } from '../../application/traffic/record-site-event.ts';
import type { TouchFromPage } from '../../application/traffic/touch-from-page.ts';
import { MAX_DATA_BYTES } from '../../domain/traffic/site-event.ts';
import {
  PageClickView,
  PageEvent,
  PageEventMessage,
  type PageMessage,
  PagePath,
  PageVisit,
  PageVisitMessage,
} from './page-views.ts';
import { snippetRoute } from './snippet-route.ts';

export interface PageRouteParts {
  readonly touchFromPage: TouchFromPage;
  readonly recordSiteEvent: RecordSiteEvent;
  /** `web/tributary.js`. */
  readonly snippet: string;
}

const NEVER_KEPT = { 'Cache-Control': 'no-store' };
const textBody = { mediaTypes: ['text/plain'], field: 'text' };

export const pageRoutes = ({ touchFromPage, recordSiteEvent, snippet }: PageRouteParts): readonly Route[] => [
  snippetRoute(snippet),
  visitRoute(touchFromPage),
  eventRoute(recordSiteEvent),
];

const visitRoute = (touchFromPage: TouchFromPage): Route =>
  route({
    method: 'post',
    path: '/t/v/{code}',
    operationId: 'touchFromPage',
    tag: 'tracking',
    summary: 'A page was opened with a link’s code in its address',
    description: 'For the snippet. Records a click as the redirect does, and answers with its signed id.',
    access: 'public',
    params: PagePath,
    crossOrigin: true,
    body: PageVisitMessage,
    textBody,
    success: { 201: PageClickView },
    errors: ['attribution.unknown_link', 'attribution.touch_not_kept'],
    handle: async ({ params: { code }, body, header, address, httpVersion }) => {
      const { query = '', referrer, consent = 'unknown' } = messageOf(PageVisit, body);
      const shown = (name: string) => (name === 'referer' ? given(referrer) : header(name));
      const visit = { address, httpVersion, header: shown };
      return { clickId: await touchFromPage.run({ code, query: query.replace(/^\?/, ''), consent }, visit) };
    },
    respond: (body) => ({ status: 201, headers: NEVER_KEPT, body }),
  });

const eventRoute = (recordSiteEvent: RecordSiteEvent): Route =>
  route({
    method: 'post',
    path: '/t/e',
    operationId: 'recordSiteEvent',
    tag: 'tracking',
    summary: 'Something happened on a customer’s page',
    description:
      'For the snippet. The click id must be a signed one of ours. 2,000 bytes of data, 30 events a second of one ' +
      'visitor; what is more is dropped and counted. A hint for reports: money follows orders alone.',
    access: 'public',
    crossOrigin: true,
    body: PageEventMessage,
    textBody,
    success: { 204: 'empty' },
    errors: ['attribution.click_id_refused', 'attribution.too_many_events', 'attribution.data_too_large'],
    handle: async ({ body }) => {
      const { clickId, name, data, page } = messageOf(PageEvent, body);
      mustBeSmall(data);
      await recordSiteEvent.run({ token: clickId, name, data, page: given(page) });
    },
    respond: () => ({ status: 204, headers: NEVER_KEPT }),
  });

/** Throws `http.malformed_json`, `http.body_too_deep`, `input.invalid`. What newer snippets send more is ignored. */
const messageOf = <T extends object>(shape: Shape<T>, { text, ...fields }: PageMessage): T =>
  parseAs(shape, text === undefined ? fields : jsonOf(text), 'drop');

const jsonOf = (text: string): unknown => {
  const message = parsed(text);
  mustBeShallow(message); // as of a body that comes as JSON
  return message;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid', 'http.malformed_json', 'the text is not JSON', { cause });
  }
};

/** Pages say nothing with an empty text. */
const given = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

const mustBeSmall = (data: object | undefined): void => {
  if (data === undefined || Buffer.byteLength(JSON.stringify(data)) <= MAX_DATA_BYTES) return;
  const detail = `is more than ${MAX_DATA_BYTES} bytes of JSON`;
  throw invalid('attribution.data_too_large', `the data ${detail}`, [
    { pointer: '/data', code: 'attribution.data_too_large', detail },
  ]);
};
