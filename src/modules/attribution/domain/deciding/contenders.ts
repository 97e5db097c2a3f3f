/** Which touches may count at all: each is asked by itself, whatever others there were. */
import { epochMs } from '../../../../shared/instant.ts';
import type { Id } from '../../../../shared/ids.ts';
import { couponKeysOf } from '../traffic/coupon.ts';
import type { Candidate, Fate, Figures, OrderTouches, Standing } from './journey.ts';
import type { ModelTouch } from '../models/share.ts';
import { exclusiveRank, personalOf, type PersonalRuling, type Ruling, suppressionOf } from '../policy/ruling.ts';
import type { TouchKind } from '../traffic/touchpoint.ts';

export interface Loss {
  readonly fate: Fate;
  readonly figures?: Figures | undefined;
}

/** A touch that counts unless another one is in its way. */
export interface Contender extends ModelTouch {
  /** Among all touches, by time. */
  readonly place: number;
  readonly atMs: number;
  readonly beforeMs: number;
  readonly personal: PersonalRuling;
  /** How far down among the policy's exclusive codes its own stands; -1: it is none. */
  readonly exclusive: number;
  /** Its code counts only where its partner also has a click. */
  readonly needsClick: boolean;
  /** It yields to another partner's click shortly before. */
  readonly isMarked: boolean;
}

/** How a partner stood, and what that means by the policy. */
interface Partner extends Standing {
  readonly personal: PersonalRuling;
  /** All its touches yield to another partner's click shortly before. */
  readonly isMarked: boolean;
}

/** What decisions about one order ask again and again. */
export interface Case {
  readonly order: OrderTouches;
  readonly placedMs: number;
  readonly ruling: Ruling;
  readonly partners: ReadonlyMap<Id<'par'>, Partner>;
  /** Some code of the order earns nobody anything. */
  readonly isSuppressed: boolean;
}

export const caseOf = (order: OrderTouches, standings: readonly Standing[], ruling: Ruling): Case => ({
  order,
  placedMs: epochMs(order.placedAt),
  ruling,
  partners: new Map(standings.map((standing) => [standing.partnerId, partnerOf(standing, ruling)])),
  isSuppressed:
    ruling.suppressed.length > 0 && couponKeysOf(order).some((key) => suppressionOf(ruling, key) === 'nobody_anything'),
});

const partnerOf = ({ partnerId, state, groups = [] }: Standing, ruling: Ruling): Partner => ({
  partnerId,
  state,
  personal: personalOf(ruling, groups),
  isMarked: groups.some((group) => ruling.markedGroups.has(group)),
});

/** A touch, and how long before the order it was. */
export interface Timed {
  readonly touch: Candidate;
  readonly kind: TouchKind;
  readonly atMs: number;
  readonly beforeMs: number;
}

/** What it loses by, or how it goes on. */
export const judged = (timed: Timed, place: number, about: Case): Contender | Loss => {
  const { touch } = timed;
  const barred = barredBy(timed, about);
  if (barred !== undefined) return barred;
  const partner = touch.partnerId === undefined ? undefined : about.partners.get(touch.partnerId);
  const exclusive = exclusiveRank(about.ruling, touch.code, touch.partnerId, about.order.placedAt);
  const late = exclusive < 0 ? outOfTime(timed, about.placedMs, (partner ?? about.ruling).personal) : undefined;
  if (late !== undefined) return late;
  if (partner?.state !== 'approved') return { fate: 'not_enrolled' };
  const earns = suppressionOf(about.ruling, touch.code);
  if (earns === 'nothing') return { fate: 'code_suppressed' };
  return {
    id: touch.clickId,
    kind: timed.kind,
    occurredAt: touch.occurredAt,
    partnerId: partner.partnerId,
    place,
    atMs: timed.atMs,
    beforeMs: timed.beforeMs,
    personal: partner.personal,
    exclusive,
    needsClick: earns === 'with_click',
    isMarked: partner.isMarked || isMarked(touch, about.ruling),
  };
};

export const isContender = (judgement: Contender | Loss): judgement is Contender => 'place' in judgement;

/** What nothing in the policy could make good. */
const barredBy = ({ touch, beforeMs }: Timed, { order, isSuppressed }: Case): Loss | undefined => {
  if (touch.objection !== undefined) return { fate: touch.objection };
  if (touch.programId !== order.programId) return { fate: 'other_program' };
  if (beforeMs < 0) return { fate: 'after_order', figures: { secondsAfter: seconds(-beforeMs) } };
  return isSuppressed ? { fate: 'order_suppressed' } : undefined;
};

/** Half-open: what is exactly a window away is outside. */
const outOfTime = ({ kind, beforeMs, touch }: Timed, placedMs: number, personal: PersonalRuling): Loss | undefined => {
  if (kind === 'late_claim') return claimedTooLate(touch, placedMs, personal);
  const windowMs = personal.windowMs.get(kind);
  if (windowMs === undefined) return { fate: 'kind_not_counted' };
  if (beforeMs < windowMs) return undefined;
  return {
    fate: 'outside_window',
    figures: { secondsBefore: seconds(beforeMs), windowSeconds: seconds(windowMs) },
  };
};

const claimedTooLate = (
  { claimedAt, occurredAt }: Candidate,
  placedMs: number,
  { lateClaimMs }: PersonalRuling,
): Loss | undefined => {
  if (lateClaimMs === undefined) return { fate: 'kind_not_counted' };
  const afterMs = epochMs(claimedAt ?? occurredAt) - placedMs;
  if (afterMs < lateClaimMs) return undefined;
  return {
    fate: 'claim_too_late',
    figures: { secondsAfter: seconds(afterMs), windowSeconds: seconds(lateClaimMs) },
  };
};

const isMarked = ({ signals }: Candidate, { markedSignals }: Ruling): boolean =>
  signals?.some((signal) => markedSignals.has(signal)) === true;

export const seconds = (ms: number): number => Math.floor(ms / 1_000);
