/** What a decision about an order's credit goes by, and what it says: the words that every way of deciding shares. */
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { EnrolmentState } from '../../../partners/index.ts';
import type { ClickId } from '../../index.ts';
import { couponKey, couponKeysOf, couponTouchId } from '../traffic/coupon.ts';
import type { FractionText } from '../models/share.ts';
import type { Objection, TouchKeys, TouchKind, Touchpoint } from '../traffic/touchpoint.ts';

/** An order, as far as credit depends on it. */
export interface OrderTouches extends TouchKeys {
  readonly orderId: Id<'ord'>;
  readonly placedAt: Instant;
  /** As the customer typed them. */
  readonly couponCodes?: readonly string[] | undefined;
}

/** A touch, as far as credit depends on it. */
export type Candidate = Pick<Touchpoint, 'clickId' | 'programId' | 'partnerId' | 'occurredAt' | 'objection'> & {
  /** Absent: a click. */
  readonly kind?: TouchKind | undefined;
  /** Of a coupon: the code, as codes are compared. */
  readonly code?: string | undefined;
  /** What was odd about it; only what the policy asks about. */
  readonly signals?: readonly string[] | undefined;
  /** Of a late claim: when it was made. It stands for a touch of the moment of the order. */
  readonly claimedAt?: Instant | undefined;
};

/** Of a touch what credit depends on. */
export const candidateOf = (touch: Touchpoint): Candidate => ({
  ...touch,
  ...(touch.kind === 'coupon' && { code: couponKey(touch.linkCode) }),
  ...(touch.kind === 'late_claim' && { claimedAt: touch.recordedAt }),
});

/** How a partner stood with the program when it was first considered. */
export interface Standing {
  readonly partnerId: Id<'par'>;
  readonly state: EnrolmentState | 'none';
  /** Absent: none. */
  readonly groups?: readonly string[] | undefined;
}

/** What became of a touch: it won, the whole or a part, or what it lost by. */
export type Fate =
  | 'won'
  | 'other_program'
  | 'after_order'
  | 'kind_not_counted'
  | 'outside_window'
  | 'claim_too_late'
  | 'order_suppressed'
  | 'code_suppressed'
  | 'code_without_click'
  | 'exclusive_code'
  | 'stood_down'
  | 'in_cart'
  | 'preferred_partner'
  | 'lower_precedence'
  | 'earlier_touch'
  | 'later_touch'
  | 'same_partner'
  | 'no_share'
  | Objection;

/** The numbers that decided; seconds are whole ones, cut off. */
export type Figures = Readonly<Record<string, number>>;

/** What a partner was among those whose touches counted: the last, the first, or one between. */
export type Role = 'initiator' | 'contributor' | 'converter';

export interface Considered {
  readonly clickId: ClickId;
  readonly partnerId?: Id<'par'> | undefined;
  readonly occurredAt: Instant;
  /** Absent: a click. */
  readonly kind?: TouchKind | undefined;
  readonly fate: Fate;
  /** Of one that won. Absent in decisions of before there were parts: all of it. */
  readonly share?: FractionText | undefined;
  readonly figures?: Figures | undefined;
}

/** One partner's part of the credit, by its weightiest touch; of equals the latest. */
export interface Credit {
  readonly partnerId: Id<'par'>;
  readonly clickId: ClickId;
  readonly touchKind: TouchKind;
  readonly touchedAt: Instant;
  readonly share: FractionText;
  readonly role: Role;
}

export type Outcome =
  | {
      readonly kind: 'attributed';
      /** Of the largest part; of equals the one touched last, then the greater id. */
      readonly partnerId: Id<'par'>;
      readonly clickId: ClickId;
      readonly touchedAt: Instant;
      /** By partner; their shares sum to exactly one. Absent in decisions of before there were parts. */
      readonly credits?: readonly Credit[] | undefined;
    }
  | { readonly kind: 'unattributed'; readonly reason: string };

export interface Decision {
  readonly outcome: Outcome;
  readonly considered: readonly Considered[];
}

/** What the winner was; nothing, when nobody won. */
export const wonBy = ({ outcome, considered }: Decision): TouchKind | undefined => {
  if (outcome.kind !== 'attributed') return undefined;
  return considered.find(({ clickId }) => clickId === outcome.clickId)?.kind ?? 'click';
};

/** What an order names itself: the click, and the uses of its coupons. */
export const namedTouches = (order: OrderTouches): readonly ClickId[] => [
  ...(order.clickId === undefined ? [] : [order.clickId]),
  ...couponKeysOf(order).map((key) => couponTouchId(order, key)),
];

/** By time; of two clicks in one millisecond the greater id is the later, so that everybody sorts alike. */
export const byTime = (a: Candidate, b: Candidate): number => {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt < b.occurredAt ? -1 : 1;
  if (a.clickId === b.clickId) return 0;
  return a.clickId < b.clickId ? -1 : 1;
};

/** Why nobody is credited with an order that names a program that does not exist. */
export const UNKNOWN_PROGRAM = 'unknown_program';

/** What the last of the losers lost by; an order that names a click nobody has told us of says so. */
export const whyNobody = ({ clickId }: OrderTouches, considered: readonly Considered[]): string =>
  considered.at(-1)?.fate ?? (clickId === undefined ? 'no_touchpoint' : 'click_unknown');
