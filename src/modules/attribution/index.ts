import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';

export type LinkId = Id<'lnk'>;
export type ClickId = Id<'clk'>;
export type ConversionId = Id<'cnv'>;
export type CouponId = Id<'cpn'>;

export interface TouchpointFacts {
  readonly clickId: ClickId;
  readonly programId: Id<'prg'>;
  readonly partnerId?: Id<'par'> | undefined;
  readonly occurredAt: Instant;
  readonly userAgent?: string | undefined;
  readonly visitorId?: string | undefined;
  /** Our own redirect saw it; absent when a neighbour told us of it. */
  readonly live?: true | undefined;
  /** A code that was typed with the order: nobody clicked. */
  readonly coupon?: true | undefined;
  /** What was odd about it at first sight: the codes of docs/signals.md. Evidence, no verdict. */
  readonly signals: readonly string[];
  /** The partner's own notes: `sub1` to `sub5`, and its campaign. */
  readonly subs?: Readonly<Record<string, string>> | undefined;
  readonly campaign?: string | undefined;
}

/** By which touch of a partner an order was, or had been, credited to it. */
export interface CreditFacts {
  readonly orderId: Id<'ord'>;
  readonly partnerId: Id<'par'>;
  readonly conversionId: ConversionId;
  /** None, when a coupon won: nobody clicked. */
  readonly clickId?: ClickId | undefined;
  /** The partner's own notes on the click: `sub1` to `sub5`. */
  readonly subs?: Readonly<Record<string, string>> | undefined;
}

/** What other modules may ask of attribution. */
export abstract class AttributionPort {
  /** Of those that are known. */
  abstract touchpoints(clickIds: readonly ClickId[]): Promise<readonly TouchpointFacts[]>;
  /** The last time each partner had each order's credit, of those who ever had it. */
  abstract credits(asked: readonly Pick<CreditFacts, 'orderId' | 'partnerId'>[]): Promise<readonly CreditFacts[]>;
}
