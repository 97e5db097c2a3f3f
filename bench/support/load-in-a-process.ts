/** The load generator's own side: see `load.ts`. A plan comes in as a message, its outcome goes back as one. */
import { Connection, type ConnectionOwner } from './connection.ts';
import type { Answer } from './http-answer.ts';
import { CUT_SHORT, type Outcome, PATIENCE_MS, type Plan } from './load.ts';
import { LoadCounts } from './load-counts.ts';
import { Schedule } from './schedule.ts';
import { SplicedBody } from './spliced-body.ts';

const AGAIN_MS = 20;
const TICK_MS = 1;
const WATCH_MS = 500;

class Run implements ConnectionOwner {
  private readonly counts: LoadCounts;
  private readonly requests: readonly Buffer[];
  private readonly bodies = new Map<Connection, SplicedBody>();
  private readonly connections = new Set<Connection>();
  private readonly idle: Connection[] = [];
  private readonly url: URL;
  private readonly mostAnswers: number;
  private schedule: Schedule | undefined;
  private serial: number;
  private sent = 0;
  private waiting = 0;
  private startMs = Infinity;
  private endMs = Infinity;
  private movedMs = 0;
  private isOver = false;
  private finish: () => void = () => undefined;
  private opened: () => void = () => undefined;
  /** While connections are answered for the first time. */
  private greeted: (() => void) | undefined;

  constructor(private readonly plan: Plan) {
    this.url = new URL(plan.url);
    this.counts = new LoadCounts(plan);
    this.requests = plan.requests.map((text) => Buffer.from(text, 'utf8'));
    this.mostAnswers = 'answers' in plan.shape ? plan.shape.answers : Infinity;
    this.serial = plan.serial ?? 0;
  }

  async outcome(): Promise<Outcome> {
    await this.openAll();
    if (this.plan.shape.kind === 'open') await this.greet();
    const cpuBefore = process.cpuUsage();
    await this.work();
    const { user, system } = process.cpuUsage(cpuBefore);
    for (const connection of this.connections) connection.end();
    return {
      ...this.counts.outcome(this.startMs, this.endMs, (this.schedule?.left ?? 0) + this.waiting),
      nextSerial: this.serial,
      cpuUs: (user + system) / Math.max(1, this.counts.answered),
    };
  }

  /**
   * An open loop measures who comes all day, and its connections are there from before: each has been answered once when
   * the first visitor is due. That a connection is open here does not say that the server has taken it.
   */
  private async greet(): Promise<void> {
    const greeted = new Promise<void>((resolve) => (this.greeted = resolve));
    const nowMs = performance.now();
    for (const connection of this.idle.splice(0)) {
      this.waiting += 1;
      connection.send(this.nextRequest(connection), nowMs);
    }
    await Promise.race([greeted, this.lateAfter('does not answer')]);
    this.greeted = undefined;
  }

  /** Ends when all is done, when nothing has moved for the patience, or that long after the end at the latest. */
  private async work(): Promise<void> {
    const { shape } = this.plan;
    const finished = new Promise<void>((resolve) => (this.finish = resolve));
    this.startMs = this.movedMs = performance.now();
    if (shape.kind === 'open') this.schedule = new Schedule(this.startMs, shape.perSecond, shape.ms);
    else if ('ms' in shape) this.endMs = this.startMs + shape.ms;
    const latestMs = 'ms' in shape ? this.startMs + shape.ms + PATIENCE_MS : Infinity;
    const watch = setInterval(() => {
      this.watch(latestMs);
    }, WATCH_MS);
    const tick = setInterval(() => {
      this.pump();
    }, TICK_MS);
    this.pump();
    await finished;
    clearInterval(watch);
    clearInterval(tick);
    this.isOver = true;
  }

  /** Whoever waits is not waited for. */
  cutShort(): void {
    this.endMs = performance.now();
    for (; this.waiting > 0; this.waiting -= 1) this.counts.breakOff('cut short');
    this.finish();
  }

  private watch(latestMs: number): void {
    const now = performance.now();
    if (now > latestMs || now - this.movedMs > PATIENCE_MS) this.finish();
  }

