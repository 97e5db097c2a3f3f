import { type Announcement, published } from '../../../shared/outbox.ts';
import {
  LinesReturnedV1,
  MilestoneReachedV1,
  OrderAmendedV1,
  OrderCancelledV1,
  OrderChargedBackV1,
  OrderPlacedV1,
} from '../events.ts';
import { type Milestone, MILESTONES, type OrderFacts } from '../index.ts';

/** What others should hear, now that an order is known to be `after` and no longer `before`. */
export const announcements = (
  before: OrderFacts | undefined,
  after: OrderFacts | undefined,
): readonly Announcement[] =>
  after === undefined
    ? []
    : [...placed(before, after), ...milestones(before, after), ...returns(before, after), ...endings(before, after)];

const placed = (before: OrderFacts | undefined, after: OrderFacts): readonly Announcement[] => {
  const { orderId, programId, orderRef, placedAt, clickId, visitorId, couponCodes } = after;
  const { customerRef, customerEmailFingerprint, customerPhoneFingerprint } = after;
  const amended =
    before !== undefined &&
    (GONE_BY.some((field) => before[field] !== after[field]) || !isSameList(before.couponCodes, couponCodes));
  if (before !== undefined && !amended) return [];
  const about = { aggregate: orderId, occurredAt: placedAt };
  const contract = amended ? OrderAmendedV1 : OrderPlacedV1;
  const touched = { clickId, visitorId, couponCodes };
  const customer = { customerRef, customerEmailFingerprint, customerPhoneFingerprint };
  return [published(contract, about, { orderId, programId, orderRef, placedAt, ...touched, ...customer })];
};

/** What attribution goes by, beside the coupons: when it was, and whose it may be. */
const GONE_BY = [
  'placedAt',
  'clickId',
  'visitorId',
  'customerRef',
  'customerEmailFingerprint',
  'customerPhoneFingerprint',
] as const satisfies readonly (keyof OrderFacts)[];

/** No list and an empty one are the same. */
const isSameList = (before: readonly string[] = [], after: readonly string[] = []): boolean =>
  before.length === after.length && before.every((item, index) => item === after[index]);

const milestones = (before: OrderFacts | undefined, after: OrderFacts): readonly Announcement[] =>
  MILESTONES.flatMap((milestone) => {
    const reachedAt = after.milestones[milestone];
    if (reachedAt === undefined || reachedAt === before?.milestones[milestone]) return [];
    // Whoever hears of the order for the first time has heard of these already.
    if (before === undefined && tellsOfOrder(milestone)) return [];
    const { orderId, programId } = after;
    return [
      published(
        MilestoneReachedV1,
        { aggregate: orderId, occurredAt: reachedAt },
        { orderId, programId, milestone, reachedAt },
      ),
    ];
  });

const tellsOfOrder = (milestone: Milestone): boolean => milestone === 'reserved' || milestone === 'placed';

const returns = (before: OrderFacts | undefined, after: OrderFacts): readonly Announcement[] => {
  const told = new Set(before?.returns.map(({ eventId }) => eventId));
  const { orderId, programId, reason } = after;
  return after.returns
    .filter(({ eventId }) => !told.has(eventId))
    .map(({ at, extent }) =>
      published(
        LinesReturnedV1,
        { aggregate: orderId, occurredAt: at },
        { orderId, programId, returnedAt: at, extent, reason },
      ),
    );
};

const endings = (before: OrderFacts | undefined, after: OrderFacts): readonly Announcement[] => {
  const { orderId, programId, cancelledAt, chargedBackAt, reason } = after;
  const told: Announcement[] = [];
  if (cancelledAt !== undefined && cancelledAt !== before?.cancelledAt) {
    told.push(
      published(
        OrderCancelledV1,
        { aggregate: orderId, occurredAt: cancelledAt },
        { orderId, programId, cancelledAt, reason },
      ),
    );
  }
  if (chargedBackAt !== undefined && chargedBackAt !== before?.chargedBackAt) {
    told.push(
      published(
        OrderChargedBackV1,
        { aggregate: orderId, occurredAt: chargedBackAt },
        { orderId, programId, chargedBackAt, reason },
      ),
    );
  }
  return told;
};
