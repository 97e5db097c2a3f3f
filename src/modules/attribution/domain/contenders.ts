/** Which touches may count at all: each is asked by itself, whatever others there were. */
import { epochMs } from '../../../shared/instant.ts';
import type { Id } from '../../../shared/ids.ts';
import { couponKeysOf } from './coupon.ts';
import type { Candidate, Fate, Figures, OrderTouches, Standing } from './journey.ts';
import type { ModelTouch } from './models/share.ts';
import { exclusiveRank, personalOf, type PersonalRuling, type Ruling, suppressionOf } from './ruling.ts';
import type { TouchKind } from './touchpoint.ts';

export interface Loss {
  readonly fate: Fate;
  readonly figures?: Figures | undefined;
}

/** A touch that counts unless another one is in its way. */
export interface Contender extends ModelTouch {
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

/** What decisions about one order ask again and again. */
export interface Case {
  readonly order: OrderTouches;
  readonly placedMs: number;
  readonly ruling: Ruling;
  readonly standings: ReadonlyMap<Id<'par'>, Standing>;
  /** Some code of the order earns nobody anything. */
  readonly isSuppressed: boolean;
}

export const caseOf = (order: OrderTouches, standings: readonly Standing[], ruling: Ruling): Case => ({
  order,
  placedMs: epochMs(order.placedAt),
  ruling,
  standings: new Map(standings.map((standing) => [standing.partnerId, standing])),
  isSuppressed:
    ruling.suppressed.length > 0 && couponKeysOf(order).some((key) => suppressionOf(ruling, key) === 'nobody_anything'),
});

/** A touch, and how long before the order it was. */
export interface Timed {
  readonly touch: Candidate;
  readonly kind: TouchKind;
  readonly atMs: number;
  readonly beforeMs: number;
}

/** What it loses by, or how it goes on. */
export const judged = (timed: Timed, about: Case): Contender | Loss => {
  const { touch } = timed;
  const barred = barredBy(timed, about);
  if (barred !== undefined) return barred;
  const standing = touch.partnerId && about.standings.get(touch.partnerId);
  const personal = personalOf(about.ruling, standing?.groups);
  const exclusive = exclusiveRank(about.ruling, touch.code, touch.partnerId, about.order.placedAt);
  const late = exclusive < 0 ? outOfTime(timed, about.placedMs, personal) : undefined;
  if (late !== undefined) return late;
  if (standing?.state !== 'approved') return { fate: 'not_enrolled' };
  const earns = suppressionOf(about.ruling, touch.code);
  if (earns === 'nothing') return { fate: 'code_suppressed' };
  return contender(timed, { standing, personal, exclusive, needsClick: earns === 'with_click' }, about.ruling);
};

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

const contender = (
  { touch, kind, atMs, beforeMs }: Timed,
  known: Pick<Contender, 'personal' | 'exclusive' | 'needsClick'> & { readonly standing: Standing },
  ruling: Ruling,
): Contender => ({
  id: touch.clickId,
  kind,
  occurredAt: touch.occurredAt,
  partnerId: known.standing.partnerId,
  atMs,
  beforeMs,
  personal: known.personal,
  exclusive: known.exclusive,
  needsClick: known.needsClick,
  isMarked: isMarked(touch, known.standing, ruling),
});

const isMarked = (touch: Candidate, { groups }: Standing, { markedSignals, markedGroups }: Ruling): boolean =>
  (markedGroups.size > 0 && groups?.some((group) => markedGroups.has(group))) === true ||
  (markedSignals.size > 0 && touch.signals?.some((signal) => markedSignals.has(signal))) === true;

export const seconds = (ms: number): number => Math.floor(ms / 1_000);