  /** Sends what is due on connections that are free. */
  private pump(): void {
    for (let next = this.idle.pop(); next !== undefined; next = this.idle.pop()) {
      if (this.sendOn(next)) continue;
      this.idle.push(next);
      break;
    }
    if (this.waiting === 0 && this.isDone()) this.finish();
  }

  private isDone(): boolean {
    if (this.schedule !== undefined) return this.schedule.left === 0;
    return this.counts.answered >= this.mostAnswers || performance.now() >= this.endMs;
  }

  /** False when nothing is due. */
  private sendOn(connection: Connection): boolean {
    const since = this.dueSince(performance.now());
    if (since === undefined) return false;
    this.waiting += 1;
    connection.send(this.nextRequest(connection), since);
    return true;
  }

  private dueSince(nowMs: number): number | undefined {
    if (nowMs < this.startMs || this.isOver) return undefined;
    if (this.schedule !== undefined) return this.schedule.take(nowMs);
    return nowMs >= this.endMs || this.counts.answered + this.waiting >= this.mostAnswers ? undefined : nowMs;
  }

  private nextRequest(connection: Connection): Buffer {
    const body = this.bodies.get(connection);
    if (body !== undefined) {
      this.serial += body.renew(this.serial);
      return body.bytes;
    }
    this.sent += 1;
    const request = this.requests[this.sent % this.requests.length];
    if (request === undefined) throw new Error('a plan without requests');
    return request;
  }

  // ── connections ─────────────────────────────────────────────────────────────────────────────────────────────────

  answered(connection: Connection, answer: Answer, sinceMs: number): void {
    this.waiting -= 1;
    this.movedMs = performance.now();
    if (this.greeted !== undefined) {
      this.counts.count(answer);
      this.welcome(connection, answer);
      return;
    }
    const restMs = this.counts.add(answer, sinceMs, this.movedMs, this.endMs);
    if (answer.isLast) return;
    if (restMs > 0) setTimeout(() => this.free(connection), restMs).unref();
    else this.free(connection);
  }

  private welcome(connection: Connection, answer: Answer): void {
    if (!answer.isLast) this.free(connection);
    if (this.waiting === 0) this.greeted?.();
  }

  ended(connection: Connection, underWay: boolean, why: string): void {
    this.connections.delete(connection);
    this.bodies.delete(connection);
    const place = this.idle.indexOf(connection);
    if (place !== -1) this.idle.splice(place, 1);
    if (this.isOver) return;
    if (underWay) {
      this.waiting -= 1;
      this.counts.breakOff(why);
      if (this.waiting === 0) this.greeted?.();
    }
    setTimeout(() => this.open(), AGAIN_MS).unref();
  }

  private free(connection: Connection): void {
    if (!this.connections.has(connection)) return;
    this.idle.push(connection);
    this.pump();
  }

  private async openAll(): Promise<void> {
    const all = new Promise<void>((resolve) => (this.opened = resolve));
    for (let n = 0; n < this.plan.connections; n += 1) this.open();
    await Promise.race([all, this.lateAfter('does not listen')]);
  }

  private lateAfter(what: string): Promise<never> {
    return new Promise((_, reject) => {
      setTimeout(() => {
        reject(new Error(`${this.plan.url} ${what}`));
      }, PATIENCE_MS).unref();
    });
  }

  private open(): void {
    new Connection(this.url, this, (connection) => {
      this.connections.add(connection);
      this.prepareBody(connection);
      this.free(connection);
      if (this.connections.size === this.plan.connections) this.opened();
    });
  }

  private prepareBody(connection: Connection): void {
    const { items, duplicates, requests } = this.plan;
    const [template] = requests;
    if (items === undefined || template === undefined) return;
    this.bodies.set(connection, new SplicedBody({ template, items, ...(duplicates !== undefined && { duplicates }) }));
  }
}

let running: Run | undefined;

process.on('message', (message: Plan | typeof CUT_SHORT) => {
  if (message === CUT_SHORT) {
    running?.cutShort();
    return;
  }
  running = new Run(message);
  void running.outcome().then((outcome) => process.send?.(outcome));
});
