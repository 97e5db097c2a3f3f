import { type Job, jobBell } from '../../../../infrastructure/job.ts';
import { pause } from '../../../../infrastructure/pause.ts';
import type { WallClock } from '../../../../shared/clock.ts';
import { instantAt, plusDays } from '../../../../shared/instant.ts';
import type { DispatchDeliveries } from '../../application/dispatch-deliveries.ts';
import type { DeliveryQueue } from '../../ports/delivery-queue.ts';

const DISPATCH = 'webhooks.dispatch';
/** Wakes the dispatcher, wherever it runs. */
export const DISPATCH_BELL = jobBell({ name: DISPATCH });
const LOOK_MS = 250;
/** How long the dispatcher waits for endpoints in hand before it looks for others that are due. */
const PATIENCE_MS = 50;

const HOUR_MS = 3_600_000;
/** How long a receiver can fetch or ask again for what it missed. */
export const KEPT_DAYS = 30;

export const webhookJobs = (
  dispatch: DispatchDeliveries,
  queue: DeliveryQueue,
  wallClock: WallClock,
): readonly Job[] => [
  {
    name: DISPATCH,
    everyMs: LOOK_MS,
    due: () => queue.isDue(instantAt(wallClock.nowMs())),
    run: async () => {
      const worked = await dispatch.step();
      if (!dispatch.isBusy) return worked;
      const enough = new AbortController();
      await Promise.race([dispatch.progress(), pause(PATIENCE_MS, enough.signal)]);
      enough.abort();
      return true;
    },
  },
  {
    name: 'webhooks.forget',
    everyMs: HOUR_MS,
    due: () => Promise.resolve(false),
    run: async () => (await queue.forget(plusDays(instantAt(wallClock.nowMs()), -KEPT_DAYS))) > 0,
  },
];
