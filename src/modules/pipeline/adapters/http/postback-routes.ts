import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { type Fault, invalid } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import { instant } from '../../../../shared/instant.ts';
import { parseAs } from '../../../../shared/parse.ts';
import type { ReceivePostback, SignedPostback } from '../../application/receive-postback.ts';
import { type Postback, tellsContent } from '../../domain/postback.ts';
import {
  PostbackForm,
  PostbackParameters,
  PostbackPath,
  PostbackSecretView,
  PostbackVerdictView,
} from './postback-views.ts';

const ABOUT =
  'Signed with the program’s postback secret: `sig` is the HMAC-SHA256, in hex, of all other parameters as `name=value`, ' +
  'sorted by name, joined by line feeds, before any percent-encoding. Idempotent by `transaction_id` (or `order_ref`) and ' +
  '`status`: the same again is a duplicate, with another content it is refused. `placed` (or `pending`) needs `amount` and ' +
  '`currency`; what else happens to the order says its `status` alone.';

const errors = [
  'pipeline.postback_unsigned',
  'pipeline.postback_expired',
  'pipeline.postback_incomplete',
  'pipeline.parameter_repeated',
  'pipeline.all_refused',
  'pipeline.overloaded',
];

/** 43 bytes: GIF89a, one transparent pixel. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
const NEVER_KEPT = { 'Cache-Control': 'no-store' };
const GIF: Answer = { status: 200, headers: { ...NEVER_KEPT, 'Content-Type': 'image/gif' }, body: PIXEL };

export const postbackRoutes = (receive: ReceivePostback): readonly Route[] => [
  secretRoute(receive),
  addressRoute(receive),
  formRoute(receive),
];

const secretRoute = (receive: ReceivePostback): Route =>
  route({
    method: 'post',
    path: '/v1/programs/{programId}/postback-secret',
    operationId: 'makePostbackSecret',
    tag: 'events',
    summary: 'Make the secret that signs a program’s postbacks (staff)',
    access: { scope: 'events:write' },
    params: PostbackPath,
    confidential: true,
    success: { 201: PostbackSecretView },
    handle: ({ actor, params: { programId } }) => {
      mustBeStaff(actor);
      return receive.makeSecret(programId);
    },
    respond: (body) => ({ status: 201, headers: NEVER_KEPT, body }),
  });

const addressRoute = (receive: ReceivePostback): Route =>
  route({
    method: 'get',
    path: '/s2s/{programId}',
    operationId: 'getPostback',
    tag: 'tracking',
    summary: 'Tell a conversion, server to server, by an address',
    description: ABOUT,
    access: 'public',
    params: PostbackPath,
    query: PostbackParameters,
    success: { 200: { mediaType: 'text/plain' } },
    problems: [403, 422],
    errors,
    handle: async ({ method, params, url }) => {
      const parameters = parametersIn(queryOf(url));
      const signed = signedBy(params.programId, parameters);
      const verdict = method === 'HEAD' ? 'not told: HEAD only looks' : await receive.run(signed);
      return { verdict, asGif: wantsGif(parameters) };
    },
    respond: ({ verdict, asGif }): Answer =>
      asGif ? GIF : { status: 200, headers: { ...NEVER_KEPT, 'Content-Type': 'text/plain' }, body: `${verdict}\n` },
  });

const formRoute = (receive: ReceivePostback): Route =>
  route({
    method: 'post',
    path: '/s2s/{programId}',
    operationId: 'postPostback',
    tag: 'tracking',
    summary: 'Tell a conversion, server to server, by a form',
    description: `The parameters stand in the address or in the form; none in both. \`format=gif\` asks for a pixel. ${ABOUT}`,
    access: 'public',
    params: PostbackPath,
    body: PostbackForm,
    textBody: { mediaTypes: ['application/x-www-form-urlencoded'], field: 'form' },
    success: { 200: PostbackVerdictView },
    problems: [403],
    errors,
    handle: async ({ params, url, body: { form = '' } }) => {
      const parameters = parametersIn(queryOf(url), form);
      const verdict = await receive.run(signedBy(params.programId, parameters));
      return { verdict, asGif: wantsGif(parameters) };
    },
    respond: ({ verdict, asGif }): Answer => (asGif ? GIF : { status: 200, headers: NEVER_KEPT, body: { verdict } }),
  });

const wantsGif = (parameters: ReadonlyMap<string, string>): boolean => parameters.get('format') === 'gif';

const queryOf = (url: string): string => (url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');

/** Throws `pipeline.parameter_repeated`: of two values nobody knows which was signed. */
const parametersIn = (...texts: readonly string[]): ReadonlyMap<string, string> => {
  const entries = texts.flatMap((text) => [...new URLSearchParams(text)]);
  const parameters = new Map(entries);
  if (parameters.size === entries.length) return parameters;
  throw invalid('pipeline.parameter_repeated', 'a parameter stands there twice; send each once');
};

/** Throws `input.invalid`, `pipeline.postback_incomplete`. */
const signedBy = (programId: Id<'prg'>, parameters: ReadonlyMap<string, string>): SignedPostback => {
  const given = [...parameters].filter(([, value]) => value !== '');
  const read = parseAs(PostbackParameters, Object.fromEntries(given), 'refuse');
  const postback: Postback = {
    programId,
    orderRef: read.order_ref,
    transactionId: read.transaction_id,
    status: read.status ?? 'placed',
    amount: read.amount,
    currency: read.currency,
    clickId: read.click_id,
    coupon: read.coupon,
    customerRef: read.customer_ref,
    category: read.category,
    sku: read.sku,
    time: read.time === undefined ? undefined : instant(read.time),
  };
  if (tellsContent(postback)) mustTellMoney(read);
  return { postback, parameters, signature: read.sig, signedAt: Number(read.ts) };
};

const mustTellMoney = (read: PostbackParameters): void => {
  const faults = (['amount', 'currency'] as const)
    .filter((name) => read[name] === undefined)
    .map((name): Fault => ({
      pointer: `/${name}`,
      code: 'pipeline.postback_incomplete',
      detail: 'is needed with this status',
    }));
  if (faults.length > 0)
    throw invalid('pipeline.postback_incomplete', 'an order is told with its amount and currency', faults);
};
