import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { MoneyJson } from '../../../shared/money.ts';
import { type CustomerFacts, type Metadata, type Milestone, MILESTONES } from '../index.ts';

/** What an order consists of, as `reserved` and `placed` tell it. */
export interface Content {
  readonly currency: string;
  readonly lines: readonly ContentLine[];
  readonly clickId?: Id<'clk'> | undefined;
  readonly visitorId?: string | undefined;
  readonly couponCodes?: readonly string[] | undefined;
  readonly customerRef?: string | undefined;
  readonly customerEmailFingerprint?: string | undefined;
  readonly customerPhoneFingerprint?: string | undefined;
  readonly customer?: CustomerFacts | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface ContentLine {
  readonly lineRef: string;
  readonly sku?: string | undefined;
  readonly category?: string | undefined;
  readonly quantity: number;
  readonly unitPrice: MoneyJson;
  readonly metadata?: Metadata | undefined;
}

export interface ReturnedLine {
  readonly lineRef: string;
  readonly quantity: number;
}

interface Told<Kind extends string, Data> {
  /** Unique within the order. */
  readonly eventId: string;
  readonly kind: Kind;
  readonly occurredAt: Instant;
  readonly data: Data;
}

/** One thing the commerce system told of an order; the pipeline has checked its shape. */
export type OrderEvent =
  | Told<'reserved' | 'placed', Content>
  | Told<Exclude<Milestone, 'reserved' | 'placed'>, object>
  | Told<'cancelled' | 'charged_back', { readonly reason?: string }>
  | Told<'lines_returned', { readonly lines: readonly ReturnedLine[]; readonly reason?: string }>;

export type OrderEventKind = OrderEvent['kind'];

/** Where several things happened at one moment, this is the order we take them in. */
const RANK: Readonly<Record<OrderEventKind, number>> = {
  ...(Object.fromEntries(MILESTONES.map((milestone, rank) => [milestone, rank])) as Record<Milestone, number>),
  lines_returned: 10,
  cancelled: 11,
  charged_back: 12,
};

export const isOrderEventKind = (kind: string): kind is OrderEventKind => kind in RANK;

/**
 * The same for every order of arrival: what tells the order's content first, for nothing can happen to an order before
 * it exists, whatever the clocks say; then by time, by kind, by id.
 */
export const inOrder = (events: readonly OrderEvent[]): readonly OrderEvent[] =>
  events.toSorted(
    (a, b) =>
      Number(tellsContent(b)) - Number(tellsContent(a)) ||
      compare(a.occurredAt, b.occurredAt) ||
      RANK[a.kind] - RANK[b.kind] ||
      compare(a.eventId, b.eventId),
  );

export const tellsContent = (event: OrderEvent): event is Extract<OrderEvent, { data: Content }> =>
  event.kind === 'placed' || event.kind === 'reserved';

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
