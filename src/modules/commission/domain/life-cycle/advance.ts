/** Brings one commission to where the facts put it, by the steps of its life cycle. */
import { canonicalJson } from '../../../../shared/canonical-json.ts';
import { AppError } from '../../../../shared/errors.ts';
import { type Instant, latest } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import { Rate } from '../../../../shared/rate.ts';
import { type Milestone, MILESTONES, type OrderFacts } from '../../../orders/index.ts';
import { type Commission, type EndReason, move, netOf } from './commission.ts';
import { ending, endOf } from './ending.ts';
import type { Explanation } from '../explaining/explanation.ts';
import { daysUnheld, type Hold, openHolds } from './holds.ts';
import { type CommissionState, isOpen, lifecycle } from './life-cycle.ts';
import { resized } from './size.ts';
import { at, type Cause, type Way, went } from './step.ts';
import type { VestingStep } from '../terms/terms.ts';

/** All that the state of one commission depends on. */
export interface Situation {
  readonly order: OrderFacts;
  /** What it comes to by what was ordered, and by what the customer has kept. */
  readonly ordered: Money;
  readonly kept: Money;
  /** By which terms it was ordered and is kept. */
  readonly terms: { readonly ordered: Explanation['terms']; readonly kept: Explanation['terms'] };
  readonly plan: Pick<Explanation, 'vesting' | 'returnWindowDays'>;
  readonly reviewAfterDays: number;
  readonly share: string;
  readonly allowed: boolean;
  /** All there are and were, given those that were noted on the commission. */
  readonly holds: (noted: readonly Hold[]) => readonly Hold[];
  readonly end?: Cause<EndReason> | undefined;
  /** Why it comes to another amount than before, if it does. */
  readonly causeOf: (commission: Commission, by: Money) => Cause;
}

export type NewCommission = Pick<
  Commission,
  'id' | 'orderId' | 'orderRef' | 'programId' | 'partnerId' | 'conversionId' | 'generation' | 'recruit'
>;

export const accrued = (identity: NewCommission, situation: Situation): Way => {
  const { order } = situation;
  const commission = begun(identity, situation);
  return went(at(commission), { kind: 'accrued', at: order.placedAt, commission });
};

/** Field by field: an object that is spread before so many others are added costs Node as much as all that follows. */
const begun = (identity: NewCommission, { order, ordered, terms, share, reviewAfterDays }: Situation): Commission => {
  const zero = Money.zero(ordered.currency);
  return {
    id: identity.id,
    orderId: identity.orderId,
    orderRef: identity.orderRef,
    programId: identity.programId,
    partnerId: identity.partnerId,
    conversionId: identity.conversionId,
    generation: identity.generation,
    recruit: identity.recruit,
    share,
    state: 'estimated',
    holdReasons: [],
    holds: [],
    amount: ordered,
    vested: zero,
    clawedBack: zero,
    adjusted: zero,
    paid: zero,
    termsId: terms.ordered.termsId,
    termsVersion: terms.ordered.version,
    accruedAt: order.placedAt,
    reviewAfterDays,
    reviewAt: daysUnheld(order.placedAt, reviewAfterDays, []),
    allowed: false,
  };
};

export const advanced = (start: Way, situation: Situation): Way =>
  [noted, sized, heldOrReleased, confirmed, vested, ended].reduce((way, next) => next(way, situation), start);

/** What is taken down without a step. */
const noted = (way: Way, { allowed, holds, reviewAfterDays }: Situation): Way => {
  const { commission } = way;
  if (!isOpen(commission.state))
    return allowed === commission.allowed ? way : { ...way, commission: { ...commission, allowed } };
  const all = holds(commission.holds);
  const since = commission.reviewedAt ?? commission.accruedAt;
  const news = { allowed, holds: all, reviewAfterDays, reviewAt: daysUnheld(since, reviewAfterDays, all) };
  const isNews =
    allowed !== commission.allowed ||
    reviewAfterDays !== commission.reviewAfterDays ||
    news.reviewAt !== commission.reviewAt ||
    // A database gives an object back with its keys in another order.
    canonicalJson(all) !== canonicalJson(commission.holds);
  return isNews ? { ...way, commission: { ...commission, ...news } } : way;
};

/** What ends with its order is not made smaller first. Throws `commission.currency_changed`. */
const sized = (way: Way, { order, kept, terms, share, causeOf }: Situation): Way => {
  if (endOf(order) !== undefined) return way;
  const { commission } = way;
  mustStayIn(commission, kept);
  const cause = causeOf(commission, kept.minus(netOf(commission)));
  const by = { termsId: terms.kept.termsId, termsVersion: terms.kept.version };
  const sizedWay = resized(way, kept, cause, by);
  return share === commission.share ? sizedWay : { ...sizedWay, commission: { ...sizedWay.commission, share } };
};

