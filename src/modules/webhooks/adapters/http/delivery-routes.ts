import { confinedTo, visible } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsOneOf } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type ChangeEndpoint, deliveryNotFound } from '../../application/change-endpoint.ts';
import { DELIVERY_STATES, type DeliveryState } from '../../domain/delivery.ts';
import type { DeliveryId, EndpointId } from '../../index.ts';
import type { WebhookReader } from '../../ports/webhook-reader.ts';
import {
  DeliveryTotalsView,
  deliveryView,
  DeliveryView,
  deliveryWithAttemptsView,
  DeliveryWithAttemptsView,
  RedeliveryView,
} from './views.ts';

class DeliveryPath {
  @IsIdOf('whd') readonly deliveryId!: DeliveryId;
}

class DeliveryQuery extends PageQuery {
  @IsIdOf('whe', { optional: true }) readonly endpointId?: EndpointId;
  @IsOneOf(DELIVERY_STATES, { optional: true }) readonly state?: DeliveryState;
}

class TotalsQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
}

const DeliveryPage = pageOfShape(DeliveryView);
const READ = { scope: 'webhooks:read' };

export const deliveryRoutes = (change: ChangeEndpoint, reader: WebhookReader): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/webhook-deliveries',
    operationId: 'listWebhookDeliveries',
    tag: 'webhooks',
    summary: 'Deliveries, newest first',
    access: READ,
    query: DeliveryQuery,
    success: { 200: DeliveryPage },
    handle: async ({ actor, query }) => {
      const { endpointId, state } = query;
      const filter = { partnerId: confinedTo(actor), endpointId, state };
      const { data, nextCursor } = await reader.deliveries(toPageRequest(query), filter);
      return { data: data.map(deliveryView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/webhook-deliveries/totals',
    operationId: 'getWebhookDeliveryTotals',
    tag: 'webhooks',
    summary: 'How many deliveries wait, arrived and were given up',
    access: READ,
    query: TotalsQuery,
    success: { 200: DeliveryTotalsView },
    handle: ({ actor, query }) => reader.totals({ partnerId: confinedTo(actor), programId: query.programId }),
  }),
  route({
    method: 'get',
    path: '/v1/webhook-deliveries/{deliveryId}',
    operationId: 'getWebhookDelivery',
    tag: 'webhooks',
    summary: 'A delivery and each attempt at it',
    access: READ,
    params: DeliveryPath,
    success: { 200: DeliveryWithAttemptsView },
    errors: ['webhooks.delivery_not_found'],
    handle: async ({ actor, params: { deliveryId } }) => {
      const found = await reader.delivery(deliveryId);
      const delivery = visible(actor, found, ({ partnerId }) => partnerId, deliveryNotFound(deliveryId));
      const attempts = await reader.attempts(deliveryId);
      return deliveryWithAttemptsView(delivery, attempts, actor.partnerId === undefined);
    },
  }),
  route({
    method: 'post',
    path: '/v1/webhook-deliveries/{deliveryId}/redeliver',
    operationId: 'redeliverWebhook',
    tag: 'webhooks',
    summary: 'Put a delivery in line again, with the same id and number',
    access: { scope: 'webhooks:write' },
    params: DeliveryPath,
    success: { 202: RedeliveryView },
    errors: ['webhooks.delivery_not_found', 'webhooks.endpoint_not_found', 'webhooks.endpoint_is_disabled'],
    handle: ({ actor, params }) => change.redeliver(params.deliveryId, actor.partnerId),
    respond: ({ deliveryId }) => ({ status: 202, body: { id: deliveryId } }),
  }),
];
