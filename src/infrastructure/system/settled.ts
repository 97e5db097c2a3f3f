import { setTimeout as sleep } from 'node:timers/promises';
import { pause } from '../pause.ts';

const POLL_MS = 25;

/** Waits until there is nothing left to do; false when that took longer than `timeoutMs`. */
export const settled = async (isIdle: () => Promise<boolean>, timeoutMs: number): Promise<boolean> => {
  const until = performance.now() + timeoutMs;
  for (let calm = 0; ;) {
    // Twice: work that was in hand at the first look may have said something since.
    calm = (await isIdle()) ? calm + 1 : 0;
    if (calm === 2) return true;
    if (performance.now() > until) return false;
    await sleep(POLL_MS);
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
