/**
 * What stands before any module and outlives every one of them: clocks, ids, chance, the vault, the cache, the doorbell,
 * and the connections to the database. Modules find the ports in their containers.
 */
import type { Container } from 'inversify';
import { Clock, Random, WallClock } from '../shared/clock.ts';
import { Ids } from '../shared/ids.ts';
import { Vault } from '../shared/vault.ts';
import { Cache, type CacheParts, RateLimiter } from './cache/cache.ts';
import { memoryCache } from './cache/memory-cache.ts';
import { type Config, deploymentOf, Settings } from './config.ts';
import type { BulkOutbox } from '../shared/outbox.ts';
import { PostgresBulkOutbox } from './postgres/bulk-outbox.ts';
import { type Database, openDatabase } from './postgres/database.ts';
import { PostgresDoorbell } from './postgres/doorbell.ts';
import { Leadership } from './postgres/leadership.ts';
import { redisCache } from './redis/redis-cache.ts';
import { MasterKeyVault } from './system/master-key-vault.ts';
import { SandboxClock } from './system/sandbox-clock.ts';
import { settledWithin } from './system/settled.ts';
import { SystemClock, SystemRandom, SystemWallClock } from './system/system.ts';
import { TimeOrderedIds } from './system/time-ordered-ids.ts';

/** For connections to close; the process ends without them. */
const FAREWELL_MS = 1_000;

export class Ground {
  readonly wallClock: WallClock = new SystemWallClock();
  readonly clock: Clock;
  readonly ids: Ids = new TimeOrderedIds(this.wallClock);
  readonly vault: Vault;
  readonly doorbell: PostgresDoorbell;
  readonly leadership: Leadership;
  readonly cacheParts: CacheParts;
  /** Of the kernel's own tables. */
  readonly platform: Database;
  readonly databases: Database[] = [];
  private readonly aside: Database[] = [];

  constructor(
    private readonly config: Config,
    report: (where: string, error: unknown) => void,
  ) {
    this.vault = new MasterKeyVault(config.MASTER_KEY);
    this.doorbell = new PostgresDoorbell(config.DATABASE_URL);
    this.leadership = new Leadership(config.DATABASE_URL);
    this.platform = this.open('platform');
    this.clock = config.SANDBOX
      ? new SandboxClock(this.platform, this.wallClock, this.doorbell)
      : new SystemClock(this.wallClock);
    this.cacheParts =
      config.REDIS_URL === undefined
        ? memoryCache(this.wallClock, config.RATE_LIMIT_PER_MINUTE)
        : redisCache(config.REDIS_URL, deploymentOf(config), config.RATE_LIMIT_PER_MINUTE, (error) => {
            report('redis', error);
          });
  }

  /** A pool of its own for whoever owns the schema. */
  open(schema: string): Database {
    const database = this.opened(schema);
    this.databases.push(database);
    return database;
  }

  /** On connections of its own: whoever must be quick waits for no consumer. Connects when it is used. */
  bulkOutbox(schema: string): BulkOutbox {
    const database = this.opened(schema);
    this.aside.push(database);
    return new PostgresBulkOutbox({ database, ids: this.ids, doorbell: this.doorbell });
  }

  private opened(schema: string): Database {
    return openDatabase({
      url: this.config.DATABASE_URL,
      schema,
      ...(schema !== 'owner' && { role: `mod_${schema}` }),
      poolSize: this.config.DATABASE_POOL_SIZE,
      timeoutMs: this.config.DATABASE_TIMEOUT_MS,
    });
  }

  bindTo(root: Container): void {
    root.bind(Clock).toConstantValue(this.clock);
    root.bind(WallClock).toConstantValue(this.wallClock);
    root.bind(Random).toConstantValue(new SystemRandom());
    root.bind(Ids).toConstantValue(this.ids);
    root.bind(Vault).toConstantValue(this.vault);
    root.bind(Cache).toConstantValue(this.cacheParts.cache);
    root.bind(RateLimiter).toConstantValue(this.cacheParts.limiter);
    root.bind(Settings).toConstantValue(this.config);
  }

  /** Business time as the deployment has it. Whoever only looks inside needs it too: what is due depends on it. */
  async followClock(): Promise<void> {
    if (this.clock instanceof SandboxClock) await this.clock.start();
  }

  /** A server that hangs answers no farewell. */
  async letGo(): Promise<void> {
    if (this.clock instanceof SandboxClock) this.clock.stop();
    await settledWithin(FAREWELL_MS, [this.leadership.close(), this.doorbell.close(), this.cacheParts.close()]);
    await settledWithin(
      FAREWELL_MS,
      [...this.databases, ...this.aside].map(({ knex }) => knex.destroy()),
    );
  }
}
