import { confinedTo, visible } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Actor } from '../../../../shared/actor.ts';
import { IsIdOf, IsOneOf, IsText, IsTextList } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type ChangeEndpoint, endpointNotFound } from '../../application/change-endpoint.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import { DEFAULT_POSTBACK_TYPES, MACROS, POSTBACK_EVENT_TYPES, type PostbackMethod } from '../../domain/postback.ts';
import type { EndpointId } from '../../index.ts';
import type { WebhookReader } from '../../ports/webhook-reader.ts';
import type { EndpointUseCases } from './endpoint-routes.ts';
import { endpointView, EndpointView, TestedEndpointView } from './views.ts';

class PostbackPath {
  @IsIdOf('whe') readonly postbackId!: EndpointId;
}

class PostbackQuery extends PageQuery {
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'>;
}

class NewPostbackRequest {
  @IsText({
    max: 2_048,
    pattern: /^https?:\/\/\S+$/,
    description: `https, with macros in its path or query: ${MACROS.map((name) => `{${name}}`).join(' ')}`,
    example:
      'https://tracker.example/pb?cid={click_id}&s={sub1}&tx={conversion_id}&event={event}&payout={amount}&status={status}',
  })
  readonly url!: string;
  @IsOneOf(['GET', 'POST'], { optional: true, description: 'GET unless told; a POST has the same address and no body' })
  readonly method?: PostbackMethod;
  @IsTextList({
    min: 1,
    max: 50,
    optional: true,
    description: `Of ${POSTBACK_EVENT_TYPES.join(', ')}; ${DEFAULT_POSTBACK_TYPES.join(', ')} unless told`,
  })
  readonly eventTypes?: readonly string[];
  @IsText({ min: 0, max: 500, optional: true }) readonly description?: string;
  @IsIdOf('par', { optional: true, description: 'Whose orders; staff may leave it out for those of all partners' })
  readonly partnerId?: Id<'par'>;
  @IsIdOf('prg', { optional: true, description: 'Of one program; of all unless told' }) readonly programId?: Id<'prg'>;
}

class PostbackView extends EndpointView {
  @IsOneOf(['GET', 'POST']) readonly method!: PostbackMethod;
}

const PostbackPage = pageOfShape(PostbackView);
const READ = { scope: 'webhooks:read' };
const WRITE = { scope: 'webhooks:write' };
const FOUND = ['webhooks.endpoint_not_found'];

const postbackView = (endpoint: Endpoint): PostbackView =>
  Object.assign(endpointView(endpoint), { method: endpoint.postback ?? 'GET' });

export const postbackRoutes = ({ register, change, test, reader }: EndpointUseCases): readonly Route[] => [
  ...readingRoutes(reader),
  ...changingRoutes(change, reader),
  registering(register),
  testing(test),
];

const registering = (register: EndpointUseCases['register']): Route =>
  route({
    method: 'post',
    path: '/v1/postbacks',
    operationId: 'registerPostback',
    tag: 'webhooks',
    summary: 'Register an address with macros, to be called when something happens to a conversion',
    description:
      'Values stand percent-encoded in their places; what an event does not say is empty. Retried, paused and listed ' +
      'like webhooks: see /v1/webhook-deliveries. Unsigned, as trackers expect it; the `webhook-id` header is the same ' +
      'at every attempt.',
    access: WRITE,
    body: NewPostbackRequest,
    success: { 201: PostbackView },
    errors: [
      'webhooks.unknown_macro',
      'webhooks.template_malformed',
      'webhooks.unknown_event_type',
      'webhooks.unknown_partner',
      'webhooks.unknown_program',
      'webhooks.address_refused',
      'webhooks.https_required',
      'webhooks.port_refused',
      'webhooks.endpoint_exists',
      'webhooks.too_many_endpoints',
    ],
    handle: async ({ actor, body }) => {
      const { url, method = 'GET', eventTypes = DEFAULT_POSTBACK_TYPES, description = '', programId } = body;
      const partnerId = confinedTo(actor, body.partnerId);
      return register.postback({ url, eventTypes, description, partnerId, programId, postback: method });
    },
    respond: (endpoint) => created(`/v1/postbacks/${endpoint.endpointId}`, postbackView(endpoint)),
  });

const testing = (test: EndpointUseCases['test']): Route =>
  route({
    method: 'post',
    path: '/v1/postbacks/{postbackId}/test',
    operationId: 'testPostback',
    tag: 'webhooks',
    summary: 'Call it now, with `test` in the place of every macro',
    access: WRITE,
    params: PostbackPath,
    success: { 200: TestedEndpointView },
    errors: FOUND,
    handle: ({ actor, params }) => test.run(params.postbackId, actor.partnerId),
    respond: ({ status, ...tested }) => ({ status: 200, body: { ...tested, status: status ?? null } }),
  });

const readingRoutes = (reader: WebhookReader): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/postbacks',
    operationId: 'listPostbacks',
    tag: 'webhooks',
    summary: 'Postbacks, oldest first',
    access: READ,
    query: PostbackQuery,
    success: { 200: PostbackPage },
    handle: async ({ actor, query }) => {
      const partnerId = confinedTo(actor, query.partnerId);
      const { data, nextCursor } = await reader.endpoints(toPageRequest(query), partnerId, 'postback');
      return { data: data.map(postbackView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/postbacks/{postbackId}',
    operationId: 'getPostbackAddress',
    tag: 'webhooks',
    summary: 'A postback, and how it has been answering',
    access: READ,
    params: PostbackPath,
    success: { 200: PostbackView },
    errors: FOUND,
    handle: async ({ actor, params }) => postbackView(await postbackOf(reader, actor, params.postbackId)),
  }),
];

const changingRoutes = (change: ChangeEndpoint, reader: WebhookReader): readonly Route[] => [
  ...(['enable', 'disable'] as const).map((action) =>
    route({
      method: 'post',
      path: `/v1/postbacks/{postbackId}/${action}`,
      operationId: `${action}Postback`,
      tag: 'webhooks',
      summary: action === 'enable' ? 'Call it again, beginning with what waits' : 'Call it no more',
      access: WRITE,
      params: PostbackPath,
      success: { 200: PostbackView },
      errors: FOUND,
      handle: async ({ actor, params }) => {
        await postbackOf(reader, actor, params.postbackId);
        return change[action](params.postbackId, actor.partnerId);
      },
      respond: (endpoint) => ({ status: 200, body: postbackView(endpoint) }),
    }),
  ),
  route({
    method: 'delete',
    path: '/v1/postbacks/{postbackId}',
    operationId: 'deletePostback',
    tag: 'webhooks',
    summary: 'Forget a postback, with its deliveries',
    access: WRITE,
    params: PostbackPath,
    success: { 204: 'empty' },
    errors: FOUND,
    handle: async ({ actor, params }) => {
      await postbackOf(reader, actor, params.postbackId);
      await change.remove(params.postbackId, actor.partnerId);
    },
    respond: () => ({ status: 204 }),
  }),
];

const postbackOf = async (reader: WebhookReader, actor: Actor, endpointId: EndpointId): Promise<Endpoint> => {
  const found = await reader.endpoint(endpointId);
  const postback = found?.postback === undefined ? undefined : found;
  return visible(actor, postback, ({ partnerId }) => partnerId, endpointNotFound(endpointId));
};
