/**
 * The broker that needs no broker: each consumer follows the outboxes it hears, behind the lock barrier, with a durable
 * cursor of its own in each. The cursor moves after the work is done, so a crash brings events again and loses none;
 * the inbox makes them count once. One process at a time serves a consumer; the others stand by.
 */
import { Broker } from '../messaging/broker.ts';
import { sourceOf } from '../messaging/consumer.ts';
import type { Bell, Doorbell } from '../messaging/doorbell.ts';
import { LastBehind } from '../messaging/last-behind.ts';
import { pause } from '../pause.ts';
import { type Inbound, isNotNow } from '../messaging/inbound.ts';
import type { Leadership } from '../postgres/leadership.ts';
import type { OutboxReader } from '../postgres/outbox-reader.ts';
import type { Gauge } from '../telemetry/metrics.ts';

/** Events of one transaction: large enough to share its cost, small enough to keep it short. */
const BATCH = 200;
/** How long to wait for a ring before looking anyway. */
const POLL_MS = 250;
/** A cursor that only passed events of other types is saved now and then, to let old partitions go. */
const SAVE_EVERY = 1_000n;
const BACK_OFF_MS = [50, 100, 250, 500, 1_000, 2_000];

interface Subscription {
  readonly outbox: OutboxReader;
  readonly types: readonly string[];
  cursor: bigint;
  saved: bigint;
}

export class EmbeddedBroker extends Broker {
  private readonly running = new Set<Promise<void>>();
  private readonly lastBehind = new LastBehind();

  constructor(
    private readonly leadership: Leadership,
    private readonly doorbell: Doorbell,
    private readonly report: (error: unknown, consumer: string) => void,
  ) {
    super();
  }

  /** Nothing to do: consumers read the outboxes themselves. */
  relay(): Promise<void> {
    return Promise.resolve();
  }

  consume(inbounds: readonly Inbound[], outboxes: readonly OutboxReader[], stop: AbortSignal): Promise<void> {
    for (const inbound of inbounds) {
      const lead = this.leadership.whileLeading(`consumer:${inbound.consumer.name}`, stop, (signal) =>
        this.follow(inbound, outboxes, signal),
      );
      const tracked: Promise<void> = lead
        .catch((error: unknown) => {
          this.report(error, inbound.consumer.name);
        })
        .finally(() => this.running.delete(tracked));
      this.running.add(tracked);
    }
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await Promise.all(this.running);
  }

  async isIdle(inbounds: readonly Inbound[], outboxes: readonly OutboxReader[]): Promise<boolean> {
    const isAnyBehind = await this.lastBehind.isAny(outboxes, async (outbox) => {
      const listeners = inbounds.flatMap(({ consumer: { name, types } }) =>
        subscriptions(types, [outbox]).map((own) => ({ reader: name, types: own.types })),
      );
      return (await outbox.behind(listeners)).length > 0;
    });
    return !isAnyBehind;
  }

  lag(inbounds: readonly Inbound[], outboxes: readonly OutboxReader[]): Promise<readonly Gauge[]> {
    const looks = inbounds.flatMap(({ consumer: { name, types: heard } }) =>
      subscriptions(heard, outboxes).map(async ({ outbox, types }) => ({
        name: 'outbox_lag_seconds',
        labels: { schema: outbox.schema, reader: name },
        value: (await outbox.oldestWaiting(name, types)) ?? 0,
      })),
    );
    return Promise.all(looks);
  }

  private async follow(inbound: Inbound, outboxes: readonly OutboxReader[], signal: AbortSignal): Promise<void> {
    const { name, types } = inbound.consumer;
    const bell = this.doorbell.listen(subscriptions(types, outboxes).map(({ outbox }) => outbox.schema));
    let failures = 0;
    while (!signal.aborted) {
      try {
        const subscribed = await this.subscribe(name, types, outboxes);
        await this.serve(inbound, subscribed, bell, signal, () => {
          failures = 0;
        });
      } catch (error) {
        // Nothing was acknowledged: the same batch comes again from the cursor.
        if (!isNotNow(error) || failures === 0) this.report(error, name);
        const pauseMs = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)] ?? 0;
        failures += 1;
        await pause(pauseMs, signal);
      }
    }
    bell.hangUp();
  }

  /** Looks where it rang, or where there was something just now; everywhere when it has been quiet for a while. */
  private async serve(
    inbound: Inbound,
    subscribed: readonly Subscription[],
    bell: Bell,
    signal: AbortSignal,
    passed: () => void,
  ): Promise<void> {
    let look = subscribed;
    while (!signal.aborted) {
      const moved = await this.pass(inbound, look, signal);
      passed();
      const rung = await bell.next(moved.size > 0 ? 0 : POLL_MS, signal);
      const wanted = subscribed.filter(({ outbox: { schema } }) => moved.has(schema) || rung.has(schema));
      look = wanted.length > 0 ? wanted : subscribed;
    }
  }

  private async subscribe(
    reader: string,
    types: readonly string[],
    outboxes: readonly OutboxReader[],
  ): Promise<readonly Subscription[]> {
    return Promise.all(
      subscriptions(types, outboxes).map(async (subscription) => {
        const cursor = await subscription.outbox.cursorOf(reader);
        return { ...subscription, cursor, saved: cursor };
      }),
    );
  }

  /** One batch from each outbox; the schemas where there was anything. */
  private async pass(
    inbound: Inbound,
    subscribed: readonly Subscription[],
    signal: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    const moved = new Set<string>();
    for (const subscription of subscribed) {
      if (signal.aborted) return moved;
      const { outbox, types, cursor } = subscription;
      const { events, upTo } = await outbox.read(cursor, BATCH, types);
      if (upTo === cursor) continue;
      await inbound.deliver(events.map(({ event }) => event));
      subscription.cursor = upTo;
      if (events.length > 0) moved.add(outbox.schema);
      if (events.length === 0 && upTo - subscription.saved < SAVE_EVERY) continue;
      await outbox.moveCursor(inbound.consumer.name, upTo);
      subscription.saved = upTo;
    }
    return moved;
  }
}

const subscriptions = (
  types: readonly string[],
  outboxes: readonly OutboxReader[],
): Pick<Subscription, 'outbox' | 'types'>[] =>
  outboxes.flatMap((outbox) => {
    const own = types.filter((type) => sourceOf(type) === outbox.schema);
    return own.length > 0 ? [{ outbox, types: own }] : [];
  });
