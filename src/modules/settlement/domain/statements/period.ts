import { type Month, monthOf, nextMonth } from '../../../../shared/calendar.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Lifecycle, moved } from '../../../../shared/lifecycle.ts';
import type { LockedTotal } from '../../../commission/index.ts';
import type { SealedHead } from '../../../ledger/index.ts';
import type { BatchId } from '../../index.ts';
import type { Books } from '../books/booking.ts';

/**
 *   open ──close──▶ closing ──finish──▶ closed
 *
 * Closing is work in two steps, statements and then payouts, each in a transaction of its own; whoever dies between
 * them, the next one goes on from there. From `closing` on nothing more is booked into the period.
 */
export const periodLifecycle = {
  open: { close: 'closing' },
  closing: { finish: 'closed' },
  closed: {},
} as const satisfies Lifecycle;

export type PeriodState = keyof typeof periodLifecycle;

export const movePeriod = (state: PeriodState, action: 'close' | 'finish'): PeriodState =>
  moved('settlement', periodLifecycle, state, action);

/** A calendar month of a program, half-open, that is closed or being closed. */
export interface Period {
  readonly programId: Id<'prg'>;
  readonly period: Month;
  readonly state: PeriodState;
  readonly from: Instant;
  readonly until: Instant;
  /** Whose word it was; somebody else approves the payouts. */
  readonly closedBy: string;
  readonly beganAt: Instant;
  /** How far the ledger was sealed when the statements were written. */
  readonly sealed?: SealedHead | undefined;
  /** How many statements, once they are written. */
  readonly statements?: number | undefined;
  readonly batchId?: BatchId | undefined;
  readonly closedAt?: Instant | undefined;
}

/** What settlement has booked, to be compared with what commission says. */
export interface BookedTotal {
  readonly lockedCount: number;
  readonly lockedMinor: bigint;
  /** Booked, counting in the period or before, and not yet in the ledger. */
  readonly unposted: number;
  /** The period of the earliest booking there is. */
  readonly firstPeriod?: Month | undefined;
}

/** Throws `settlement.period_not_over`. */
export const mustBeOver = (period: Month, until: Instant, now: Instant): void => {
  if (now >= until) return;
  throw new AppError('refused', 'settlement.period_not_over', `${period} ends at ${until}; close it then`);
};

/** Throws `settlement.zone_changed`. */
export const mustBeInZone = ({ programId, timeZone }: Books, zone: string): void => {
  if (zone === timeZone) return;
  const detail = `the books of ${programId} are kept in ${timeZone}; periods cannot be cut in ${zone} as well`;
  throw new AppError('conflict', 'settlement.zone_changed', detail);
};

/**
 * Periods are closed one after the other; the first may be any in or before which nothing happened earlier. Throws
 * `settlement.earlier_period_open`, `settlement.period_before_books`.
 */
export const mustBeNext = (period: Month, { closedThrough }: Books, firstPeriod: Month | undefined): void => {
  const next = closedThrough === undefined ? firstPeriod : nextMonth(closedThrough);
  if (next !== undefined && period > next) {
    throw new AppError('conflict', 'settlement.earlier_period_open', `close ${next} first`);
  }
  if (closedThrough !== undefined && period <= closedThrough) {
    throw new AppError('conflict', 'settlement.period_before_books', `the books begin after ${period}`);
  }
};

/** Throws `settlement.period_not_ready`: what commission knows is not all booked yet, so events are on their way. */
export const mustBeComplete = (locked: LockedTotal, booked: BookedTotal): void => {
  const missing = [
    ...(locked.waiting === 0 ? [] : [`${locked.waiting} commissions are about to lock`]),
    ...(locked.count === booked.lockedCount && locked.amount.minor === booked.lockedMinor.toString()
      ? []
      : [`commission knows ${locked.count} locked, settlement has booked ${booked.lockedCount}`]),
    ...(booked.unposted === 0 ? [] : [`${booked.unposted} bookings are not in the ledger yet`]),
  ];
  if (missing.length === 0) return;
  throw new AppError('unavailable', 'settlement.period_not_ready', `${missing.join('; ')}; try again shortly`, {
    retryAfterSeconds: 1,
  });
};

/** The months from the first to the one in which `now` lies. */
export const monthsUntil = (first: Month, timeZone: string, now: Instant): Month[] => {
  const last = monthOf(now, timeZone);
  const months: Month[] = [];
  for (let month = first; month <= last; month = nextMonth(month)) months.push(month);
  return months;
};
