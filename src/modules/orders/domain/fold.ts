/**
 * Folds what was told of an order into what is known of it. The result depends on the set of events alone: shuffled,
 * late or repeated, the same events give the same order.
 *
 * What cannot be true beside the rest is an exception: it is kept, shown, and changes nothing. A later event may
 * resolve it, for the fold starts anew each time.
 */
import type { Instant } from '../../../shared/instant.ts';
import { mayMove, type ActionOf } from '../../../shared/lifecycle.ts';
import type { Milestone, ReturnFacts } from '../index.ts';
import { lifecycle, type OrderState } from './life-cycle.ts';
import {
  type Content,
  type ContentLine,
  inOrder,
  type OrderEvent,
  type ReturnedLine,
  tellsContent,
} from './order-event.ts';

export type ExceptionReason =
  | 'after_cancellation'
  | 'cancelled_twice'
  | 'return_before_delivery'
  | 'return_of_unknown_line'
  | 'returned_more_than_ordered'
  | 'not_possible_now';

export interface OrderException {
  readonly eventId: string;
  readonly kind: OrderEvent['kind'];
  readonly reason: ExceptionReason;
}

export interface FoldedLine extends ContentLine {
  readonly returnedQuantity: number;
}

export interface Folded {
  readonly state: OrderState;
  readonly content?: Content | undefined;
  readonly placedAt?: Instant | undefined;
  readonly lines: readonly FoldedLine[];
  readonly milestones: Readonly<Partial<Record<Milestone, Instant>>>;
  readonly cancelledAt?: Instant | undefined;
  readonly returnedAt?: Instant | undefined;
  readonly chargedBackAt?: Instant | undefined;
  readonly reason?: string | undefined;
  /** Those that took effect. */
  readonly returns: readonly ReturnFacts[];
  readonly exceptions: readonly OrderException[];
}

const NOTHING: Folded = { state: 'unknown', lines: [], milestones: {}, returns: [], exceptions: [] };

export const fold = (events: readonly OrderEvent[]): Folded => {
  const sorted = inOrder(distinct(events));
  const tellers = sorted.filter(tellsContent);
  const [first] = tellers;
  // Without content there is an order somewhere, and nothing can be said of it yet, but that somebody should look.
  if (first === undefined) return sorted.reduce((order, event) => refuse(order, event, 'not_possible_now'), NOTHING);
  // A reservation's content counts until the order is placed.
  const content = (tellers.find(({ kind }) => kind === 'placed') ?? first).data;
  const lines = content.lines.map((line) => ({ ...line, returnedQuantity: 0 }));
  const start: Folded = { ...NOTHING, content, placedAt: first.occurredAt, lines };
  return sorted.reduce(take, start);
};

const distinct = (events: readonly OrderEvent[]): readonly OrderEvent[] => [
  ...new Map(events.map((event) => [event.eventId, event])).values(),
];

const take = (order: Folded, event: OrderEvent): Folded => {
  switch (event.kind) {
    case 'cancelled':
      return cancel(order, event);
    case 'charged_back':
      return chargeBack(order, event);
    case 'lines_returned':
      return returnLines(order, event.eventId, event.occurredAt, event.data.lines, event.data.reason, event.kind);
    default:
      return reach(order, event.kind, event);
  }
};

/** Of two reports of one milestone the earlier counts. A step heard of after a later one fills the gap and moves nothing. */
const reach = (order: Folded, milestone: Milestone, event: OrderEvent): Folded => {
  if (order.milestones[milestone] !== undefined) return order;
  if (order.state === 'cancelled') return refuse(order, event, 'after_cancellation');
  const milestones = { ...order.milestones, [milestone]: event.occurredAt };
  const further = mayMove(lifecycle, order.state, milestone as ActionOf<typeof lifecycle>);
  return { ...order, milestones, state: further ? milestone : order.state };
};

/** Before delivery an order is called off; from then on, calling it off means that all of it came back. */
const cancel = (order: Folded, event: Extract<OrderEvent, { kind: 'cancelled' | 'charged_back' }>): Folded => {
  if (order.state === 'cancelled' || order.state === 'returned') return refuse(order, event, 'cancelled_twice');
  if (mayMove(lifecycle, order.state, 'cancelled')) {
    return { ...order, state: 'cancelled', cancelledAt: event.occurredAt, reason: event.data.reason };
  }
  if (!mayMove(lifecycle, order.state, 'returned')) return refuse(order, event, 'not_possible_now');
  const rest = order.lines.map(({ lineRef, quantity, returnedQuantity }) => ({
    lineRef,
    quantity: quantity - returnedQuantity,
  }));
  return returnLines(order, event.eventId, event.occurredAt, rest, event.data.reason, event.kind);
};

const chargeBack = (order: Folded, event: Extract<OrderEvent, { kind: 'cancelled' | 'charged_back' }>): Folded =>
  mayMove(lifecycle, order.state, 'charged_back')
    ? { ...order, state: 'charged_back', chargedBackAt: event.occurredAt, reason: event.data.reason }
    : refuse(order, event, order.state === 'cancelled' ? 'after_cancellation' : 'not_possible_now');

const returnLines = (
  order: Folded,
  eventId: string,
  at: Instant,
  returned: readonly ReturnedLine[],
  reason: string | undefined,
  kind: OrderEvent['kind'],
): Folded => {
  const event = { eventId, kind };
  if (order.state === 'cancelled') return refuse(order, event, 'after_cancellation');
  if (!mayMove(lifecycle, order.state, 'returned')) {
    return refuse(
      order,
      event,
      order.milestones.delivered === undefined ? 'return_before_delivery' : 'not_possible_now',
    );
  }
  const back = new Map<string, number>();
  for (const { lineRef, quantity } of returned) back.set(lineRef, (back.get(lineRef) ?? 0) + quantity);
  const known = new Set(order.lines.map(({ lineRef }) => lineRef));
  if ([...back.keys()].some((lineRef) => !known.has(lineRef))) return refuse(order, event, 'return_of_unknown_line');
  const lines = order.lines.map((line) => ({
    ...line,
    returnedQuantity: line.returnedQuantity + (back.get(line.lineRef) ?? 0),
  }));
  if (lines.some((line) => line.returnedQuantity > line.quantity))
    return refuse(order, event, 'returned_more_than_ordered');
  const everything = lines.every((line) => line.returnedQuantity === line.quantity);
  return {
    ...order,
    lines,
    returns: [...order.returns, { eventId, at, extent: everything ? 'everything' : 'some' }],
    ...(everything && { state: 'returned' as const, returnedAt: at }),
    reason,
  };
};

const refuse = (
  order: Folded,
  { eventId, kind }: Pick<OrderEvent, 'eventId' | 'kind'>,
  reason: ExceptionReason,
): Folded => ({
  ...order,
  exceptions: [...order.exceptions, { eventId, kind, reason }],
});
