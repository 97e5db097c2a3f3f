import type { WallClock } from '../../../shared/clock.ts';

const MAX_FAILURES = 10;
const WINDOW_MS = 60_000;
const MAX_NAMES = 10_000;

interface Failures {
  count: number;
  readonly untilMs: number;
}

/**
 * Counts wrong secrets by the name they were tried for, known or not. Over the limit attempts are taken one at a time,
 * so that guessing costs the guesser time and us little, and whoever holds the right secret is still let in: a lock
 * that strangers can turn would shut out the owner.
 */
export class FailedAttempts {
  private readonly failures = new Map<string, Failures>();
  private readonly trying = new Set<string>();

  constructor(private readonly wallClock: WallClock) {}

  /** Too much was wrong lately, and somebody is trying already. */
  isBusy(name: string): boolean {
    return this.trying.has(name) && this.secondsOver(name) !== undefined;
  }

  /** Tries; counts if it was wrong. Seconds to wait instead of the answer, when too much has been wrong. */
  async attempt(name: string, isRight: () => Promise<boolean>): Promise<boolean | number> {
    this.trying.add(name);
    try {
      if (await isRight()) {
        this.failures.delete(name);
        return true;
      }
    } finally {
      this.trying.delete(name);
    }
    this.note(name);
    return this.secondsOver(name) ?? false;
  }

  private secondsOver(name: string): number | undefined {
    const failures = this.current(name);
    if (failures === undefined || failures.count <= MAX_FAILURES) return undefined;
    return Math.ceil((failures.untilMs - this.wallClock.nowMs()) / 1_000);
  }

  private current(name: string): Failures | undefined {
    const failures = this.failures.get(name);
    return failures !== undefined && failures.untilMs > this.wallClock.nowMs() ? failures : undefined;
  }

  private note(name: string): void {
    const failures = this.current(name);
    if (failures !== undefined) {
      failures.count += 1;
      return;
    }
    this.failures.delete(name);
    this.failures.set(name, { count: 1, untilMs: this.wallClock.nowMs() + WINDOW_MS });
    if (this.failures.size <= MAX_NAMES) return;
    for (const oldest of this.failures.keys()) {
      this.failures.delete(oldest);
      return;
    }
  }
}
