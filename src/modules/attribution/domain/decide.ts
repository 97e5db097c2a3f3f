/**
 * Who is credited with an order, and why nobody else is.
 *
 * Candidates are the click the order names, the clicks of the visitor it names, and the coupons it was placed with. Each is asked, in this order: was it
 * worth anything from the start · is it of this program · not after the order · within the window · of a partner who is
 * enrolled. Of those that pass, the policy's model picks one. The answer depends on the set of clicks alone, never on
 * the order in which we heard of them.
 */
import type { Id } from '../../../shared/ids.ts';
import { type Instant, plusDays } from '../../../shared/instant.ts';
import type { EnrolmentState } from '../../partners/index.ts';
import type { ClickId } from '../index.ts';
import { couponKeysOf, couponTouchId } from './coupon.ts';
import type { Policy } from './policy.ts';
import type { Objection, TouchKeys, TouchKind, Touchpoint } from './touchpoint.ts';

/** An order, as far as credit depends on it. */
export interface OrderTouches extends TouchKeys {
  readonly orderId: Id<'ord'>;
  readonly placedAt: Instant;
  /** As the customer typed them. */
  readonly couponCodes?: readonly string[] | undefined;
}

/** A click, as far as credit depends on it. */
export type Candidate = Pick<Touchpoint, 'clickId' | 'programId' | 'partnerId' | 'occurredAt' | 'objection'> & {
  /** Shown, and of no weight; absent: a click. */
  readonly kind?: TouchKind | undefined;
};

/** How a partner stood with the program when it was first considered. */
export interface Standing {
  readonly partnerId: Id<'par'>;
  readonly state: EnrolmentState | 'none';
}

export type Fate = 'won' | 'earlier_touch' | 'other_program' | 'after_order' | 'outside_window' | Objection;

export interface Considered {
  readonly clickId: ClickId;
  readonly partnerId?: Id<'par'> | undefined;
  readonly occurredAt: Instant;
  /** Absent: a click. */
  readonly kind?: TouchKind | undefined;
  readonly fate: Fate;
}

export type Outcome =
  | {
      readonly kind: 'attributed';
      readonly partnerId: Id<'par'>;
      readonly clickId: ClickId;
      readonly touchedAt: Instant;
    }
  | { readonly kind: 'unattributed'; readonly reason: string };

export interface Decision {
  readonly outcome: Outcome;
  readonly considered: readonly Considered[];
}

type Eligible = Candidate & { readonly partnerId: Id<'par'> };

/** What the winner was; nothing, when nobody won. */
export const wonBy = ({ considered }: Decision): TouchKind | undefined => {
  const winner = considered.find(({ fate }) => fate === 'won');
  return winner && (winner.kind ?? 'click');
};

/** What an order names itself: the click, and the uses of its coupons. */
export const namedTouches = (order: OrderTouches): readonly ClickId[] => [
  ...(order.clickId === undefined ? [] : [order.clickId]),
  ...couponKeysOf(order).map((key) => couponTouchId(order, key)),
];

export const decide = (
  order: OrderTouches,
  candidates: readonly Candidate[],
  standings: readonly Standing[],
  policy: Policy,
): Decision => {
  const enrolled = new Set(standings.filter(({ state }) => state === 'approved').map(({ partnerId }) => partnerId));
  const sorted = candidates.toSorted(byTime);
  const judged = sorted.map((touch) => ({ touch, lost: whyLost(touch, order, enrolled, policy) }));
  const eligible = judged.filter(({ lost }) => lost === undefined).map(({ touch }) => touch);
  const winner = models[policy.model](eligible.filter(isOfPartner));
  const considered = judged.map(({ touch: { clickId, partnerId, occurredAt, kind }, lost }): Considered => {
    const fate = lost ?? (clickId === winner?.clickId ? 'won' : 'earlier_touch');
    return { clickId, partnerId, occurredAt, ...(kind !== 'click' && { kind }), fate };
  });
  return {
    outcome: winner ? credited(winner) : { kind: 'unattributed', reason: whyNobody(order, considered) },
    considered,
  };
};

/** By time; of two clicks in one millisecond the greater id is the later, so that everybody sorts alike. */
export const byTime = (a: Candidate, b: Candidate): number => {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt < b.occurredAt ? -1 : 1;
  if (a.clickId === b.clickId) return 0;
  return a.clickId < b.clickId ? -1 : 1;
};

const whyLost = (
  { objection, programId, partnerId, occurredAt }: Candidate,
  order: OrderTouches,
  enrolled: ReadonlySet<Id<'par'>>,
  { windowDays }: Policy,
): Fate | undefined => {
  if (objection !== undefined) return objection;
  if (programId !== order.programId) return 'other_program';
  if (occurredAt > order.placedAt) return 'after_order';
  if (occurredAt <= plusDays(order.placedAt, -windowDays)) return 'outside_window';
  return partnerId !== undefined && enrolled.has(partnerId) ? undefined : 'not_enrolled';
};

const isOfPartner = (touch: Candidate): touch is Eligible => touch.partnerId !== undefined;

/** A model that is not in here stops the decision; it never becomes another one. */
const models: Readonly<Record<Policy['model'], (eligible: readonly Eligible[]) => Eligible | undefined>> = {
  last_touch: (eligible) => eligible.at(-1),
};

const credited = ({ partnerId, clickId, occurredAt }: Eligible): Outcome => ({
  kind: 'attributed',
  partnerId,
  clickId,
  touchedAt: occurredAt,
});

/** What the last of the losers lost by; an order that names a click nobody has told us of says so. */
const whyNobody = ({ clickId }: OrderTouches, considered: readonly Considered[]): string =>
  considered.at(-1)?.fate ?? (clickId === undefined ? 'no_touchpoint' : 'click_unknown');
