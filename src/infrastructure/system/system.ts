/** Time and chance as the machine gives them. */
import { randomBytes } from 'node:crypto';
import { Clock, Random, WallClock } from '../../shared/clock.ts';
import { instantAt, type Instant } from '../../shared/instant.ts';

export class SystemWallClock extends WallClock {
  nowMs(): number {
    return Date.now();
  }
}

/** Business time that is real time. */
export class SystemClock extends Clock {
  private ms = Number.NaN;
  private instant: Instant | undefined;

  constructor(private readonly wallClock: WallClock) {
    super();
  }

  /** Many ask within one millisecond. */
  now(): Instant {
    const ms = this.wallClock.nowMs();
    if (this.instant !== undefined && ms === this.ms) return this.instant;
    this.ms = ms;
    this.instant = instantAt(ms);
    return this.instant;
  }
}

export class SystemRandom extends Random {
  bytes(length: number): Uint8Array {
    return randomBytes(length);
  }

  fraction(): number {
    return Math.random();
  }
}
