import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoneyJson } from '../../shared/money.ts';

export type OrderId = Id<'ord'>;

export const MILESTONES = [
  'reserved',
  'placed',
  'confirmed',
  'in_production',
  'in_transit',
  'delivered',
  'completed',
] as const;
/** How far an order has come; each is reached once, in whatever order we hear of it. */
export type Milestone = (typeof MILESTONES)[number];

/** What the commerce system wants known beside what we have words for: 50 names at most. */
export type Metadata = Readonly<Record<string, string | number | boolean>>;

export interface LineFacts {
  readonly lineRef: string;
  readonly sku?: string | undefined;
  readonly category?: string | undefined;
  readonly quantity: number;
  readonly returnedQuantity: number;
  readonly unitPrice: MoneyJson;
  readonly metadata?: Metadata | undefined;
}

/** What the commerce system told of who ordered. What it did not tell is not known, and never guessed. */
export interface CustomerFacts {
  readonly status?: 'new' | 'returning' | undefined;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
  readonly firstOrderAt?: Instant | undefined;
  /** 1: the customer's first. */
  readonly orderNumber?: number | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface ReturnFacts {
  readonly eventId: string;
  readonly at: Instant;
  readonly extent: 'everything' | 'some';
}

/** Everything known of an order now, whatever the order it was learnt in. */
export interface OrderFacts {
  readonly orderId: OrderId;
  readonly programId: Id<'prg'>;
  /** The commerce system's own name for it. */
  readonly orderRef: string;
  readonly state: string;
  readonly placedAt: Instant;
  readonly currency: string;
  readonly lines: readonly LineFacts[];
  readonly milestones: Readonly<Partial<Record<Milestone, Instant>>>;
  /** Called off before it was delivered. */
  readonly cancelledAt?: Instant | undefined;
  /** What came back after delivery, in order of time. */
  readonly returns: readonly ReturnFacts[];
  /** When nothing of it was left with the customer. */
  readonly returnedAt?: Instant | undefined;
  readonly chargedBackAt?: Instant | undefined;
  /** Why it ended as it did, in the commerce system's words. */
  readonly reason?: string | undefined;
  readonly clickId?: Id<'clk'> | undefined;
  readonly visitorId?: string | undefined;
  /** As the customer typed them. */
  readonly couponCodes?: readonly string[] | undefined;
  readonly customerRef?: string | undefined;
  /** A keyed hash; comparable with a partner's, readable by nobody. */
  readonly customerEmailFingerprint?: string | undefined;
  /** A keyed hash as well. */
  readonly customerPhoneFingerprint?: string | undefined;
  readonly customer?: CustomerFacts | undefined;
  readonly metadata?: Metadata | undefined;
}

/** What other modules may ask of orders. */
export abstract class OrdersPort {
  /** Of those that are known; in no particular order. */
  abstract facts(orderIds: readonly OrderId[]): Promise<readonly OrderFacts[]>;
  /** Of the program's customer, as the commerce system names them; in no particular order. */
  abstract ofCustomer(programId: Id<'prg'>, customerRef: string): Promise<readonly OrderId[]>;
}

/** For whoever was told the commerce system's own name for an order. */
export abstract class NamedOrdersPort {
  /** Undefined: the program has no such order. */
  abstract named(programId: Id<'prg'>, orderRef: string): Promise<OrderId | undefined>;
}

/** Where somebody is who goes through a program's orders as they were placed. */
export interface OrderPlace {
  readonly placedAt: Instant;
  readonly orderId: OrderId;
}

/** For whoever goes through history. */
export abstract class PlacedOrdersPort {
  /** Of orders placed from then on and before `until`, the first behind the place; by placing, then by id. */
  abstract placed(
    programId: Id<'prg'>,
    asked: {
      readonly from: Instant;
      readonly until: Instant;
      readonly after?: OrderPlace | undefined;
      readonly limit: number;
    },
  ): Promise<readonly OrderFacts[]>;
}