const mustStayIn = ({ id, orderRef, amount }: Commission, kept: Money): void => {
  if (kept.currency === amount.currency) return;
  throw new AppError(
    'refused',
    'commission.currency_changed',
    `${id} of order ${orderRef} is in ${amount.currency}, and the terms pay ${kept.currency} for it now; publish terms ` +
      `that pay ${amount.currency} for orders of that time`,
  );
};

/** Held while any of its holds is open, and not any longer. */
export const heldOrReleased = (way: Way): Way => {
  const { state, holds } = way.commission;
  if (!isOpen(state)) return way;
  const open = openHolds(holds);
  const [first] = open.map(({ from }) => from).toSorted();
  if (first === undefined) return state === 'held' ? released(way) : way;
  const holdReasons = [...new Set(open.flatMap(({ reasons }) => reasons))];
  const commission = { ...way.commission, holdReasons };
  if (state !== 'held') return went(way, { kind: 'held', at: first, commission: held(commission) });
  return JSON.stringify(holdReasons) === JSON.stringify(way.commission.holdReasons) ? way : { ...way, commission };
};

const held = (commission: Commission): Commission => ({
  ...move(commission, 'hold'),
  heldFrom: commission.state as NonNullable<Commission['heldFrom']>,
});

const released = (way: Way): Way => {
  const { heldFrom, holds, accruedAt } = way.commission;
  if (heldFrom === undefined) return way;
  const over = holds.flatMap(({ until }) => until ?? []).toSorted();
  const commission = { ...move(way.commission, `resume_${heldFrom}`), heldFrom: undefined, holdReasons: [] };
  return went(way, { kind: 'released', at: over.at(-1) ?? accruedAt, commission });
};

/** The order is binding once it is confirmed, or has gone further without anybody saying so. */
const confirmed = (way: Way, { order }: Situation): Way => {
  if (way.commission.state !== 'estimated') return way;
  const when = reachedAt(order.milestones, 'confirmed');
  return when === undefined
    ? way
    : went(way, { kind: 'confirmed', at: when, commission: move(way.commission, 'confirm') });
};

const vested = (way: Way, { order, plan }: Situation): Way => {
  const { commission } = way;
  const { vested: sum, at: when, last } = vestingProgress(order, plan, commission.amount);
  const locksAt = last === undefined ? undefined : daysUnheld(last, plan.returnWindowDays, commission.holds);
  if (commission.state === 'vested') return windowMoved(way, locksAt);
  // What vests is nothing sometimes, of a commission too small; it is on its way nevertheless.
  const nothingNew = locksAt === undefined && commission.state === 'vesting' && sum.equals(commission.vested);
  if (!mayVest(commission.state) || when === undefined || nothingNew) return way;
  const after = move(commission, locksAt === undefined ? 'vest_part' : 'vest');
  return went(way, { kind: 'vested', at: when, commission: { ...after, vested: sum, vestedAt: when, locksAt } });
};

/** An earlier report of the same milestone moves the end of the window, and nothing else; a hold that is over is told. */
const windowMoved = (way: Way, locksAt: Instant | undefined): Way => {
  const { commission, steps } = way;
  if (locksAt === undefined || locksAt === commission.locksAt) return way;
  const moved = { ...commission, locksAt };
  const wasHeld = steps.at(-1)?.kind === 'released';
  return wasHeld
    ? went(way, { kind: 'vested', at: commission.vestedAt ?? locksAt, commission: moved })
    : { ...way, commission: moved };
};

const mayVest = (state: CommissionState): boolean => 'vest' in lifecycle[state];

interface Progress {
  readonly vested: Money;
  readonly at?: Instant | undefined;
  /** Once every step is reached. */
  readonly last?: Instant | undefined;
}

const vestingProgress = ({ milestones }: OrderFacts, { vesting }: Situation['plan'], amount: Money): Progress => {
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
  return { vested: sum, at: last, ...(times.length === vesting.length && { last }) };
};

/** When a milestone was reached; one that nobody told of, by the time the order was further. */
const reachedAt = (milestones: OrderFacts['milestones'], milestone: Milestone): Instant | undefined => {
  const further = MILESTONES.slice(MILESTONES.indexOf(milestone)).flatMap((each) => milestones[each] ?? []);
  return milestones[milestone] ?? further.toSorted()[0];
};

/** A step's percentage as a whole number: millionths. */
const weight = ({ percent }: VestingStep): bigint => Rate.parse(percent).of(1_000_000n, 'down');

const ended = (way: Way, { end }: Situation): Way => (end === undefined ? way : ending(way, end));
