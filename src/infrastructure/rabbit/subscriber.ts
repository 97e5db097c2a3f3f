import type { Channel, ConsumeMessage, Message } from 'amqplib';
import { AppError } from '../../shared/errors.ts';
import type { Inbound } from '../messaging/inbound.ts';
import type { OutboxReader, Positioned } from '../postgres/outbox-reader.ts';
import { fromMessage } from './message.ts';
import { pause } from '../pause.ts';
import { consumerOf, DEAD, queueOf } from './topology.ts';

const BATCH = 200;
const PREFETCH = 2 * BATCH;
const BACK_OFF_MS = [50, 100, 250, 500, 1_000, 2_000];

interface Held {
  readonly message: Message;
  readonly positioned: Positioned;
}

/** How far one lane of a consumer has come in an outbox; only for people and tests to look at. */
export const laneReader = (consumer: string, lane: number): string => `${consumer}#${lane}`;

/**
 * One lane of one consumer: takes what has arrived as a batch, and acknowledges it when it is done or parked. While
 * the database is away the batch stays in hand, for giving it back would count as a delivery each time.
 */
export class LaneSubscriber {
  private readonly held: Held[] = [];
  private wake: (() => void) | undefined;

  constructor(
    private readonly inbound: Inbound,
    private readonly lane: number,
    private readonly outboxes: ReadonlyMap<string, OutboxReader>,
    private readonly report: (error: unknown) => void,
  ) {}

  async run(channel: Channel, signal: AbortSignal): Promise<void> {
    await channel.prefetch(PREFETCH);
    const { consumerTag } = await channel.consume(queueOf(this.inbound.consumer.name, this.lane), (message) => {
      if (message !== null) this.take(channel, message);
      else void channel.close(); // the queue is gone; whoever runs us declares it again
    });
    const stopWaiting = (): void => this.wake?.();
    signal.addEventListener('abort', stopWaiting);
    while (!signal.aborted) {
      const batch = this.held.splice(0, BATCH);
      if (batch.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      else await this.deliver(channel, batch, signal);
    }
    signal.removeEventListener('abort', stopWaiting);
    await channel.cancel(consumerTag).catch(() => undefined); // the channel may be gone already
  }

  private take(channel: Channel, message: ConsumeMessage): void {
    try {
      this.held.push({ message, positioned: fromMessage(message) });
      this.wake?.();
    } catch (error) {
      this.report(error);
      channel.reject(message, false); // to the dead letters: nobody here can read it
    }
  }

  private async deliver(channel: Channel, batch: readonly Held[], signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await this.inbound.deliver(batch.map(({ positioned }) => positioned.event));
        acknowledge(channel, batch.at(-1));
        await this.note(batch);
        return;
      } catch (error) {
        if (!(error instanceof AppError && error.kind === 'unavailable') || failures === 0) this.report(error);
        await pause(BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)] ?? 0, signal);
      }
    }
  }

  private async note(batch: readonly Held[]): Promise<void> {
    const latest = new Map(batch.map(({ positioned: { event, position } }) => [event.source, position]));
    const reader = laneReader(this.inbound.consumer.name, this.lane);
    await Promise.all(
      [...latest].map(async ([source, position]) => this.outboxes.get(source)?.moveCursor(reader, position)),
    );
  }
}

const acknowledge = (channel: Channel, last: Held | undefined): void => {
  try {
    if (last !== undefined) channel.ack(last.message, true);
  } catch {
    // The channel closed meanwhile: the batch comes again, and counts once.
  }
};

/** Brings dead letters to the parking lot of the consumer they killed, where people can see and re-drive them. */
export const subscribeDead = async (
  channel: Channel,
  inbounds: ReadonlyMap<string, Inbound>,
  signal: AbortSignal,
  report: (error: unknown) => void,
): Promise<void> => {
  await channel.prefetch(1);
  const { consumerTag } = await channel.consume(DEAD, (message) => {
    if (message === null) return;
    park(message, inbounds).then(
      () => {
        channel.ack(message);
      },
      (error: unknown) => {
        report(error);
        void pause(1_000, signal).then(() => {
          if (!signal.aborted) channel.nack(message);
        });
      },
    );
  });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener('abort', () => {
        resolve();
      });
  });
  await channel.cancel(consumerTag).catch(() => undefined); // the channel may be gone already
};

const park = async (message: Message, inbounds: ReadonlyMap<string, Inbound>): Promise<void> => {
  const deaths = message.properties.headers?.['x-death'] as readonly { readonly queue?: unknown }[] | undefined;
  const lot = inbounds.get(consumerOf(String(deaths?.[0]?.queue)))?.lot;
  if (lot === undefined)
    throw new AppError('unavailable', 'broker.unknown_dead_letter', 'a dead letter names no queue of ours');
  const { event } = fromMessage(message);
  await lot.park(event, 'messaging.delivery_limit', 'was delivered too often; it may have killed its reader');
};
