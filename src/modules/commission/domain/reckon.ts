/**
 * What becomes of an order's commission, given all that is known: the order, who is credited, what fraud says, the
 * terms. The facts alone decide, so the order in which they arrived does not matter; the life cycle says which steps
 * lead there, and each step is told.
 *
 * Time is not among the facts: what only waiting brings, the lock, is `locked`'s.
 */
import type { Instant } from '../../../shared/instant.ts';
import { latest, plusDays } from '../../../shared/instant.ts';
import { derivedId, type Id } from '../../../shared/ids.ts';
import { Money } from '../../../shared/money.ts';
import { divide, Rate } from '../../../shared/rate.ts';
import { type Milestone, MILESTONES, type OrderFacts } from '../../orders/index.ts';
import type { Calculation } from './calculate.ts';
import { type Commission, type EndReason, move } from './commission.ts';
import { type Credit, type CreditPart, verdictOn } from './credit.ts';
import type { Explanation } from './explanation.ts';
import { type CommissionState, isOpen, lifecycle } from './life-cycle.ts';
import type { VestingStep } from './terms.ts';

/** One thing that happened to a commission, with the commission as it was afterwards. */
export type Step = { readonly commission: Commission; readonly at: Instant } & (
  | { readonly kind: 'accrued' | 'confirmed' | 'vested' | 'held' | 'released' | 'locked' }
  | { readonly kind: 'raised' | 'reduced'; readonly by: Money; readonly reason: EndReason | 'order_revised' }
  | { readonly kind: 'reversed'; readonly reason: EndReason }
  | { readonly kind: 'clawed_back'; readonly by: Money; readonly reason: EndReason; readonly adjustmentId: Id<'adj'> }
);

export interface Known {
  readonly order: OrderFacts;
  readonly credit: Credit;
  /** All commissions of the order so far, whoever they belong to. */
  readonly commissions: readonly Commission[];
  /** What each credited partner's part comes to. */
  readonly parts: ReadonlyMap<Id<'par'>, Calculations>;
}

export interface Calculations {
  /** On all that was ordered. */
  readonly ordered: Calculation;
  /** On what the customer has kept. */
  readonly kept: Calculation;
}

/** What is known of one partner's part. */
interface Part extends Calculations {
  readonly order: OrderFacts;
  readonly credit: Credit;
  readonly part: CreditPart;
}

/** A commission on its way, and what happened on the way. */
interface Way {
  readonly commission: Commission;
  readonly steps: readonly Step[];
}

export interface Reckoned {
  /** Those that are new or changed. */
  readonly commissions: readonly Commission[];
  readonly steps: readonly Step[];
}

export const reckon = (known: Known): Reckoned => {
  const { credit, commissions } = known;
  const credited = new Set(credit.credits.map(({ partnerId }) => partnerId));
  const ways: Way[] = commissions
    .filter((commission) => isLive(commission) && !credited.has(commission.partnerId))
    .map((commission) => ending(at(commission), 'attribution_changed', credit.decidedAt));
  for (const part of credit.credits) ways.push(...wayOf(known, part));
  const changed = ways.filter(({ commission }) => !commissions.includes(commission));
  return { commissions: changed.map(({ commission }) => commission), steps: ways.flatMap(({ steps }) => steps) };
};

const wayOf = ({ order, credit, commissions, parts }: Known, part: CreditPart): readonly Way[] => {
  const calculations = parts.get(part.partnerId);
  if (calculations === undefined) throw new Error(`nobody has calculated what ${part.partnerId} earns`);
  const known: Part = { order, credit, part, ...calculations };
  const own = commissions.filter(({ partnerId }) => partnerId === part.partnerId);
  const live = own.find(isLive);
  if (live !== undefined) return [advanced(at(live), known)];
  // What ended for the order's own reasons stays ended; what ended because the credit went away begins anew.
  const begins = own.every(({ endReason }) => endReason === 'attribution_changed');
  return begins ? [advanced(accrued(known, own.length + 1), known)] : [];
};

/** The lock, once the return window is over and fraud has allowed it; undefined while it is not due. */
export const locked = (commission: Commission, now: Instant): Step | undefined => {
  const { state, allowed, locksAt } = commission;
  if (state !== 'vested' || !allowed || locksAt === undefined || locksAt > now) return undefined;
  return { kind: 'locked', at: locksAt, commission: { ...move(commission, 'lock'), lockedAt: locksAt } };
};

