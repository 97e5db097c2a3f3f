import type { Random, WallClock } from '../../../shared/clock.ts';
import type { Ids } from '../../../shared/ids.ts';
import { type Instant, instantAt, plusMs } from '../../../shared/instant.ts';
import { type Announcement, published } from '../../../shared/outbox.ts';
import { type Attempt, type Due, isDelivered } from '../domain/delivery.ts';
import type { Health } from '../domain/endpoint.ts';
import { filled } from '../domain/postback.ts';
import { type SettledRun, settleRun } from '../domain/settle-run.ts';
import { EndpointDisabledV1 } from '../events.ts';
import type { EndpointId } from '../index.ts';
import type { DeliveryQueue, Run } from '../ports/delivery-queue.ts';
import type { Letter, Sender } from '../ports/sender.ts';
import type { Held, WebhookStores, WebhookTransaction } from '../ports/webhooks.ts';
import type { Secrets } from './secrets.ts';

/** Endpoints in hand at a time; a few places are for those in trouble, so that they cannot take them all. */
const SOUND_AT_ONCE = 96;
const TROUBLED_AT_ONCE = 32;
/** A run that took so long starts no further delivery: the others want their turn, and the lease ends. */
const RUN_MS = 5_000;
const LEASE_SLACK_MS = 10_000;
/** For an endpoint that we could not even begin to send to. */
const OWN_TROUBLE_PAUSE_MS = 60_000;

/** What the machine gives, and how patient the sender is. */
export abstract class DispatchParts {
  abstract readonly ids: Ids;
  abstract readonly wallClock: WallClock;
  abstract readonly random: Random;
  abstract readonly timeoutMs: number;
}

interface Finished {
  readonly run: Run;
  readonly attempts: readonly Attempt[];
  /** What kept us from going on, if it was our own fault. */
  readonly trouble?: unknown;
}

/**
 * Sends what is due: takes endpoints into hand, sends each its waiting events one after the other, and writes down what
 * came of it, many endpoints in one statement. An endpoint that hangs keeps its own place in hand and nobody else's.
 *
 * Whoever dies here has sent things nobody wrote down: they are sent again once the lease is over, with the same id.
 */
export class DispatchDeliveries {
  private readonly inHand = new Map<EndpointId, { readonly run: Run; readonly done: Promise<void> }>();
  private finished: readonly Finished[] = [];

  constructor(
    private readonly transaction: WebhookTransaction,
    private readonly queue: DeliveryQueue,
    private readonly sender: Sender,
    private readonly secrets: Secrets,
    private readonly parts: DispatchParts,
  ) {}

  get isBusy(): boolean {
    return this.inHand.size > 0;
  }

  /** Writes down what is done, and takes what is due. True when there was any of either. */
  async step(): Promise<boolean> {
    const wrote = await this.writeDown();
    const took = await this.takeMore();
    return wrote || took;
  }

  /** Resolves when an endpoint's run is over, or when there is none. */
  async progress(): Promise<void> {
    if (this.isBusy) await Promise.race([...this.inHand.values()].map(({ done }) => done));
  }

  private async takeMore(): Promise<boolean> {
    const runs = [...this.inHand.values()].map(({ run }) => run);
    const sound = runs.filter(isSound).length;
    const now = this.now();
    const taken = await this.queue.take({
      sound: SOUND_AT_ONCE - sound,
      troubled: TROUBLED_AT_ONCE - (runs.length - sound),
      now,
      until: plusMs(now, RUN_MS + 2 * this.parts.timeoutMs + LEASE_SLACK_MS),
      lease: this.parts.ids.next('lea'),
    });
    for (const run of taken) this.start(run);
    return taken.length > 0;
  }

  private start(run: Run): void {
    const attempts: Attempt[] = [];
    const over = (trouble?: unknown): void => {
      this.inHand.delete(run.endpointId);
      this.finished = [...this.finished, { run, attempts, trouble }];
    };
    const done = this.send(run, attempts).then(() => {
      over();
    }, over);
    this.inHand.set(run.endpointId, { run, done });
  }

