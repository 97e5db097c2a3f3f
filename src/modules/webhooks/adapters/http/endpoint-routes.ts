import { confinedTo, mustBeStaff, visible } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Actor } from '../../../../shared/actor.ts';
import { IsIdOf, IsWhole } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type ChangeEndpoint, endpointNotFound } from '../../application/change-endpoint.ts';
import type { RegisterEndpoints } from '../../application/register-endpoints.ts';
import type { TestEndpoint } from '../../application/test-endpoint.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { EndpointId } from '../../index.ts';
import type { WebhookReader } from '../../ports/webhook-reader.ts';
import {
  describedBy,
  EndpointFeedView,
  EndpointImportRequest,
  EndpointImportView,
  endpointView,
  EndpointView,
  fedEventView,
  importView,
  NewEndpointRequest,
  RegisteredEndpointView,
  RotatedSecretView,
  TestedEndpointView,
} from './views.ts';

class EndpointPath {
  @IsIdOf('whe') readonly endpointId!: EndpointId;
}

class EndpointQuery extends PageQuery {
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'>;
}

class FeedQuery {
  @IsWhole({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    optional: true,
    description: 'The last number you have; 0 unless told',
  })
  readonly after?: number;
  @IsWhole({ min: 1, max: 1_000, optional: true, description: 'How many at most; 100 unless told' })
  readonly limit?: number;
}

const EndpointPage = pageOfShape(EndpointView);
const READ = { scope: 'webhooks:read' };
const WRITE = { scope: 'webhooks:write' };
const NEW_ENDPOINT_ERRORS = [
  'webhooks.unknown_event_type',
  'webhooks.unknown_partner',
  'webhooks.unknown_program',
  'webhooks.address_refused',
  'webhooks.https_required',
  'webhooks.port_refused',
  'webhooks.endpoint_exists',
  'webhooks.too_many_endpoints',
];
const FOUND = ['webhooks.endpoint_not_found'];

export interface EndpointUseCases {
  readonly register: RegisterEndpoints;
  readonly change: ChangeEndpoint;
  readonly test: TestEndpoint;
  readonly reader: WebhookReader;
}