const isLive = ({ state, endReason }: Commission): boolean => state !== 'reversed' && endReason === undefined;

const at = (commission: Commission): Way => ({ commission, steps: [] });

const went = (way: Way, step: Step): Way => ({ commission: step.commission, steps: [...way.steps, step] });

const accrued = ({ order, credit, part: { partnerId }, ordered }: Part, generation: number): Way => {
  const { total, explanation } = ordered;
  const zero = Money.zero(total.currency);
  const commission: Commission = {
    id: derivedId('com', order.orderId, partnerId, String(generation)),
    orderId: order.orderId,
    orderRef: order.orderRef,
    programId: order.programId,
    partnerId,
    conversionId: credit.conversionId,
    generation,
    state: 'estimated',
    holdReasons: [],
    amount: total,
    vested: zero,
    clawedBack: zero,
    paid: zero,
    termsId: explanation.terms.termsId,
    termsVersion: explanation.terms.version,
    accruedAt: order.placedAt,
    allowed: false,
  };
  return went(at(commission), { kind: 'accrued', at: order.placedAt, commission });
};

const advanced = (start: Way, known: Part): Way =>
  [allowance, resized, heldOrReleased, confirmed, vested, ended].reduce((way, next) => next(way, known), start);

const allowance = (way: Way, { credit, part }: Part): Way => {
  const allowed = verdictOn(credit, part.partnerId)?.verdict === 'allow';
  return allowed === way.commission.allowed ? way : { ...way, commission: { ...way.commission, allowed } };
};

// ── its size ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Follows what was ordered in the end and what came back. After the lock it can only shrink, by a clawback. */
const resized = (way: Way, { order, kept }: Part): Way => {
  const { commission } = way;
  if (endOf(order) !== undefined) return way;
  const by = kept.total.minus(commission.amount.minus(commission.clawedBack));
  if (by.isZero) return way;
  const lastReturn = order.returns.at(-1);
  const reason = lastReturn === undefined ? 'order_revised' : 'lines_returned';
  const when = lastReturn?.at ?? order.placedAt;
  if (isOpen(commission.state)) {
    const resizedTo = {
      ...commission,
      amount: kept.total,
      vested: share(kept.total, commission.vested, commission.amount),
      termsId: kept.explanation.terms.termsId,
      termsVersion: kept.explanation.terms.version,
    };
    if (by.isNegative) return went(way, { kind: 'reduced', at: when, by: by.negated(), reason, commission: resizedTo });
    return went(way, { kind: 'raised', at: when, by, reason, commission: resizedTo });
  }
  return by.isNegative ? clawedBack(way, by.negated(), 'lines_returned', when) : way;
};

/** As much of the new whole as the part was of the old one. */
const share = (whole: Money, part: Money, of: Money): Money =>
  of.isZero
    ? Money.zero(whole.currency)
    : Money.of(divide(whole.minor * part.minor, of.minor, 'half_up'), whole.currency);

const clawedBack = (way: Way, by: Money, reason: EndReason, when: Instant): Way => {
  const total = way.commission.clawedBack.plus(by);
  const commission = { ...way.commission, clawedBack: total };
  const adjustmentId = derivedId('adj', commission.id, total.minor.toString());
  return went(way, { kind: 'clawed_back', at: when, by, reason, adjustmentId, commission });
};

// ── its progress ──────────────────────────────────────────────────────────────────────────────────────────────────

const heldOrReleased = (way: Way, { credit, part }: Part): Way => {
  const { commission } = way;
  const verdict = verdictOn(credit, part.partnerId);
  const { state, heldFrom } = commission;
  if (verdict?.verdict === 'review' && isOpen(state) && state !== 'held' && state !== 'reversed') {
    const held = {
      ...move(commission, 'hold'),
      heldFrom: state as NonNullable<typeof heldFrom>,
      holdReasons: verdict.reasons,
    };
    return went(way, { kind: 'held', at: verdict.assessedAt, commission: held });
  }
  if (verdict?.verdict === 'allow' && state === 'held' && heldFrom !== undefined) {
    const released = { ...move(commission, `resume_${heldFrom}`), heldFrom: undefined, holdReasons: [] };
    return went(way, { kind: 'released', at: verdict.assessedAt, commission: released });
  }
  return way;
};

