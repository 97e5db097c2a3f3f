import type { Id } from '../../../shared/ids.ts';
import type { Outbox } from '../../../shared/outbox.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { Conversion } from '../domain/conversion.ts';
import type { Coupon } from '../domain/coupon.ts';
import type { OrderTouches } from '../domain/decide.ts';
import type { Link } from '../domain/link.ts';
import type { Policy } from '../domain/policy.ts';
import type { Touchpoint, TouchKeys } from '../domain/touchpoint.ts';
import type { Erasures } from './erasures.ts';
import type { ClickId, ConversionId, CouponId, LinkId } from '../index.ts';

export abstract class Links {
  /** False when the code is somebody's already. */
  abstract add(link: Link): Promise<boolean>;
  /**
   * Adds those whose code is new, and gives those that stand already, for the same partner and program, the new
   * destination. Answers what stands under each code now, whoever's it is.
   */
  abstract put(links: readonly Link[]): Promise<readonly Link[]>;
  /** Those that exist. */
  abstract byCodes(codes: readonly string[]): Promise<readonly Link[]>;
  /** Nobody else's until the transaction ends. Throws `attribution.unknown_link`. */
  abstract get(linkId: LinkId): Promise<Link>;
  /** Saves its state. */
  abstract save(link: Link): Promise<void>;
}

export abstract class Touchpoints {
  /**
   * Makes everybody else who works on one of these clicks or visitors wait until the transaction ends. A click and the
   * order that names it may be handled at the same moment; without this each would look before the other is to be seen.
   * To be called once, before anything is read.
   */
  abstract hold(keys: readonly TouchKeys[]): Promise<void>;
  /** Keeps those not kept before, and answers which they were. */
  abstract record(touchpoints: readonly Touchpoint[]): Promise<ReadonlySet<ClickId>>;
  /** For each order the click it names, the uses of its coupons, and the latest touches of its visitor up to the order, `PER_VISITOR` at most; no impressions. */
  abstract candidates(orders: readonly OrderTouches[]): Promise<ReadonlyMap<Id<'ord'>, readonly Touchpoint[]>>;
}

/** A visitor with more clicks than this on one program is nobody in particular; the latest decide. */
export const PER_VISITOR = 50;

export abstract class Conversions {
  /** Those that were decided already; nobody else's until the transaction ends. */
  abstract decided(conversionIds: readonly ConversionId[]): Promise<readonly Conversion[]>;
  /**
   * Those whose order names one of the clicks, or one of the visitors and was placed no earlier than the click; nobody
   * else's until the transaction ends.
   */
  abstract touchedBy(touchpoints: readonly Touchpoint[]): Promise<readonly Conversion[]>;
  /** Adds the decision of each, and shows it as the one that counts. */
  abstract save(conversions: readonly Conversion[]): Promise<void>;
}

export abstract class Policies {
  /** The newest of each program that has one of its own; the others go by the default. */
  abstract inForce(programIds: readonly Id<'prg'>[]): Promise<ReadonlyMap<Id<'prg'>, Policy>>;
  /** False when there is such a version already. */
  abstract add(programId: Id<'prg'>, policy: Policy): Promise<boolean>;
}

export interface CouponName {
  readonly programId: Id<'prg'>;
  /** As codes are compared: `couponKey`. */
  readonly key: string;
}

export abstract class Coupons {
  /** False when the program has the code already. */
  abstract add(coupon: Coupon): Promise<boolean>;
  /** Those that exist. */
  abstract named(names: readonly CouponName[]): Promise<readonly Coupon[]>;
  /** Nobody else's until the transaction ends. Throws `attribution.unknown_coupon`. */
  abstract get(couponId: CouponId): Promise<Coupon>;
  /** Saves whether it is disabled. */
  abstract save(coupon: Coupon): Promise<void>;
}

export interface AttributionStores {
  readonly coupons: Coupons;
  readonly links: Links;
  readonly touchpoints: Touchpoints;
  readonly conversions: Conversions;
  readonly policies: Policies;
  readonly erasures: Erasures;
  readonly outbox: Outbox;
}

export abstract class AttributionTransaction extends Transaction<AttributionStores> {}