export const endpointRoutes = ({ register, change, test, reader }: EndpointUseCases): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/webhook-endpoints',
    operationId: 'registerWebhookEndpoint',
    tag: 'webhooks',
    summary: 'Register an address to send events to',
    description:
      'Signed by Standard Webhooks 1.0.0; docs/webhooks.md says how to verify. The secret is shown this once.',
    access: WRITE,
    confidential: true,
    body: NewEndpointRequest,
    success: { 201: RegisteredEndpointView },
    errors: NEW_ENDPOINT_ERRORS,
    handle: ({ actor, body }) => register.one(describedBy(body, confinedTo(actor, body.partnerId))),
    respond: ({ endpointId, secret }) => created(`/v1/webhook-endpoints/${endpointId}`, { id: endpointId, secret }),
  }),
  route({
    method: 'post',
    path: '/v1/webhook-endpoints/import',
    operationId: 'importWebhookEndpoints',
    tag: 'webhooks',
    summary: 'Register many at once',
    description:
      'Idempotent by owner, program and address: what is registered is known and stays as it is. ' +
      '200: all are registered. 207: some were refused.',
    access: WRITE,
    confidential: true,
    body: EndpointImportRequest,
    success: { 200: EndpointImportView, 207: EndpointImportView },
    errors: NEW_ENDPOINT_ERRORS,
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return register.many(body.endpoints.map((each) => describedBy(each, each.partnerId)));
    },
    respond: (results) => {
      const body = importView(results);
      return { status: body.refused === 0 ? 200 : 207, body };
    },
  }),
  route({
    method: 'get',
    path: '/v1/webhook-endpoints',
    operationId: 'listWebhookEndpoints',
    tag: 'webhooks',
    summary: 'Endpoints, oldest first',
    access: READ,
    query: EndpointQuery,
    success: { 200: EndpointPage },
    handle: async ({ actor, query }) => {
      const partnerId = confinedTo(actor, query.partnerId);
      const { data, nextCursor } = await reader.endpoints(toPageRequest(query), partnerId, 'webhook');
      return { data: data.map(endpointView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/webhook-endpoints/{endpointId}',
    operationId: 'getWebhookEndpoint',
    tag: 'webhooks',
    summary: 'An endpoint, and how it has been answering',
    access: READ,
    params: EndpointPath,
    success: { 200: EndpointView },
    errors: FOUND,
    handle: async ({ actor, params }) => endpointView(await endpointOf(reader, actor, params.endpointId)),
  }),
  route({
    method: 'get',
    path: '/v1/webhook-endpoints/{endpointId}/events',
    operationId: 'listWebhookEndpointEvents',
    tag: 'webhooks',
    summary: 'What the endpoint was to get, by number: for a receiver that finds a gap',
    access: READ,
    params: EndpointPath,
    query: FeedQuery,
    success: { 200: EndpointFeedView },
    errors: FOUND,
    handle: async ({ actor, params: { endpointId }, query: { after = 0, limit = 100 } }) => {
      const { lastSequence } = await endpointOf(reader, actor, endpointId);
      const events = await reader.feed(endpointId, after, limit);
      return { data: events.map(fedEventView), lastSequence };
    },
  }),
  route({
    method: 'post',
    path: '/v1/webhook-endpoints/{endpointId}/rotate-secret',
    operationId: 'rotateWebhookSecret',
    tag: 'webhooks',
    summary: 'A new secret; for a day the old one signs too',
    access: WRITE,
    confidential: true,
    params: EndpointPath,
    success: { 200: RotatedSecretView },
    errors: FOUND,
    handle: ({ actor, params }) => change.rotateSecret(params.endpointId, actor.partnerId),
    respond: ({ endpointId, secret, oldUntil }) => ({
      status: 200,
      body: { id: endpointId, secret, oldSecretUntil: oldUntil },
    }),
  }),
  route({
    method: 'post',
    path: '/v1/webhook-endpoints/{endpointId}/enable',
    operationId: 'enableWebhookEndpoint',
    tag: 'webhooks',
    summary: 'Send to it again, at once, beginning with what waits',
    access: WRITE,
    params: EndpointPath,
    success: { 200: EndpointView },
    errors: FOUND,
    handle: ({ actor, params }) => change.enable(params.endpointId, actor.partnerId),
    respond: shown,
  }),
  route({
    method: 'post',
    path: '/v1/webhook-endpoints/{endpointId}/disable',
    operationId: 'disableWebhookEndpoint',
    tag: 'webhooks',
    summary: 'Send nothing more to it; events are kept for it for 30 days',
    access: WRITE,
    params: EndpointPath,
    success: { 200: EndpointView },
    errors: FOUND,
    handle: ({ actor, params }) => change.disable(params.endpointId, actor.partnerId),
    respond: shown,
  }),
  route({
    method: 'post',
    path: '/v1/webhook-endpoints/{endpointId}/test',
    operationId: 'testWebhookEndpoint',
    tag: 'webhooks',
    summary: 'Send a signed ping now',
    access: WRITE,
    params: EndpointPath,
    success: { 200: TestedEndpointView },
    errors: FOUND,
    handle: ({ actor, params }) => test.run(params.endpointId, actor.partnerId),
    respond: ({ status, ...tested }) => ({ status: 200, body: { ...tested, status: status ?? null } }),
  }),
  route({
    method: 'delete',
    path: '/v1/webhook-endpoints/{endpointId}',
    operationId: 'deleteWebhookEndpoint',
    tag: 'webhooks',
    summary: 'Forget an endpoint, with its deliveries',
    access: WRITE,
    params: EndpointPath,
    success: { 204: 'empty' },
    errors: FOUND,
    handle: ({ actor, params }) => change.remove(params.endpointId, actor.partnerId),
    respond: () => ({ status: 204 }),
  }),
];

const shown = (endpoint: Endpoint) => ({ status: 200, body: endpointView(endpoint) });

const endpointOf = async (reader: WebhookReader, actor: Actor, endpointId: EndpointId): Promise<Endpoint> =>
  visible(actor, await reader.endpoint(endpointId), ({ partnerId }) => partnerId, endpointNotFound(endpointId));
