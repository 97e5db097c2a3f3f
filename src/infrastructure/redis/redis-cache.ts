import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { spendFrom, WINDOW_SECONDS } from '../cache/allowance.ts';
import { Cache, CACHE_PATIENCE_MS, type CacheParts } from '../cache/cache.ts';

/** Two deployments may share a Redis: what one of them knows is nothing to the other. */
const prefixOf = (namespace: string): string => `tributary:${namespace}:`;

/** Every failure of Redis is an answer here: unknown for a read, nothing for a write. */
export class RedisCache extends Cache {
  private readonly prefix: string;

  constructor(
    private readonly redis: Redis,
    namespace: string,
  ) {
    super();
    this.prefix = prefixOf(namespace);
  }

  async get(key: string): Promise<string | undefined> {
    try {
      return (await this.redis.get(this.prefix + key)) ?? undefined;
    } catch {
      return undefined; // away is unknown
    }
  }

  async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    await this.redis.set(this.prefix + key, value, 'EX', Math.max(1, Math.ceil(ttlSeconds))).catch(() => undefined); // forgotten early
  }

  async delete(key: string): Promise<void> {
    await this.redis.del(this.prefix + key).catch(() => undefined); // the short life of every entry covers for it
  }
}

export const redisCache = (
  url: string,
  namespace: string,
  perMinute: number,
  report: (error: unknown) => void,
): CacheParts => {
  const redis = new Redis(url, {
    // A request must not wait for Redis: no queue while it is away, one try, and soon a time-out when it hangs.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: CACHE_PATIENCE_MS,
    connectTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  let reported = false;
  redis.on('error', (error: unknown) => {
    if (!reported) report(error);
    reported = true;
  });
  redis.on('ready', () => (reported = false));
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: `${prefixOf(namespace)}rate`,
    points: perMinute,
    duration: WINDOW_SECONDS,
    insuranceLimiter: new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS }),
  });
  return {
    cache: new RedisCache(redis, namespace),
    limiter: { spend: (who) => spendFrom(limiter, who) },
    isUp: () =>
      redis.ping().then(
        () => true,
        () => false,
      ),
    close: () => {
      redis.disconnect();
      return Promise.resolve();
    },
  };
};
