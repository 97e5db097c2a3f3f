/**
 * Ids that are UUIDv7 (RFC 9562, 5.7), written as TypeIDs without ever being a UUID's text: a click of the edge needs
 * three of them, and by way of the text they cost it more than all else. New ones sort after old ones, also within a
 * millisecond, which keeps indexes small and warm.
 *
 * ```
 * unix time in ms · 0111 · counter, upper 12 · 10 · counter, lower 20 · random
 * 48 bits           4      12                  2    20                  42
 * ```
 * The counter (6.2, method 1) starts anywhere in the lower half of its range, each millisecond anew.
 */
import { randomFillSync } from 'node:crypto';
import type { WallClock } from '../../shared/clock.ts';
import { type Id, Ids } from '../../shared/ids.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** Of ten bits each, as two digits of Crockford's base 32. */
const PAIRS = Array.from({ length: 1_024 }, (_, n) => ALPHABET.charAt(n >> 5) + ALPHABET.charAt(n & 31));

const TWO_20 = 2 ** 20;
const MOST_COUNTED = 2 ** 32 - 1;
const POOL_BYTES = 4_096;
const RANDOM_BYTES = 6;

const twenty = (bits: number): string => (PAIRS[bits >> 10] ?? '') + (PAIRS[bits & 1_023] ?? '');
const forty = (bits: number): string => twenty(Math.floor(bits / TWO_20)) + twenty(bits % TWO_20);

export class TimeOrderedIds extends Ids {
  private ms = 0;
  private time = '';
  private counter = 0;
  private readonly pool = Buffer.alloc(POOL_BYTES);
  private used = POOL_BYTES;

  constructor(private readonly wallClock: WallClock) {
    super();
  }

  next<Prefix extends string>(prefix: Prefix): Id<Prefix> {
    this.moveOn(this.wallClock.nowMs());
    const at = this.draw();
    const upper = Math.floor(this.counter / TWO_20);
    const lower = this.counter % TWO_20;
    const random = (this.pool[at] ?? 0) & 3;
    const first = 0x7 * 2 ** 36 + upper * 2 ** 24 + 0x2 * 2 ** 22 + lower * 4 + random;
    return `${prefix}_${this.time}${forty(first)}${forty(this.pool.readUIntBE(at + 1, 5))}`;
  }

  /** A clock that goes back does not take the ids along. */
  private moveOn(now: number): void {
    if (now <= this.ms && this.counter < MOST_COUNTED) {
      this.counter += 1;
      return;
    }
    this.ms = Math.max(now, this.ms + 1);
    this.counter = this.pool.readUInt32BE(this.draw()) >>> 1;
    // 50 bits, of which a time has 48: ten digits.
    const upper = Math.floor(this.ms / TWO_20);
    this.time = (PAIRS[Math.floor(upper / TWO_20)] ?? '') + twenty(upper % TWO_20) + twenty(this.ms % TWO_20);
  }

  /** Where the next random bytes lie. */
  private draw(): number {
    if (this.used + RANDOM_BYTES > POOL_BYTES) {
      randomFillSync(this.pool);
      this.used = 0;
    }
    const at = this.used;
    this.used += RANDOM_BYTES;
    return at;
  }
}
