/** What an order earned whom and why, as far as somebody may see it. */
import type { DecidedOrder } from '../../../attribution/index.ts';
import type { OrderFacts } from '../../../orders/index.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { UncalculatedOrder } from '../../index.ts';
import type { Commission } from '../life-cycle/commission.ts';
import type { Explanation } from './explanation.ts';
import { forPartner } from './for-partner.ts';
import { leftOf } from '../life-cycle/left-of.ts';

/** In one word. */
export const ANSWERS = [
  'earned',
  'taken_back',
  'earned_nothing',
  'nobody_credited',
  'not_calculated',
  'not_decided',
] as const;
export type Answer = (typeof ANSWERS)[number];

export interface Earned {
  readonly commission: Commission;
  readonly explanation: Explanation | undefined;
  /** Of what it comes to by now, where that has changed since the lock. */
  readonly sinceLock?: Explanation | undefined;
}

export interface Known {
  readonly order: OrderFacts;
  /** Of the program. */
  readonly timeZone?: string | undefined;
  readonly decision?: DecidedOrder | undefined;
  /** Nobody can calculate it as it is. */
  readonly uncalculated?: UncalculatedOrder | undefined;
  readonly commissions: readonly Earned[];
}

export interface TouchSeen {
  readonly whose: 'partner' | 'another_partner' | 'nobody';
  readonly partnerId: Id<'par'> | null;
  readonly kind: string;
  readonly occurredAt: Instant;
  readonly fate: string;
  readonly share: string | null;
}

/** How the credit was decided, without what is nobody else's business. */
export interface CreditSeen extends Pick<DecidedOrder, 'decidedAt' | 'policyVersion' | 'reason' | 'partners'> {
  readonly touches: readonly TouchSeen[];
}

/** Why nobody can calculate the order as it is; the detail names groups and facts, and is for staff. */
export interface UncalculatedSeen extends Pick<UncalculatedOrder, 'code' | 'since'> {
  readonly detail: string | null;
}

/** `answer` is about whoever looks: to a partner who has no part in it, somebody else's credit is nobody's. */
export interface Seen {
  readonly order: OrderFacts;
  readonly timeZone?: string | undefined;
  readonly answer: Answer;
  readonly credit?: CreditSeen | undefined;
  readonly uncalculated?: UncalculatedSeen | undefined;
  readonly commissions: readonly Earned[];
}

/** Undefined for a partner to whom the order is nothing. Staff see all. */
export const seenBy = (
  { order, timeZone, decision, ...known }: Known,
  viewer: Id<'par'> | undefined,
): Seen | undefined => {
  const isOwn: IsOwn = ({ partnerId }) => viewer === undefined || viewer === partnerId;
  const commissions = known.commissions
    .filter(({ commission }) => isOwn(commission))
    .map(({ commission, explanation, sinceLock }) => ({
      commission,
      explanation: explanationFor(viewer, explanation),
      sinceLock: explanationFor(viewer, sinceLock),
    }));
  const isTouched = decision?.touches.some(isOwn) ?? false;
  if (viewer !== undefined && commissions.length === 0 && !isTouched) return undefined;
  const credit = decision && creditSeen(decision, isOwn);
  const uncalculated = uncalculatedSeen(known.uncalculated, viewer === undefined, credit);
  return { order, timeZone, answer: answerOf(credit, commissions), credit, uncalculated, commissions };
};

/** As much of it as the viewer may read; staff read all. */
export const explanationFor = <Of extends Explanation | undefined>(
  viewer: Id<'par'> | undefined,
  explanation: Of,
): Of | Explanation => (explanation && viewer ? forPartner(explanation, viewer) : explanation);

type IsOwn = (item: { readonly partnerId: Id<'par'> | null }) => boolean;

const creditSeen = (
  { decidedAt, policyVersion, reason, partners, touches }: DecidedOrder,
  isOwn: IsOwn,
): CreditSeen => ({
  decidedAt,
  policyVersion,
  reason,
  partners: partners.filter(isOwn),
  touches: touches.map((touch) => {
    const { partnerId, kind, occurredAt, fate, share } = touch;
    const about = { kind, occurredAt, fate, share };
    if (partnerId === null) return { whose: 'nobody', partnerId, ...about };
    return isOwn(touch)
      ? { whose: 'partner', partnerId, ...about }
      : { whose: 'another_partner', partnerId: null, ...about, share: null };
  }),
});

/** To a partner who is not credited, somebody else's order is calculated or not. */
const uncalculatedSeen = (
  uncalculated: UncalculatedOrder | undefined,
  forStaff: boolean,
  credit: CreditSeen | undefined,
): UncalculatedSeen | undefined => {
  if (uncalculated === undefined || !(forStaff || (credit?.partners.length ?? 0) > 0)) return undefined;
  const { code, detail, since } = uncalculated;
  return { code, detail: forStaff ? detail : null, since };
};

const answerOf = (credit: CreditSeen | undefined, commissions: readonly Earned[]): Answer => {
  if (credit === undefined) return 'not_decided';
  const standing = commissions.filter(({ commission }) => commission.state !== 'reversed');
  if (standing.some(({ commission }) => !leftOf(commission).isZero)) return 'earned';
  if (standing.some(({ commission }) => !commission.clawedBack.isZero)) return 'taken_back';
  if (standing.length > 0) return 'earned_nothing';
  if (commissions.length > 0) return 'taken_back';
  return credit.partners.length > 0 ? 'not_calculated' : 'nobody_credited';
};
