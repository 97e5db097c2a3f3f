/**
 * Puts a process together from its configuration and the list of modules: the technology once, each module in its own
 * container, and then what the process's roles ask for. Names no module.
 */
import { Container, type ServiceIdentifier } from 'inversify';
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Clock, Random, WallClock } from '../shared/clock.ts';
import { Ids } from '../shared/ids.ts';
import { Vault } from '../shared/vault.ts';
import type { Audit } from './audit.ts';
import { Cache, type CacheParts } from './cache/cache.ts';
import { memoryCache } from './cache/memory-cache.ts';
import { type Config, deploymentOf, type Role, Settings } from './config.ts';
import { EmbeddedBroker } from './embedded/embedded-broker.ts';
import { armFault } from './fault.ts';
import { housekeeping } from './housekeeping.ts';
import { TokenVerifier } from './http/authenticate.ts';
import { IdempotencyKeys } from './http/idempotency.ts';
import { mountRoutes } from './http/mount.ts';
import { describeApi } from './http/openapi.ts';
import { platformRoutes, sandboxRoutes } from './http/platform-routes.ts';
import type { Route } from './http/route.ts';
import { HttpServer } from './http/server.ts';
import { type Job, jobBell, Scheduler } from './job.ts';
import type { Broker } from './messaging/broker.ts';
import type { Consumer } from './messaging/consumer.ts';
import { messagingAudits } from './messaging/audits.ts';
import { Inbound } from './messaging/inbound.ts';
import { ParkingLot } from './messaging/parking-lot.ts';
import { type Module, mount, type Resolver } from './module.ts';
import { type Database, openDatabase } from './postgres/database.ts';
import { PostgresDoorbell } from './postgres/doorbell.ts';
import { Leadership } from './postgres/leadership.ts';
import { OutboxReader } from './postgres/outbox-reader.ts';
import { RabbitBroker } from './rabbit/rabbit-broker.ts';
import { redisCache } from './redis/redis-cache.ts';
import { MasterKeyVault } from './system/master-key-vault.ts';
import { projectRoot } from './system/root.ts';
import { SandboxClock } from './system/sandbox-clock.ts';
import { settled, settledWithin } from './system/settled.ts';
import { whyNotReady } from './system/ready.ts';
import { SystemClock, SystemRandom, SystemWallClock, TimeOrderedIds } from './system/system.ts';
import { createLogger, type Logger } from './telemetry/logger.ts';
import { Metrics } from './telemetry/metrics.ts';
import { observeFlow } from './telemetry/flow.ts';
import { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry/start.ts';
import { openApiInfo } from './http/api-info.ts';

/** For connections to close; the process ends without them. */
const FAREWELL_MS = 1_000;

interface Mounted {
  readonly module: Module;
  readonly own: Resolver;
  readonly database: Database;
  readonly consumers: readonly Consumer[];
}

export class App {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly inbounds: readonly Inbound[];
  readonly outboxes: readonly OutboxReader[];
  readonly routes: readonly Route[];
  readonly jobs: readonly Job[];
  readonly audits: readonly Audit[];
  private readonly telemetry: Telemetry;
  private readonly metrics: Metrics;
  private readonly platform: Database;
  private readonly doorbell: PostgresDoorbell;
  private readonly leadership: Leadership;
  private readonly cacheParts: CacheParts;
  private readonly broker: Broker;
  private readonly server = new HttpServer();
  private readonly scheduler: Scheduler;
  private readonly keys: IdempotencyKeys;
  private readonly mounted: readonly Mounted[];
  private readonly root = new Container({ defaultScope: 'Singleton' });
  private readonly stopping = new AbortController();

  constructor(
    readonly config: Config,
    modules: readonly Module[],
    telemetry: TelemetryOptions = {},
  ) {
    armFault(config.FAULT);
    // Every consumer and every job waits for it; Node would take more than ten for a leak.
    setMaxListeners(0, this.stopping.signal);
    this.telemetry = startTelemetry({ otlpEndpoint: config.OTLP_ENDPOINT, ...telemetry });
    this.metrics = new Metrics();
    this.logger = createLogger(config.LOG_LEVEL, [...config.ROLE]);
    this.doorbell = new PostgresDoorbell(config.DATABASE_URL);
    this.leadership = new Leadership(config.DATABASE_URL);
    this.platform = this.open('platform');
    const wallClock = new SystemWallClock();
    this.clock = config.SANDBOX
      ? new SandboxClock(this.platform, wallClock, this.doorbell)
      : new SystemClock(wallClock);
    this.cacheParts =
      config.REDIS_URL === undefined
        ? memoryCache(wallClock, config.RATE_LIMIT_PER_MINUTE)
        : redisCache(config.REDIS_URL, deploymentOf(config), config.RATE_LIMIT_PER_MINUTE, (error) => {
            this.warn('redis', error);
          });
    this.keys = new IdempotencyKeys(this.platform, wallClock, new MasterKeyVault(config.MASTER_KEY));
    this.bindGround(wallClock);
    this.mounted = modules.map((module) => this.mountOne(module));
    this.inbounds = this.mounted.flatMap(({ consumers, database }) =>
      consumers.map((each) => new Inbound(each, new ParkingLot(database, each.name), this.inboundObserver())),
    );
    this.outboxes = this.mounted.map(({ database }) => new OutboxReader(database));
    this.broker = this.chooseBroker();
    this.scheduler = new Scheduler(this.leadership, this.doorbell, this.metrics, (error, job) => {
      this.warn(`job ${job}`, error);
    });
    const owned = this.mounted.map(({ database }) => database);
    this.jobs = [
      ...this.mounted.flatMap(({ module, own }) => module.jobs?.(own) ?? []),
      ...housekeeping(this.open('owner'), owned, this.keys, wallClock),
    ];
    this.audits = [
      ...this.mounted.flatMap(({ module, own }) => module.audits?.(own) ?? []),
      ...messagingAudits(this.broker, this.inbounds, this.outboxes),
    ];
    this.routes = [...this.ownRoutes(), ...this.mounted.flatMap(routesOf)];
    this.metrics.observeEventLoop();
    observeFlow(this.metrics, this.broker, this.inbounds, this.outboxes, this.databases);
  }

  /** A port that some module offers. For the command line and for tests; modules are given theirs. */
  ask<Port>(port: ServiceIdentifier<Port>): Port {
    return this.root.get(port);
  }

  /** Business time as the deployment has it. Whoever only looks inside needs it too: what is due depends on it. */
  async followClock(): Promise<void> {
    if (this.clock instanceof SandboxClock) await this.clock.start();
  }

  /** Starts what the roles ask for; the port it listens on, if it does. */
  async start(): Promise<number | undefined> {
    const { ROLE, PORT, HOST } = this.config;
    await this.doorbell.start();
    await this.followClock();
    if (ROLE.has('relay')) await this.broker.relay(this.outboxes, this.stopping.signal);
    if (ROLE.has('worker')) await this.broker.consume(this.inbounds, this.outboxes, this.stopping.signal);
    if (ROLE.has('scheduler')) this.scheduler.start(this.jobs, this.stopping.signal);
    mountRoutes(this.server, this.routesOfRoles(ROLE), {
      verifier: this.root.get(TokenVerifier),
      limiter: this.cacheParts.limiter,
      keys: this.keys,
      logger: this.logger,
      metrics: this.metrics,
      bodyLimitBytes: this.config.BODY_LIMIT_BYTES,
    });
    // Every role listens: health and metrics are asked of workers too.
    return this.server.listen(PORT, HOST);
  }

  /** Lets requests and work in hand finish for the grace, both at the same time, and ends soon after it. */
  async stop(): Promise<void> {
    await Promise.all([this.server.stop(this.config.SHUTDOWN_GRACE_MS), this.endWork()]);
    await this.letGo();
  }

  /** Ends what was started, and lets go of every connection. */
  async release(): Promise<void> {
    await this.endWork();
    await this.letGo();
  }

  /** What is in hand after the grace was not acknowledged, and is done again elsewhere. */
  private async endWork(): Promise<void> {
    this.stopping.abort();
    await settledWithin(this.config.SHUTDOWN_GRACE_MS, [this.broker.close(), this.scheduler.close()]);
  }

  /** A server that hangs answers no farewell. */
  private async letGo(): Promise<void> {
    if (this.clock instanceof SandboxClock) this.clock.stop();
    await settledWithin(FAREWELL_MS, [this.leadership.close(), this.doorbell.close(), this.cacheParts.close()]);
    await settledWithin(
      FAREWELL_MS,
      this.databases.map(({ knex }) => knex.destroy()),
    );
    await settledWithin(FAREWELL_MS, [this.telemetry.stop()]);
  }

  openApi(): unknown {
    const url = this.config.PUBLIC_URL ?? '/';
    return describeApi(this.routes, openApiInfo(this.version, url));
  }

  /** Everything said has been heard, and nothing is due; a job that is due is told so. */
  async isIdle(): Promise<boolean> {
    if (!(await this.broker.isIdle(this.inbounds, this.outboxes))) return false;
    const due = await Promise.all(this.jobs.map(async (job) => ((await job.due()) ? [jobBell(job)] : [])));
    for (const bell of due.flat()) this.doorbell.ring(bell);
    return due.flat().length === 0;
  }

  /** Waits until nothing is left to do; false when that took longer. */
  settle(timeoutMs: number): Promise<boolean> {
    const said = (): string => this.outboxes.map(({ seen }) => seen).join();
    return settled(() => this.isIdle(), said, timeoutMs);
  }

  // ── putting together ────────────────────────────────────────────────────────────────────────────────────────────

  private readonly databases: Database[] = [];

  private get version(): string {
    const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { version: string };
    return version;
  }

  private open(schema: string): Database {
    const database = openDatabase({
      url: this.config.DATABASE_URL,
      schema,
      ...(schema !== 'owner' && { role: `mod_${schema}` }),
      poolSize: this.config.DATABASE_POOL_SIZE,
      timeoutMs: this.config.DATABASE_TIMEOUT_MS,
    });
    this.databases.push(database);
    return database;
  }

  private bindGround(wallClock: WallClock): void {
    this.root.bind(Clock).toConstantValue(this.clock);
    this.root.bind(WallClock).toConstantValue(wallClock);
    this.root.bind(Random).toConstantValue(new SystemRandom());
    this.root.bind(Ids).toConstantValue(new TimeOrderedIds());
    this.root.bind(Vault).toConstantValue(new MasterKeyVault(this.config.MASTER_KEY));
    this.root.bind(Cache).toConstantValue(this.cacheParts.cache);
    this.root.bind(Settings).toConstantValue(this.config);
  }

  private mountOne(module: Module): Mounted {
    const database = this.open(module.name);
    const own = mount(this.root, module, { database, ids: this.root.get(Ids), doorbell: this.doorbell });
    return { module, own, database, consumers: module.consumers?.(own) ?? [] };
  }

  private chooseBroker(): Broker {
    const { AMQP_URL, BROKER_LANES, BROKER_NAMESPACE } = this.config;
    const report = (error: unknown, where: string): void => {
      this.warn(where, error);
    };
    if (AMQP_URL === undefined) return new EmbeddedBroker(this.leadership, this.doorbell, report);
    const consumers = (): readonly Consumer[] => this.inbounds.map(({ consumer }) => consumer);
    const options = { url: AMQP_URL, namespace: BROKER_NAMESPACE, lanes: BROKER_LANES, consumers };
    return new RabbitBroker(options, this.leadership, this.doorbell, report);
  }

  private ownRoutes(): readonly Route[] {
    const parts = {
      root: projectRoot(),
      clock: this.clock,
      notReady: () =>
        whyNotReady(this.platform, (error) => {
          this.warn('readiness', error);
        }),
      scrape: () => this.telemetry.scrape(),
      openApi: () => this.openApi(),
      settle: (timeoutMs: number) => this.settle(timeoutMs),
    };
    return [
      ...platformRoutes(parts),
      ...(this.clock instanceof SandboxClock ? sandboxRoutes({ ...parts, clock: this.clock }) : []),
    ];
  }

  /** A worker answers for its health only; the tracking role serves what is tagged so. */
  private routesOfRoles(roles: ReadonlySet<Role>): readonly Route[] {
    if (roles.has('api')) return this.routes;
    return this.routes.filter(({ tag }) => tag === 'operations' || (tag === 'tracking' && roles.has('tracking')));
  }

  private inboundObserver(): ConstructorParameters<typeof Inbound>[2] {
    return {
      handled: (name, count, seconds) => {
        this.metrics.batchHandled(name, count, seconds);
      },
      parked: (name, event, code, error) => {
        this.metrics.messageParked(name, code);
        this.logger.error('message parked', { consumer: name, event: event.id, code, cause: error });
      },
    };
  }

  private warn(where: string, cause: unknown): void {
    this.logger.warn(`trouble: ${where}`, { cause });
  }
}

const routesOf = ({ module, own }: Mounted): readonly Route[] =>
  (module.routes?.(own) ?? []).map((route) => ({ ...route, module: module.name }));
