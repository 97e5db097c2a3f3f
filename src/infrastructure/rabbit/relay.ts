import type { ConfirmChannel } from 'amqplib';
import { AppError } from '../../shared/errors.ts';
import { nameOf } from '../../shared/events.ts';
import { faultPoint } from '../fault.ts';
import type { Doorbell } from '../messaging/doorbell.ts';
import type { OutboxReader, Positioned, Stretch } from '../postgres/outbox-reader.ts';
import { inSpan, SpanKind } from '../telemetry/tracing.ts';
import { toMessage } from './message.ts';
import type { Topology } from './topology.ts';

/** Messages between two confirmations; one at a time costs twelve times as much. */
const BATCH = 500;
/** Batches on their way: the broker works on one while we prepare the next. */
const IN_FLIGHT = 2;
const POLL_MS = 250;
const CONFIRM_TIMEOUT_MS = 15_000;

export const RELAY = 'relay';

/**
 * Publishes one outbox, in order. The cursor moves to what the broker has confirmed and never further: a crash in
 * between publishes again what may have arrived, and loses nothing.
 */
export class OutboxRelay {
  constructor(
    private readonly outbox: OutboxReader,
    private readonly heard: readonly string[],
    private readonly topology: Topology,
    private readonly doorbell: Doorbell,
  ) {}

  /** Returns when the signal aborts; throws when the broker or the database fails. */
  async run(channel: ConfirmChannel, signal: AbortSignal): Promise<void> {
    const returned: string[] = [];
    channel.on('return', ({ properties }) => returned.push(String(properties.messageId)));
    let cursor = await this.outbox.cursorOf(RELAY);
    const inFlight: Promise<bigint>[] = [];
    const oneConfirmed = async (): Promise<void> => {
      const oldest = inFlight.shift();
      if (oldest !== undefined) await this.outbox.moveCursor(RELAY, await oldest);
    };
    const bell = this.doorbell.listen([this.outbox.schema]);
    signal.addEventListener('abort', () => {
      bell.hangUp();
    });
    while (!signal.aborted) {
      const stretch = await this.outbox.read(cursor, BATCH, this.heard);
      if (stretch.upTo === cursor) {
        while (inFlight.length > 0) await oneConfirmed();
        await bell.next(POLL_MS, signal);
        continue;
      }
      const publishing = this.publish(channel, stretch, returned, signal);
      publishing.catch(() => undefined); // awaited when it is the oldest
      inFlight.push(publishing);
      cursor = stretch.upTo;
      if (inFlight.length >= IN_FLIGHT) await oneConfirmed();
    }
    while (inFlight.length > 0) await oneConfirmed();
  }

  private async publish(
    channel: ConfirmChannel,
    { events, upTo }: Stretch,
    returned: string[],
    signal: AbortSignal,
  ): Promise<bigint> {
    if (events.length === 0) return upTo;
    const attributes = { 'messaging.system': 'rabbitmq', 'messaging.batch.message_count': events.length };
    const links = [...new Set(events.map(({ event }) => event.traceparent))].slice(0, 32);
    await inSpan(`${this.outbox.schema} publish`, { kind: SpanKind.PRODUCER, attributes, links }, async () => {
      for (const each of events) this.send(channel, each);
      faultPoint('before_confirm');
      await confirmed(channel, signal);
    });
    if (returned.length > 0) {
      throw new AppError(
        'unavailable',
        'broker.unroutable',
        `${returned.length} messages had no queue: ${returned[0] ?? ''}`,
      );
    }
    faultPoint('after_publish');
    return upTo;
  }

  private send(channel: ConfirmChannel, each: Positioned): void {
    const { content, options } = toMessage(each);
    const key = this.topology.routingKey(nameOf(each.event), this.topology.laneOf(each.event.partitionKey));
    channel.publish(this.topology.events, key, content, options);
  }
}

/** All confirmed; throws on a refusal, after a while of silence, or when the connection goes. */
const confirmed = async (channel: ConfirmChannel, signal: AbortSignal): Promise<void> => {
  const silence = AbortSignal.timeout(CONFIRM_TIMEOUT_MS);
  const gone = AbortSignal.any([signal, silence]);
  await new Promise<void>((resolve, reject) => {
    const fail = (): void => {
      reject(unconfirmed());
    };
    if (gone.aborted) fail();
    gone.addEventListener('abort', fail);
    channel
      .waitForConfirms()
      .then(
        () => {
          resolve();
        },
        (cause: unknown) => {
          reject(unconfirmed(cause));
        },
      )
      .finally(() => {
        gone.removeEventListener('abort', fail);
      });
  });
};

const unconfirmed = (cause?: unknown): AppError =>
  new AppError('unavailable', 'broker.unavailable', 'the broker did not confirm', { cause });
