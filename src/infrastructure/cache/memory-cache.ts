import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { WallClock } from '../../shared/clock.ts';
import { spendFrom, WINDOW_SECONDS } from './allowance.ts';
import { Cache, type CacheParts } from './cache.ts';

const MAX_ENTRIES = 50_000;

export class MemoryCache extends Cache {
  /** In order of insertion: the oldest goes first when there is no room. */
  private readonly entries = new Map<string, { readonly value: string; readonly until: number }>();

  constructor(private readonly clock: WallClock) {
    super();
  }

  get(key: string): Promise<string | undefined> {
    const entry = this.entries.get(key);
    if (entry === undefined) return Promise.resolve(undefined);
    if (entry.until > this.clock.nowMs()) return Promise.resolve(entry.value);
    this.entries.delete(key);
    return Promise.resolve(undefined);
  }

  set(key: string, value: string, ttlSeconds: number): Promise<void> {
    this.entries.delete(key);
    this.entries.set(key, { value, until: this.clock.nowMs() + ttlSeconds * 1_000 });
    if (this.entries.size > MAX_ENTRIES) {
      for (const oldest of this.entries.keys()) {
        this.entries.delete(oldest);
        break;
      }
    }
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.entries.delete(key);
    return Promise.resolve();
  }
}

export const memoryCache = (clock: WallClock, perMinute: number): CacheParts => {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS });
  return {
    cache: new MemoryCache(clock),
    limiter: { spend: (who) => spendFrom(limiter, who) },
    isUp: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  };
};
