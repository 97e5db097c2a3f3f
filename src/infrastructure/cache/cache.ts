/**
 * What may be forgotten at any moment: short-lived copies of what the database knows, and counters of requests. A
 * cache that is flushed, slow or away makes the program slower, never wrong: reads answer "unknown", writes are
 * dropped, and nobody waits longer than `CACHE_PATIENCE_MS`.
 */
export abstract class Cache {
  /** The value, or undefined: never set, expired, or the cache is away. */
  abstract get(key: string): Promise<string | undefined>;
  abstract set(key: string, value: string, ttlSeconds: number): Promise<void>;
  abstract delete(key: string): Promise<void>;
}

export const CACHE_PATIENCE_MS = 100;

export interface Allowance {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** How many requests somebody may make. When the counters are away each process counts by itself. */
export abstract class RateLimiter {
  abstract spend(who: string): Promise<Allowance>;
}

/** What holds connections and counters, and is closed at the end. */
export interface CacheParts {
  readonly cache: Cache;
  readonly limiter: RateLimiter;
  /** Whether the shared cache answers; a process on its own memory is always well. */
  isUp(): Promise<boolean>;
  close(): Promise<void>;
}
