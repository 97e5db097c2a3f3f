import type { Instant } from './instant.ts';

/** The time of the business: when an order was placed, when a period ends. A sandbox may set it. */
export abstract class Clock {
  abstract now(): Instant;
}

/**
 * The time of the machine: leases, retries, signatures, expiry of tokens. Nobody may set it, for the world outside
 * lives in it too.
 */
export abstract class WallClock {
  abstract nowMs(): number;
}

/** Where chance comes from: retry jitter, salts, new ids. */
export abstract class Random {
  /** `length` random bytes, fit for secrets. */
  abstract bytes(length: number): Uint8Array;
  /** From 0 up to, but not including, 1. */
  abstract fraction(): number;
}
