import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { ClickId, CouponId } from '../../index.ts';
import type { Touchpoint } from './touchpoint.ts';

/** A code that customers type at the till, one partner's in a program. It was used, never clicked. */
export interface Coupon {
  readonly couponId: CouponId;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  /** As it is printed; what is compared is its key. */
  readonly code: string;
  /** From then on whoever uses it brings its partner nothing. */
  readonly disabledAt?: Instant | undefined;
  readonly createdAt: Instant;
}

export const MAX_CODE = 100;

/** Customers type as they like: width, case and blanks at the ends make no other code. */
export const couponKey = (code: string): string => code.normalize('NFKC').trim().toLowerCase();

/** An order, as far as its coupons go. */
export interface CouponUse {
  readonly orderId: Id<'ord'>;
  readonly programId: Id<'prg'>;
  readonly placedAt: Instant;
  readonly couponCodes?: readonly string[] | undefined;
}

export const couponKeysOf = ({ couponCodes = [] }: CouponUse): readonly string[] => [
  ...new Set(couponCodes.map(couponKey)),
];

/** One order uses a code once. An order that turns out to be placed at another time used it at that time. */
export const couponTouchId = ({ orderId, placedAt }: CouponUse, key: string): ClickId =>
  derivedId('clk', 'coupon', orderId, placedAt, key);

/** The touch that using it was, at the moment of the order. */
export const couponTouch = (use: CouponUse, coupon: Coupon, recordedAt: Instant): Touchpoint => {
  const { disabledAt, programId, partnerId, code } = coupon;
  const disabled = disabledAt !== undefined && use.placedAt >= disabledAt;
  return {
    clickId: couponTouchId(use, couponKey(code)),
    kind: 'coupon',
    programId,
    partnerId,
    linkCode: code,
    occurredAt: use.placedAt,
    recordedAt,
    live: false,
    consent: 'unknown',
    signals: [],
    ...(disabled && { objection: 'coupon_disabled' as const }),
  };
};
