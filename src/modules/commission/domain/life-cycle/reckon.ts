/**
 * What becomes of an order's commissions, given all that is known: the order, who is credited, what fraud says, the
 * terms. The facts alone decide, so the order in which they arrived does not matter; the life cycle says which steps
 * lead there, and each step is told.
 *
 * Time is not among the facts: what only waiting brings, the lock and the review of what has become too old, is in
 * `waiting.ts`.
 */
import { derivedId, type Id } from '../../../../shared/ids.ts';
import { type Instant, latest } from '../../../../shared/instant.ts';
import type { OrderFacts } from '../../../orders/index.ts';
import { accrued, advanced, type Situation } from './advance.ts';
import type { Calculation } from '../engine/calculate.ts';
import { groundsOf } from '../explaining/grounds.ts';
import { type Commission, REVIEW_AFTER_DAYS } from './commission.ts';
import { type Credit, type CreditPart, verdictOn, verdictsOn } from './credit.ts';
import { endFor, ending } from './ending.ts';
import { fraudHolds } from './holds.ts';
import { type Recruiter, recruitWays } from './recruits.ts';
import { at, type Cause, type Step, type Way } from './step.ts';

export interface Known {
  readonly order: OrderFacts;
  readonly credit: Credit;
  /** All commissions of the order so far, whoever they belong to. */
  readonly commissions: readonly Commission[];
  /** What each credited partner's part comes to. */
  readonly parts: ReadonlyMap<Id<'par'>, Calculations>;
  /** Where it is not the order itself that has changed, but what else counts in its period. */
  readonly because?: Cause | undefined;
}

export interface Calculations {
  /** On all that was ordered. */
  readonly ordered: Calculation;
  /** On what the customer has kept. */
  readonly kept: Calculation;
  /** By the terms. */
  readonly reviewAfterDays?: number | undefined;
  readonly recruiters?: readonly Recruiter[] | undefined;
}

export interface Reckoned {
  /** Those that are new or changed. */
  readonly commissions: readonly Commission[];
  readonly steps: readonly Step[];
}

export const reckon = (known: Known): Reckoned => {
  const { commissions } = known;
  const ways = [...lost(known), ...known.credit.credits.flatMap((part) => waysOf(known, part))];
  const changed = ways.filter(({ commission }) => !commissions.includes(commission));
  return { commissions: changed.map(({ commission }) => commission), steps: ways.flatMap(({ steps }) => steps) };
};

/** It may still become something else. */
export const isLive = ({ state, endReason }: Commission): boolean => state !== 'reversed' && endReason === undefined;

/** Those of partners who had a part of the credit and have none any more. */
const lost = ({ credit, commissions }: Known): readonly Way[] => {
  const credited = new Set(credit.credits.map(({ partnerId }) => partnerId));
  return commissions
    .filter(
      (commission) => commission.recruit === undefined && isLive(commission) && !credited.has(commission.partnerId),
    )
    .flatMap((commission) => {
      const way = ending(at(commission), { reason: 'attribution_changed', at: credit.decidedAt });
      return [way, ...recruitWays(way, undefined, [], commissions)];
    });
};

const waysOf = (known: Known, part: CreditPart): readonly Way[] => {
  const { commissions, parts } = known;
  const calculations = parts.get(part.partnerId);
  if (calculations === undefined) throw new Error(`nobody has calculated what ${part.partnerId} earns`);
  const situation = situationOf(known, part, calculations);
  const own = commissions.filter(({ partnerId, recruit }) => partnerId === part.partnerId && recruit === undefined);
  const live = own.find(isLive);
  if (live === undefined && !mayBegin(own, situation)) return [];
  const way = advanced(live === undefined ? begun(known, part, own.length + 1, situation) : at(live), situation);
  return [way, ...recruitWays(way, situation, calculations.recruiters ?? [], commissions)];
};

/** What ended stays ended for as long as something ends it; what people ended stays ended for ever. */
const mayBegin = (own: readonly Commission[], { end }: Situation): boolean =>
  own.length === 0 || (end === undefined && own.every(({ endReason }) => endReason !== 'review_ended'));

const begun = ({ order, credit }: Known, { partnerId }: CreditPart, generation: number, situation: Situation): Way => {
  const { orderId, orderRef, programId } = order;
  const id = derivedId('com', orderId, partnerId, String(generation));
  const { conversionId } = credit;
  return accrued({ id, orderId, orderRef, programId, partnerId, conversionId, generation }, situation);
};

const situationOf = (known: Known, part: CreditPart, calculations: Calculations): Situation => {
  const { order, credit } = known;
  const { ordered, kept, reviewAfterDays = REVIEW_AFTER_DAYS } = calculations;
  const verdict = verdictOn(credit, part.partnerId);
  const fraud = fraudHolds(verdictsOn(credit, part.partnerId));
  return {
    order,
    ordered: ordered.total,
    kept: kept.total,
    terms: { ordered: ordered.explanation.terms, kept: kept.explanation.terms },
    plan: kept.explanation,
    reviewAfterDays,
    share: part.share,
    allowed: verdict?.verdict === 'allow',
    holds: (noted) => [...fraud, ...noted.filter(({ by }) => by !== 'fraud')],
    end: endFor(order, verdict),
    causeOf: causeOf(known, part, calculations),
  };
};

const causeOf =
  ({ order, credit, because }: Known, { share }: CreditPart, { kept }: Calculations): Situation['causeOf'] =>
  (commission, by) => {
    if (because !== undefined) return because;
    if (share !== commission.share) return { reason: 'attribution_changed', at: credit.decidedAt };
    // Nothing of the order is another, so it is what others brought to its periods before we looked at it again.
    if (!by.isZero && commission.grounds === groundsOf(kept.explanation))
      return { reason: 'period_changed', at: lastKnownOf(order, credit) };
    const lastReturn = order.returns.at(-1);
    const reason = lastReturn !== undefined && by.isNegative ? 'lines_returned' : 'order_revised';
    return { reason, at: lastReturn?.at ?? order.placedAt };
  };

/** When the last of what we know of it happened. */
const lastKnownOf = ({ placedAt, milestones, returns }: OrderFacts, { decidedAt }: Credit): Instant =>
  latest(placedAt, decidedAt, ...Object.values(milestones), ...returns.map(({ at: when }) => when));
