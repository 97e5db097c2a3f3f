/**
 * An order claimed after the fact, with evidence: a code that was forgotten at the till, a test drive nobody recorded.
 *
 *             confirm
 *   filed ──────────────▶ confirmed
 *     │
 *     └──── reject ─────▶ rejected
 *
 * A confirmed claim is a touch like any other, and no more: the order's policy decides what it is worth.
 */
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Lifecycle } from '../../../../shared/lifecycle.ts';
import type { ClickId } from '../../index.ts';
import { type Coupon, couponKey } from '../traffic/coupon.ts';
import type { OrderTouches } from './journey.ts';
import type { LateClaims, Policy } from '../policy/policy.ts';
import { rulesFor, rulingOf, suppressionOf } from '../policy/ruling.ts';
import type { Touchpoint } from '../traffic/touchpoint.ts';

export const claimLifecycle = {
  filed: { confirm: 'confirmed', reject: 'rejected' },
  confirmed: {},
  rejected: {},
} as const satisfies Lifecycle;

export type ClaimId = Id<'clm'>;
export type ClaimState = keyof typeof claimLifecycle;

export interface Claim {
  readonly claimId: ClaimId;
  readonly programId: Id<'prg'>;
  readonly orderId: Id<'ord'>;
  readonly orderRef: string;
  readonly partnerId: Id<'par'>;
  readonly state: ClaimState;
  /** The partner's code that the customer meant to use. */
  readonly code?: string | undefined;
  /** In words. */
  readonly evidence: string;
  /** Where more of it is: the number of a form, an address. */
  readonly references: readonly string[];
  readonly filedBy: string;
  readonly filedAt: Instant;
  readonly resolvedBy?: string | undefined;
  readonly resolvedAt?: Instant | undefined;
  /** Why it came out so. */
  readonly reason?: string | undefined;
}

/** What is left of the evidence once the customer is forgotten. */
export const ERASED = { evidence: 'erased', references: [] } as const satisfies Partial<Claim>;

/** What the policy says of claims by a partner of these groups; nothing: it takes none. */
export const lateClaimsOf = (policy: Policy, groups: readonly string[] | undefined): LateClaims | undefined =>
  'rules' in policy ? rulesFor(policy.rules, groups).lateClaims : undefined;

/** The claimant's own code, which was good at the moment of the order, and which the policy lets earn something. */
export const isWorth = (
  { partnerId, createdAt, disabledAt, code }: Coupon,
  claim: Claim,
  { placedAt }: OrderTouches,
  policy: Policy,
): boolean =>
  partnerId === claim.partnerId &&
  createdAt <= placedAt &&
  (disabledAt === undefined || placedAt < disabledAt) &&
  'rules' in policy &&
  suppressionOf(rulingOf(policy.rules), couponKey(code)) === undefined;

/** The touch that it stands for: of the moment of the order, and made known when the claim was. */
export const claimTouch = (claim: Claim, { orderId, placedAt }: OrderTouches): Touchpoint => ({
  clickId: claimTouchId(claim, { orderId, placedAt }),
  kind: 'late_claim',
  programId: claim.programId,
  partnerId: claim.partnerId,
  linkCode: claim.code === undefined ? CLAIMED : couponKey(claim.code),
  occurredAt: placedAt,
  recordedAt: claim.filedAt,
  live: false,
  consent: 'unknown',
  signals: [],
});

const CLAIMED = 'claim';

const claimTouchId = ({ claimId }: Claim, { orderId, placedAt }: Pick<OrderTouches, 'orderId' | 'placedAt'>): ClickId =>
  derivedId('clk', 'claim', claimId, orderId, placedAt);
