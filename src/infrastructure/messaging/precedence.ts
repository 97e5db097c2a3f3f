import { pause } from '../pause.ts';

/** Between the steps of what somebody waits for there are gaps, while it is on its way through the broker. */
const QUIET_MS = 50;
/** A stream without gaps must not starve anybody. */
const MOST_MS = 2_000;
const LOOK_EVERY_MS = 20;

/**
 * What somebody waits for goes before what nobody waits for: of the consumers in one process, who share its processor and
 * the database's.
 */
export class Precedence {
  private inHand = 0;
  private lastMs = -QUIET_MS;

  /** What somebody waits for, from when it is in hand until it is done. */
  async hurry<Result>(work: () => Promise<Result>): Promise<Result> {
    this.inHand += 1;
    try {
      return await work();
    } finally {
      this.inHand -= 1;
      this.lastMs = performance.now();
    }
  }

  /** Resolves when nothing of that has been in hand for a moment, or after two seconds. */
  async giveWay(signal: AbortSignal): Promise<void> {
    const until = performance.now() + MOST_MS;
    while (!signal.aborted && !this.isQuiet() && performance.now() < until) await pause(LOOK_EVERY_MS, signal);
  }

  private isQuiet(): boolean {
    return this.inHand === 0 && performance.now() - this.lastMs >= QUIET_MS;
  }
}
