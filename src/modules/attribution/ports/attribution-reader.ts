import type { Id } from '../../../shared/ids.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Conversion } from '../domain/deciding/conversion.ts';
import type { Coupon } from '../domain/traffic/coupon.ts';
import type { Outcome } from '../domain/deciding/journey.ts';
import type { Link } from '../domain/traffic/link.ts';
import type { ClickId, ConversionId, CouponId, CreditFacts, LinkId, TouchpointFacts } from '../index.ts';

export interface LinkFilter {
  readonly programId?: Id<'prg'> | undefined;
  readonly partnerId?: Id<'par'> | undefined;
}

export interface ConversionFilter extends LinkFilter {
  readonly outcome?: Outcome['kind'] | undefined;
  /** The commerce system's own name; two programs may use the same. */
  readonly orderRef?: string | undefined;
}

export interface Totals {
  readonly attributed: number;
  readonly unattributed: number;
  /** Those that were worth something from the start. */
  readonly clicks: number;
}

/** A conversion as it is shown, and every decision it is the last of. */
export interface DecisionHistory {
  readonly conversionId: ConversionId;
  /** What lists show. */
  readonly shown: { readonly number: number; readonly outcome: Outcome };
  readonly decisions: readonly Conversion['decision'][];
}

/** Looks at links, touchpoints and decisions outside any transaction. */
export abstract class AttributionReader {
  abstract touchpoints(clickIds: readonly ClickId[]): Promise<readonly TouchpointFacts[]>;
  /** Of each the last decision in the partner's favour. */
  abstract credits(asked: readonly Pick<CreditFacts, 'orderId' | 'partnerId'>[]): Promise<readonly CreditFacts[]>;
  abstract link(by: { readonly code: string } | { readonly linkId: LinkId }): Promise<Link | undefined>;
  /** Those that exist. */
  abstract linksByCodes(codes: readonly string[]): Promise<readonly Link[]>;
  /** Of the newest links, the newest last. */
  abstract newestCodes(count: number): Promise<readonly string[]>;
  /** Oldest first. */
  abstract links(request: PageRequest, filter: LinkFilter): Promise<Page<Link>>;
  abstract coupon(couponId: CouponId): Promise<Coupon | undefined>;
  /** Oldest first. */
  abstract coupons(request: PageRequest, filter: LinkFilter): Promise<Page<Coupon>>;
  /** By order, oldest first; each with the decision that counts. */
  abstract conversions(request: PageRequest, filter: ConversionFilter): Promise<Page<Conversion>>;
  abstract conversion(conversionId: ConversionId): Promise<Conversion | undefined>;
  abstract totals(programId?: Id<'prg'>): Promise<Totals>;
  /** By conversion id; for audits, which look at everything piece by piece. */
  abstract histories(limit: number, after?: ConversionId): Promise<readonly DecisionHistory[]>;
}