  /** One after the other, and none past one that failed: what comes later waits for what came earlier. */
  private async send(run: Run, attempts: Attempt[]): Promise<void> {
    const { wallClock } = this.parts;
    const startedMs = wallClock.nowMs();
    const secrets = this.secrets.opened(run.endpointId, run.secrets, instantAt(startedMs));
    for (const due of run.dues) {
      const nowMs = wallClock.nowMs();
      if (nowMs - startedMs > RUN_MS) return;
      const outcome = await this.sender.send(letterOf(run, due, secrets));
      attempts.push({ due, at: instantAt(nowMs), durationMs: this.since(nowMs), outcome });
      if (!isDelivered(outcome)) return;
    }
  }

  private async writeDown(): Promise<boolean> {
    // What could not be written while the lease ran is sent again; it must not keep the rest from being sent at all.
    const finished = this.finished.filter(({ run: { leasedUntil } }) => leasedUntil > this.now());
    this.finished = finished;
    if (finished.length === 0) return false;
    await this.transaction.run((stores) => this.settle(stores, finished));
    // Those that finished meanwhile wait for the next time; those that could not be written are still here.
    this.finished = this.finished.slice(finished.length);
    const troubled = finished.find(({ trouble }) => trouble !== undefined);
    if (troubled !== undefined) throw troubled.trouble;
    return true;
  }

  private async settle({ endpoints, deliveries, outbox }: WebhookStores, finished: readonly Finished[]): Promise<void> {
    const byEndpoint = new Map(finished.map((each) => [each.run.endpointId, each]));
    const held = await endpoints.inHand(
      [...byEndpoint.values()].map(({ run: { endpointId, lease } }) => ({ endpointId, lease })),
    );
    const settled = held.flatMap((endpoint) => {
      const done = byEndpoint.get(endpoint.endpointId);
      return done === undefined ? [] : [{ endpoint, run: this.settled(endpoint, done) }];
    });
    await deliveries.record(settled.flatMap(({ run }) => run.deliveries));
    await endpoints.release(
      settled.map(({ endpoint: { endpointId }, run: { health, nextAt } }) => ({ endpointId, health, nextAt })),
    );
    for (const { endpoint, run } of settled) {
      if (run.health.state === 'disabled' && endpoint.health.state !== 'disabled')
        outbox.publish(this.disabled(endpoint, run.health));
    }
  }

  private settled({ endpointId, health }: Held, { attempts, trouble }: Finished): SettledRun {
    const now = this.now();
    const run = settleRun(endpointId, health, attempts, now, this.parts.random.fraction());
    const ownFault = trouble !== undefined && run.nextAt !== undefined;
    return ownFault ? { ...run, nextAt: plusMs(now, OWN_TROUBLE_PAUSE_MS) } : run;
  }

  private disabled({ endpointId, partnerId }: Held, { disabledReason }: Health): Announcement {
    const now = this.now();
    return published(
      EndpointDisabledV1,
      { aggregate: endpointId, occurredAt: now },
      { endpointId, partnerId, reason: disabledReason ?? 'failing', disabledAt: now },
    );
  }

  /** The machine's clock may be set back; nothing takes less than no time. */
  private since(startedMs: number): number {
    return Math.max(0, this.parts.wallClock.nowMs() - startedMs);
  }

  private now(): Instant {
    return instantAt(this.parts.wallClock.nowMs());
  }
}

const isSound = ({ state }: Run): boolean => state === 'enabled';

const letterOf = ({ url, postback }: Run, due: Due, secrets: readonly string[]): Letter => {
  const { eventId: id, sequence, body, values = {} } = due;
  if (postback === undefined) return { url, secrets, id, sequence, body };
  return { url: filled(url, values), postback, secrets, id, sequence, body: '' };
};
