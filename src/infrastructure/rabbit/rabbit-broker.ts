import type { Channel } from 'amqplib';
import { AppError } from '../../shared/errors.ts';
import { Broker } from '../messaging/broker.ts';
import { sourceOf } from '../messaging/consumer.ts';
import type { Doorbell } from '../messaging/doorbell.ts';
import type { Inbound } from '../messaging/inbound.ts';
import { LastBehind } from '../messaging/last-behind.ts';
import { Precedence } from '../messaging/precedence.ts';
import type { Leadership } from '../postgres/leadership.ts';
import type { OutboxReader } from '../postgres/outbox-reader.ts';
import type { Gauge } from '../telemetry/metrics.ts';
import type { OutsideQueue } from './outside.ts';
import { OutboxRelay, RELAY } from './relay.ts';
import { type RabbitSession, whileConnected } from './session.ts';
import { DeadLetters } from './dead-letters.ts';
import { laneReader, Subscriber } from './subscriber.ts';
import { Topology } from './topology.ts';
import type { Consumer } from '../messaging/consumer.ts';

export interface RabbitOptions {
  readonly url: string;
  /** The first word of every exchange's and queue's name. */
  readonly namespace: string;
  readonly lanes: number;
  /** Events that the relay puts into one message at most. */
  readonly bundle: number;
  /** Every consumer there is, also those that run elsewhere: the relay declares their queues before it publishes. */
  readonly consumers: () => readonly Consumer[];
  readonly outside?: readonly OutsideQueue[];
}

export class RabbitBroker extends Broker {
  private readonly running = new Set<Promise<void>>();
  private readonly lastBehind = new LastBehind();
  private readonly precedence = new Precedence();
  private readonly topology: Topology;

  constructor(
    private readonly options: RabbitOptions,
    private readonly leadership: Leadership,
    private readonly doorbell: Doorbell,
    private readonly report: (error: unknown, where: string) => void,
  ) {
    super();
    this.topology = new Topology(options.namespace, options.lanes);
  }

  relay(outboxes: readonly OutboxReader[], stop: AbortSignal): Promise<void> {
    this.track('relay', stop, async (session) => {
      await this.declareTopology(session);
      await Promise.all(outboxes.map((outbox) => this.relayOne(outbox, session)));
    });
    return Promise.resolve();
  }

  consume(inbounds: readonly Inbound[], outboxes: readonly OutboxReader[], stop: AbortSignal): Promise<void> {
    const bySchema = new Map(outboxes.map((outbox) => [outbox.schema, outbox]));
    const byName = new Map(inbounds.map((inbound) => [inbound.consumer.name, inbound]));
    this.track('worker', stop, async (session) => {
      await this.declareTopology(session);
      const { signal } = session;
      const dead = await session.connection.createChannel();
      await Promise.all([
        new DeadLetters(this.topology, byName, bySchema, (error) => {
          this.report(error, 'dead letters');
        }).run(dead, signal),
        ...inbounds.map((inbound) => this.subscribe(inbound, bySchema, session)),
      ]);
    });
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await Promise.all(this.running);
  }

  async isIdle(inbounds: readonly Inbound[], outboxes: readonly OutboxReader[]): Promise<boolean> {
    const isAnyBehind = await this.lastBehind.isAny(outboxes, async (outbox) => {
      const heard = (types: readonly string[]) => types.filter((type) => sourceOf(type) === outbox.schema);
      const consumers = inbounds.flatMap(({ consumer: { name, types } }) =>
        this.lanes((lane) => ({ reader: laneReader(name, lane), types: heard(types), lane })),
      );
      const listeners = [{ reader: RELAY, types: this.heardFrom(outbox) }, ...consumers];
      return (await outbox.behind(listeners, this.options.lanes)).length > 0;
    });
    return !isAnyBehind;
  }

  lag(_inbounds: readonly Inbound[], outboxes: readonly OutboxReader[]): Promise<readonly Gauge[]> {
    const looks = outboxes.map(async (outbox) => ({
      name: 'outbox_lag_seconds',
      labels: { schema: outbox.schema, reader: RELAY },
      value: (await outbox.oldestWaiting(RELAY, this.heardFrom(outbox))) ?? 0,
    }));
    return Promise.all(looks);
  }

  private lanes<Result>(each: (lane: number) => Result): Result[] {
    return Array.from({ length: this.options.lanes }, (_, lane) => each(lane));
  }

  private heardFrom({ schema }: OutboxReader): readonly string[] {
    const { consumers, outside = [] } = this.options;
    const types = [...consumers(), ...outside].flatMap((hearer) => hearer.types);
    return [...new Set(types)].filter((type) => sourceOf(type) === schema);
  }

  private async declareTopology({ connection }: RabbitSession): Promise<void> {
    const channel = await connection.createChannel();
    await this.topology.declare(channel, this.options.consumers(), this.options.outside);
    closing(channel);
  }

  private async relayOne(outbox: OutboxReader, { connection, signal }: RabbitSession): Promise<void> {
    const relay = new OutboxRelay(outbox, this.heardFrom(outbox), this.topology, this.doorbell, this.options.bundle);
    await this.leadership.whileLeading(`relay:${outbox.schema}`, signal, async (leading) => {
      const channel = await connection.createConfirmChannel();
      channel.on('error', () => undefined); // the publish in progress fails, and says so
      try {
        await relay.run(channel, leading);
      } catch (error) {
        // Nothing was moved past what is confirmed; the loop around starts again from there.
        if (!leading.aborted) this.report(error, `relay:${outbox.schema}`);
        // A queue or a binding is gone: the next session declares them all again.
        if (error instanceof AppError && error.code === 'broker.unroutable') throw error;
      } finally {
        closing(channel);
      }
    });
  }

  private async subscribe(
    inbound: Inbound,
    outboxes: ReadonlyMap<string, OutboxReader>,
    { connection, signal }: RabbitSession,
  ): Promise<void> {
    const channel = await connection.createChannel();
    const report = (error: unknown): void => {
      this.report(error, inbound.consumer.name);
    };
    const closed = new AbortController();
    channel.on('error', report);
    channel.on('close', () => {
      closed.abort();
    });
    const queues = this.lanes((lane) => this.topology.queueOf(inbound.consumer.name, lane));
    const subscriber = new Subscriber(inbound, outboxes, this.precedence, report);
    await subscriber.run(channel, queues, AbortSignal.any([signal, closed.signal]));
    if (!signal.aborted) throw new AppError('unavailable', 'broker.unavailable', 'the broker closed a channel');
  }

  private track(name: string, stop: AbortSignal, work: (session: RabbitSession) => Promise<void>): void {
    const running: Promise<void> = whileConnected(this.options.url, stop, work, (error) => {
      this.report(error, name);
    }).finally(() => this.running.delete(running));
    this.running.add(running);
  }
}

/** Nobody waits for it: an answer may never come, and the end of the connection ends every channel. */
const closing = (channel: Channel): void => {
  channel.close().catch(() => undefined); // it was closed already
};
