import { pause } from '../pause.ts';

/** What somebody waits for is late when it has been in hand for so long: it is done in half of that where there is room. */
const LATE_MS = 100;
/** Its next step is on its way through the broker, and would be late as well. */
const STILL_MS = 250;
/** Also where it is always late nobody starves. */
const MOST_MS = 5_000;
const LOOK_EVERY_MS = 20;

/**
 * Where the processors do not keep up, what somebody waits for goes before what nobody waits for: of the consumers in one
 * process, who share its thread and the database. Times are of `performance.now()`.
 */
export class Precedence {
  private readonly inHand = new Set<{ readonly sinceMs: number }>();
  private lateAtMs = -STILL_MS;

  /** What somebody waits for, in hand since then, until it is done. */
  async hurry<Result>(sinceMs: number, work: () => Promise<Result>): Promise<Result> {
    const mine = { sinceMs };
    this.inHand.add(mine);
    try {
      return await work();
    } finally {
      this.inHand.delete(mine);
      if (isLate(mine)) this.lateAtMs = performance.now();
    }
  }

  /** Resolves when nothing of that is late, or after five seconds. */
  async giveWay(signal: AbortSignal): Promise<void> {
    const until = performance.now() + MOST_MS;
    while (!signal.aborted && this.isAnyLate() && performance.now() < until) await pause(LOOK_EVERY_MS, signal);
  }

  private isAnyLate(): boolean {
    return performance.now() - this.lateAtMs < STILL_MS || [...this.inHand].some(isLate);
  }
}

const isLate = ({ sinceMs }: { readonly sinceMs: number }): boolean => performance.now() - sinceMs > LATE_MS;
