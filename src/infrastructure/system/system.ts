/** Time, chance and ids as the machine gives them. */
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { Clock, Random, WallClock } from '../../shared/clock.ts';
import { fromUuid, type Id, Ids } from '../../shared/ids.ts';
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

/** UUIDv7: new ids sort after old ones, which keeps indexes small and warm. */
export class TimeOrderedIds extends Ids {
  next<Prefix extends string>(prefix: Prefix): Id<Prefix> {
    return fromUuid(prefix, v7());
  }
}
