/** What only waiting brings. It counts from the moment it was due, whenever it is noticed. */
import type { Instant } from '../../../../shared/instant.ts';
import { type Commission, move } from './commission.ts';
import type { Hold } from './holds.ts';
import type { Step } from './step.ts';

/** The lock, once the return window is over and fraud has allowed it; undefined while it is not due. */
export const locked = (commission: Commission, now: Instant): Step | undefined => {
  const { state, allowed, locksAt } = commission;
  if (state !== 'vested' || !allowed || locksAt === undefined || locksAt > now) return undefined;
  return { kind: 'locked', at: locksAt, commission: { ...move(commission, 'lock'), lockedAt: locksAt } };
};

/** Where a commission can become too old: what has vested waits for its return window, and what is held for somebody. */
const AGEING: readonly Commission['state'][] = ['estimated', 'pending', 'vesting'];

/**
 * An order may take months, but not for ever. Nothing expires: what has not vested in time is held until somebody has
 * looked at it. What follows a parent is looked at with it.
 */
export const reviewDue = (commission: Commission, now: Instant): readonly Step[] => {
  const { state, reviewAt, recruit } = commission;
  if (!AGEING.includes(state) || recruit !== undefined || reviewAt > now) return [];
  const hold: Hold = { by: 'review', reasons: ['review_due'], from: reviewAt };
  const held: Commission = {
    ...move(commission, 'hold'),
    heldFrom: state as NonNullable<Commission['heldFrom']>,
    holdReasons: hold.reasons,
    holds: [...commission.holds, hold],
  };
  return [
    { kind: 'review_due', at: reviewAt, commission: held },
    { kind: 'held', at: reviewAt, commission: held },
  ];
};
