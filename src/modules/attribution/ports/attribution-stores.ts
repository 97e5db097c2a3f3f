import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Outbox } from '../../../shared/outbox.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { Claim, ClaimId } from '../domain/deciding/claim.ts';
import type { Conversion } from '../domain/deciding/conversion.ts';
import type { Coupon } from '../domain/traffic/coupon.ts';
import type { OrderTouches } from '../domain/deciding/journey.ts';
import type { Link } from '../domain/traffic/link.ts';
import type { PolicyVersion, RuledPolicy } from '../domain/policy/policy.ts';
import type { Touchpoint, TouchKeys } from '../domain/traffic/touchpoint.ts';
import type { Erasures } from './erasures.ts';
import type { Identities } from './identities.ts';
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

/** An order, and whether what its visitor was only shown is wanted too. */
export type Sought = OrderTouches & { readonly impressions?: boolean | undefined };

export abstract class Touchpoints {
  /**
   * Makes everybody else who works on one of these clicks or visitors wait until the transaction ends. A click and the
   * order that names it may be handled at the same moment; without this each would look before the other is to be seen.
   * To be called once, before anything is read.
   */
  abstract hold(keys: readonly TouchKeys[]): Promise<void>;
  /** Keeps those not kept before, and answers which they were. */
  abstract record(touchpoints: readonly Touchpoint[]): Promise<ReadonlySet<ClickId>>;
  /**
   * For each order the click it names, the uses of its coupons, and the latest touches of its visitor, and of all visitors
   * and clicks that are its customer's (`Identities`), up to the order: `PER_VISITOR` at most, of impressions as many, where
   * they are asked for, and none of who did not want to be remembered.
   */
  abstract candidates(orders: readonly Sought[]): Promise<ReadonlyMap<Id<'ord'>, readonly Touchpoint[]>>;
}

/** A visitor, or a customer, with more clicks than this on one program is nobody in particular; the latest decide. */
export const PER_VISITOR = 50;

export abstract class Conversions {
  /** Those that were decided already; nobody else's until the transaction ends. */
  abstract decided(conversionIds: readonly ConversionId[]): Promise<readonly Conversion[]>;
  /**
   * Those whose order names one of the clicks, or one of the visitors, or is of their customer, and was placed no earlier
   * than the click; nobody else's until the transaction ends.
   */
  abstract touchedBy(touchpoints: readonly Touchpoint[]): Promise<readonly Conversion[]>;
  /** Programs that did not exist when orders that name them were decided last. */
  abstract programsOfStrays(): Promise<readonly Id<'prg'>[]>;
  /** Of those programs, some that were decided while there was none such; nobody else's until the transaction ends. */
  abstract strays(programIds: readonly Id<'prg'>[], limit: number): Promise<readonly Conversion[]>;
  /** Adds the decision of each, and shows it as the one that counts. */
  abstract save(conversions: readonly Conversion[]): Promise<void>;
}

/** All that is known of a version when it is published. */
export type NewPolicy = PolicyVersion & {
  readonly policy: RuledPolicy;
  readonly publishedAt: Instant;
  readonly publishedBy: string;
};

export abstract class Policies {
  /** Every version of those programs that have any of their own; in no particular order. */
  abstract ofPrograms(programIds: readonly Id<'prg'>[]): Promise<readonly PolicyVersion[]>;
  /** False when there is such a version already. */
  abstract add(version: NewPolicy): Promise<boolean>;
}

export abstract class Claims {
  /** False when the partner has one to the order that was not rejected. */
  abstract add(claim: Claim): Promise<boolean>;
  /** Nobody else's until the transaction ends. Throws `attribution.unknown_claim`. */
  abstract get(claimId: ClaimId): Promise<Claim>;
  /** Saves how it came out. */
  abstract save(claim: Claim): Promise<void>;
  /** Those to the orders that were confirmed. */
  abstract confirmed(orderIds: readonly Id<'ord'>[]): Promise<readonly Claim[]>;
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
  readonly claims: Claims;
  readonly erasures: Erasures;
  readonly identities: Identities;
  readonly outbox: Outbox;
}

export abstract class AttributionTransaction extends Transaction<AttributionStores> {}
