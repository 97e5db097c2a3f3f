import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { RefoldOrder } from '../../application/refold-order.ts';
import type { OrderId } from '../../index.ts';
import type { OrderReader } from '../../ports/order-reader.ts';
import { OrderExceptionView, OrderTotalsView, orderView, OrderView, RefoldedView } from './views.ts';

class OrderPath {
  @IsIdOf('ord') readonly orderId!: OrderId;
}

class OrderQuery extends PageQuery {
  @IsText({ max: 30, optional: true }) readonly state?: string;
  @IsText({ max: 200, optional: true, description: "The commerce system's own name for the order" })
  readonly orderRef?: string;
}

class OrderTotalsQuery {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

const OrderPage = pageOfShape(OrderView);
const ExceptionPage = pageOfShape(OrderExceptionView);

export const orderRoutes = (reader: OrderReader, refoldOrder: RefoldOrder): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/orders',
    operationId: 'listOrders',
    tag: 'orders',
    summary: 'Orders, oldest first',
    access: { scope: 'orders:read' },
    query: OrderQuery,
    success: { 200: OrderPage },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { state, orderRef } = query;
      const { data, nextCursor } = await reader.page(toPageRequest(query), { state, orderRef });
      return { data: data.map(orderView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/orders/totals',
    operationId: 'getOrderTotals',
    tag: 'orders',
    summary: 'How many orders of a program are in each state',
    access: { scope: 'orders:read' },
    query: OrderTotalsQuery,
    success: { 200: OrderTotalsView },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      return { states: await reader.totals(query.programId) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/orders/{orderId}',
    operationId: 'getOrder',
    tag: 'orders',
    summary: 'What is known of an order',
    access: { scope: 'orders:read' },
    params: OrderPath,
    success: { 200: OrderView },
    errors: ['orders.not_found'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const [facts] = await reader.facts([params.orderId]);
      if (facts === undefined)
        throw new AppError('not_found', 'orders.not_found', `there is no order ${params.orderId}`);
      return orderView(facts);
    },
  }),
  route({
    method: 'get',
    path: '/v1/order-exceptions',
    operationId: 'listOrderExceptions',
    tag: 'orders',
    summary: 'Events that cannot be true beside the rest of their order',
    access: { scope: 'orders:read' },
    query: PageQuery,
    success: { 200: ExceptionPage },
    handle: ({ actor, query }) => {
      mustBeStaff(actor);
      return reader.exceptions(toPageRequest(query));
    },
  }),
  route({
    method: 'post',
    path: '/v1/orders/{orderId}/refold',
    operationId: 'refoldOrder',
    tag: 'orders',
    summary: 'Fold an order again by the rules of today',
    access: { scope: 'orders:write' },
    params: OrderPath,
    success: { 200: RefoldedView },
    errors: ['orders.not_found'],
    handle: ({ actor, params }) => {
      mustBeStaff(actor);
      return refoldOrder.run(params.orderId);
    },
    respond: (exceptions) => ({ status: 200, body: { exceptions } }),
  }),
];
