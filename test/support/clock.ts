import { Clock, WallClock } from '../../src/shared/clock.ts';
import { fromUuid, type Id, Ids } from '../../src/shared/ids.ts';
import { epochMs, instant, type Instant, plusDays } from '../../src/shared/instant.ts';

/** A clock that stands where it is put. */
export class TestClock extends Clock {
  private standing: Instant;

  constructor(start: string) {
    super();
    this.standing = instant(start);
  }

  now(): Instant {
    return this.standing;
  }

  moveTo(to: string): void {
    this.standing = instant(to);
  }

  passDays(days: number): void {
    this.standing = plusDays(this.standing, days);
  }
}

export const at = (text: string): TestClock => new TestClock(text);

export class TestWallClock extends WallClock {
  private ms: number;

  constructor(start = '2026-01-01T00:00:00Z') {
    super();
    this.ms = epochMs(instant(start));
  }

  nowMs(): number {
    return this.ms;
  }

  pass(ms: number): void {
    this.ms += ms;
  }
}

/** 1, 2, 3 … as ids: readable in failures, the same in every run. */
export class CountingIds extends Ids {
  private count = 0;

  next<Prefix extends string>(prefix: Prefix): Id<Prefix> {
    this.count += 1;
    return idOf(prefix, this.count);
  }
}

/** The n-th id of a kind, for tests that name things: `idOf('ord', 7)`. */
export const idOf = <Prefix extends string>(prefix: Prefix, n: number): Id<Prefix> =>
  fromUuid(prefix, `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`);

export { SeededRandom } from '../../src/cli/seeded-random.ts';
