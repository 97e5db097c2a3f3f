/**
 * Puts a process together from its configuration and the list of modules: the technology once, each module in its own
 * container, and then what the process's roles ask for. Names no module.
 */
import { Container, type ServiceIdentifier } from 'inversify';
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import { type Audit, HouseAudits, LateAudits } from './audit.ts';
import { chooseBroker, outsideOf } from './choose-broker.ts';
import type { Config, Role } from './config.ts';
import { armFault } from './fault.ts';
import { Ground } from './ground.ts';
import { GrpcServer } from './grpc/grpc-server.ts';
import { housekeeping } from './housekeeping.ts';
import { TokenVerifier } from './http/authenticate.ts';
import { IdempotencyKeys } from './http/idempotency.ts';
import { mountRoutes } from './http/mount.ts';
import { describeApi } from './http/openapi.ts';
import { platformRoutes, sandboxRoutes } from './http/platform-routes.ts';
import type { Route } from './http/route.ts';
import { type Front, HttpServer } from './http/server.ts';
import { type Job, jobBell, Scheduler } from './job.ts';
import type { Broker } from './messaging/broker.ts';
import type { Consumer } from './messaging/consumer.ts';
import { messagingAudits } from './messaging/audits.ts';
import { Inbound } from './messaging/inbound.ts';
import { ParkingLot } from './messaging/parking-lot.ts';
import { type Module, mount, type Resolver } from './module.ts';
import type { Database } from './postgres/database.ts';
import { EventLogs } from './postgres/event-logs.ts';
import { OutboxReader } from './postgres/outbox-reader.ts';
import { type Service, Trouble } from './service.ts';
import { projectRoot } from './system/root.ts';
import { SandboxClock } from './system/sandbox-clock.ts';
import { settled, settledWithin } from './system/settled.ts';
import { whyNotReady } from './system/ready.ts';
import { createLogger, type Logger } from './telemetry/logger.ts';
import { Metrics } from './telemetry/metrics.ts';
import { observeFlow } from './telemetry/flow.ts';
import { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry/start.ts';
import { openApiInfo } from './http/api-info.ts';

/** For the last spans to leave; the process ends without them. */
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
  private readonly services: readonly Service[];
  private readonly telemetry: Telemetry;
  private readonly metrics: Metrics;
  private readonly ground: Ground;
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
    const outside = outsideOf(config, modules);
    // Every consumer and every job waits for it; Node would take more than ten for a leak.
    setMaxListeners(0, this.stopping.signal);
    this.telemetry = startTelemetry({ otlpEndpoint: config.OTLP_ENDPOINT, ...telemetry });
    this.metrics = new Metrics();
    this.logger = createLogger(config.LOG_LEVEL, [...config.ROLE]);
    this.ground = new Ground(config, (where, error) => {
      this.warn(where, error);
    });
    const { clock, doorbell, leadership, platform, vault, wallClock } = this.ground;
    this.clock = clock;
    this.keys = new IdempotencyKeys(platform, wallClock, vault);
    this.bindPorts();
    this.mounted = modules.map((module) => this.mountOne(module));
    this.inbounds = this.mounted.flatMap(({ consumers, database }) =>
      consumers.map((each) => new Inbound(each, new ParkingLot(database, each.name), this.inboundObserver())),
    );
    this.outboxes = this.mounted.map(({ database }) => new OutboxReader(database));
    this.broker = this.chosenBroker(outside);
    this.scheduler = new Scheduler(leadership, doorbell, this.metrics, (error, job) => {
      this.warn(`job ${job}`, error);
    });
    const owned = this.mounted.map(({ database }) => database);
    this.jobs = [
      ...this.mounted.flatMap(({ module, own }) => module.jobs?.(own) ?? []),
      ...housekeeping(this.ground.open('owner'), owned, this.keys, wallClock),
    ];
    this.audits = [
      ...this.mounted.flatMap(({ module, own }) => module.audits?.(own) ?? []),
      ...messagingAudits(this.broker, this.inbounds, this.outboxes),
    ];
    this.services = [...this.mounted.flatMap(({ module, own }) => module.services?.(own) ?? []), ...this.grpc()];
    this.routes = [...this.ownRoutes(), ...this.mounted.flatMap(routesOf)];
    this.metrics.observeEventLoop();
    observeFlow(this.metrics, this.broker, this.inbounds, this.outboxes, this.ground.databases);
  }

  /** A port that some module offers. For the command line and for tests; modules are given theirs. */
  ask<Port>(port: ServiceIdentifier<Port>): Port {
    return this.root.get(port);
  }

  /** Business time as the deployment has it. Whoever only looks inside needs it too: what is due depends on it. */
  followClock(): Promise<void> {
    return this.ground.followClock();
  }

  /** Starts what the roles ask for; the port it listens on, if it does. */
  async start(): Promise<number | undefined> {
    const { ROLE, PORT, HOST } = this.config;
    await this.ground.doorbell.start();
    await this.followClock();
    if (ROLE.has('relay')) await this.broker.relay(this.outboxes, this.stopping.signal);
    if (ROLE.has('worker')) await this.broker.consume(this.inbounds, this.outboxes, this.stopping.signal);
    if (ROLE.has('scheduler')) this.scheduler.start(this.jobs, this.stopping.signal);
    await this.startServices(ROLE);
    for (const front of this.frontsOfRoles(ROLE)) this.server.addFront(front);
    mountRoutes(this.server, this.routesOfRoles(ROLE), {
      verifier: this.root.get(TokenVerifier),
      limiter: this.ground.cacheParts.limiter,
      keys: this.keys,
      logger: this.logger,
      metrics: this.metrics,
      bodyLimitBytes: this.config.BODY_LIMIT_BYTES,
      proxies: this.config.PROXIES,
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
    const ending = [this.broker, this.scheduler, ...this.services].map((part) => part.close());
    await settledWithin(this.config.SHUTDOWN_GRACE_MS, ending);
  }

  private async letGo(): Promise<void> {
    await this.ground.letGo();
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
    for (const bell of due.flat()) this.ground.doorbell.ring(bell);
    return due.flat().length === 0;
  }

  /** Waits until nothing is left to do; false when that took longer. */
  settle(timeoutMs: number): Promise<boolean> {
    const said = (): string => this.outboxes.map(({ seen }) => seen).join();
    return settled(() => this.isIdle(), said, timeoutMs);
  }

  // ── putting together ────────────────────────────────────────────────────────────────────────────────────────────

  private get version(): string {
    const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { version: string };
    return version;
  }

  private bindPorts(): void {
    this.ground.bindTo(this.root);
    this.root.bind(EventLogs).toDynamicValue(() => ({ all: this.outboxes, types: this.toldTypes() }));
    this.root.bind(HouseAudits).toDynamicValue(() => new LateAudits(() => this.audits));
    this.root.bind(Trouble).toConstantValue({
      report: (where, error) => {
        this.warn(where, error);
      },
    });
  }

  private toldTypes(): ReadonlySet<string> {
    return new Set(this.mounted.flatMap(({ module }) => module.tells ?? []).map(({ type }) => type));
  }

  private mountOne(module: Module): Mounted {
    const database = this.ground.open(module.name);
    const { ids, doorbell } = this.ground;
    const own = mount(this.root, module, {
      database,
      ids,
      doorbell,
      bulkOutbox: () => this.ground.bulkOutbox(module.name),
    });
    return { module, own, database, consumers: module.consumers?.(own) ?? [] };
  }

  private chosenBroker(outside: ReturnType<typeof outsideOf>): Broker {
    return chooseBroker(this.config, this.ground, {
      consumers: () => this.inbounds.map(({ consumer }) => consumer),
      outside,
      report: (error, where) => {
        this.warn(where, error);
      },
    });
  }

  private ownRoutes(): readonly Route[] {
    const parts = {
      root: projectRoot(),
      clock: this.clock,
      notReady: () =>
        whyNotReady(this.ground.platform, { roles: this.config.ROLE, services: this.services }, (error) => {
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

  private grpc(): readonly Service[] {
    const services = this.mounted.flatMap(({ module, own }) => module.grpc?.(own) ?? []);
    if (services.length === 0) return [];
    const [verifier, trouble] = [this.root.get(TokenVerifier), this.root.get(Trouble)];
    const { limiter } = this.ground.cacheParts;
    return [new GrpcServer({ settings: this.config, verifier, limiter, trouble }, services)];
  }

  /** A worker answers for its health only; the tracking role serves what is tagged so. */
  private routesOfRoles(roles: ReadonlySet<Role>): readonly Route[] {
    if (roles.has('api')) return this.routes;
    return this.routes.filter(({ tag }) => tag === 'operations' || (tag === 'tracking' && roles.has('tracking')));
  }

  private frontsOfRoles(roles: ReadonlySet<Role>): readonly Front[] {
    if (!roles.has('api') && !roles.has('tracking')) return [];
    return this.mounted.flatMap(({ module, own }) => module.fronts?.(own) ?? []);
  }

  private async startServices(roles: ReadonlySet<Role>): Promise<void> {
    for (const service of this.services)
      if (service.roles.some((role) => roles.has(role))) await service.start(this.stopping.signal);
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