/** The order is binding once it is confirmed, or has gone further without anybody saying so. */
const confirmed = (way: Way, { order }: Part): Way => {
  if (way.commission.state !== 'estimated') return way;
  const when = reachedAt(order.milestones, 'confirmed');
  return when === undefined
    ? way
    : went(way, { kind: 'confirmed', at: when, commission: move(way.commission, 'confirm') });
};

const vested = (way: Way, { order, kept: { explanation } }: Part): Way => {
  const { commission } = way;
  const { vested: sum, at: when, locksAt } = vestingProgress(order, explanation, commission.amount);
  if (commission.state === 'vested') {
    // An earlier report of the same milestone moves the end of the window, and nothing else.
    const moves = locksAt !== undefined && locksAt !== commission.locksAt;
    return moves ? { ...way, commission: { ...commission, locksAt } } : way;
  }
  const nothingNew = locksAt === undefined && sum.equals(commission.vested);
  if (!mayVest(commission.state) || when === undefined || nothingNew) return way;
  const after = move(commission, locksAt === undefined ? 'vest_part' : 'vest');
  return went(way, { kind: 'vested', at: when, commission: { ...after, vested: sum, vestedAt: when, locksAt } });
};

const mayVest = (state: CommissionState): boolean => 'vest' in lifecycle[state];

interface Progress {
  readonly vested: Money;
  readonly at?: Instant | undefined;
  /** Once every step is reached. */
  readonly locksAt?: Instant | undefined;
}

const vestingProgress = (
  { milestones }: OrderFacts,
  { vesting, returnWindowDays }: Explanation,
  amount: Money,
): Progress => {
  const parts = amount.isZero ? vesting.map(() => amount) : amount.allocate(vesting.map(weight));
  const reached = vesting.map(({ milestone }) => reachedAt(milestones, milestone));
  const times = reached.filter((time) => time !== undefined);
  const [first, ...others] = times;
  if (first === undefined) return { vested: Money.zero(amount.currency) };
  const last = latest(first, ...others);
  const sum = Money.sum(
    amount.currency,
    parts.filter((_, index) => reached[index] !== undefined),
  );
  return {
    vested: sum,
    at: last,
    ...(times.length === vesting.length && { locksAt: plusDays(last, returnWindowDays) }),
  };
};

/** When a milestone was reached; one that nobody told of, by the time the order was further. */
const reachedAt = (milestones: OrderFacts['milestones'], milestone: Milestone): Instant | undefined => {
  const further = MILESTONES.slice(MILESTONES.indexOf(milestone)).flatMap((each) => milestones[each] ?? []);
  return milestones[milestone] ?? further.toSorted()[0];
};

/** A step's percentage as a whole number: millionths. */
const weight = ({ percent }: VestingStep): bigint => Rate.parse(percent).of(1_000_000n, 'down');

// ── its end ───────────────────────────────────────────────────────────────────────────────────────────────────────

interface End {
  readonly reason: EndReason;
  readonly at: Instant;
}

const endOf = ({ cancelledAt, returnedAt, chargedBackAt }: OrderFacts): End | undefined => {
  if (cancelledAt !== undefined) return { reason: 'order_cancelled', at: cancelledAt };
  if (returnedAt !== undefined) return { reason: 'order_returned', at: returnedAt };
  if (chargedBackAt !== undefined) return { reason: 'order_charged_back', at: chargedBackAt };
  return undefined;
};

const ended = (way: Way, { order, credit, part }: Part): Way => {
  const verdict = verdictOn(credit, part.partnerId);
  const end =
    endOf(order) ??
    (verdict?.verdict === 'reject' ? { reason: 'fraud_rejected' as const, at: verdict.assessedAt } : undefined);
  return end === undefined ? way : ending(way, end.reason, end.at);
};

/** Before the lock all of it is reversed; after it, what has not been clawed back yet is. */
const ending = (way: Way, reason: EndReason, when: Instant): Way => {
  const { commission } = way;
  if (isOpen(commission.state)) {
    const reversed = { ...move(commission, 'reverse'), endedAt: when, endReason: reason, heldFrom: undefined };
    return went(way, { kind: 'reversed', at: when, reason, commission: reversed });
  }
  const left = commission.amount.minus(commission.clawedBack);
  const taken = left.isZero ? way : clawedBack(way, left, reason, when);
  return { ...taken, commission: { ...taken.commission, endedAt: when, endReason: reason } };
};
