import { setTimeout as sleep } from 'node:timers/promises';
import { pause } from '../pause.ts';

const POLL_MS = 25;

/**
 * Waits until there is nothing left to do; false when that took longer than `timeoutMs`.
 *
 * One look sees each outbox at another moment, so work may slip through between them; but not without saying something.
 * So two looks must find everybody idle, and `said`, how much has been said in all, the same.
 */
export const settled = async (
  isIdle: () => Promise<boolean>,
  said: () => string,
  timeoutMs: number,
): Promise<boolean> => {
  const until = performance.now() + timeoutMs;
  for (let before: string | undefined; ;) {
    const calm = await isIdle();
    if (calm && before === said()) return true;
    before = calm ? said() : undefined;
    if (performance.now() > until) return false;
    if (!calm) await sleep(POLL_MS);
  }
};

/** Resolves when all have ended, well or not, or when the time is up. */
export const settledWithin = async (ms: number, all: readonly Promise<unknown>[]): Promise<void> => {
  const ended = new AbortController();
  void Promise.allSettled(all).then(() => {
    ended.abort();
  });
  await pause(ms, ended.signal);
};
