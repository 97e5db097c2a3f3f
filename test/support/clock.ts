import { Clock, Random, WallClock } from '../../src/shared/clock.ts';
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

/** mulberry32: small, fast, good enough for tests, and the same for the same seed everywhere. */
export class SeededRandom extends Random {
  private state: number;

  constructor(readonly seed: number) {
    super();
    this.state = seed >>> 0;
  }

  fraction(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => Math.floor(this.fraction() * 256));
  }

  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i -= 1) {
      const j = this.below(i + 1);
      [result[i], result[j]] = [result[j]!, result[i]!];
    }
    return result;
  }
}
