import { epochMs, type Instant, plusDays, plusMs } from '../../../../shared/instant.ts';
import type { Payout } from '../payouts/payout.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LONGEST_PAUSE_MS = 6 * HOUR_MS;

/** How long after it was paid a rail may still say that it came back; asked once a day. */
export const LATE_RETURN_DAYS = 90;

/**
 * When a rail is asked about a payout next: soon, then less and less often, and for ever while nobody knows what became
 * of it. What has settled can still come back; what has ended cannot.
 */
export const nextAsk = ({ state, settledAt }: Payout, asks: number, now: Instant): Instant | undefined => {
  switch (state) {
    case 'rejected':
    case 'returned':
    case 'cancelled':
      return undefined;
    case 'settled': {
      const until = plusDays(settledAt ?? now, LATE_RETURN_DAYS);
      const next = plusDays(now, 1);
      return epochMs(next) > epochMs(until) ? undefined : next;
    }
    default:
      return plusMs(now, pauseAfter(asks));
  }
};

/** A minute, two, four … six hours. */
export const pauseAfter = (asks: number): number => Math.min(MINUTE_MS * 2 ** Math.min(asks, 20), LONGEST_PAUSE_MS);
