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
  constructor(private readonly wallClock: WallClock) {
    super();
  }

  now(): Instant {
    return instantAt(this.wallClock.nowMs());
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
