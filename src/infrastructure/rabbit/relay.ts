import type { ConfirmChannel } from 'amqplib';
import { AppError } from '../../shared/errors.ts';
import { faultPoint } from '../fault.ts';
import type { Doorbell } from '../messaging/doorbell.ts';
import { pause } from '../pause.ts';
import type { OutboxReader, Stretch, Unopened } from '../postgres/outbox-reader.ts';
import { inSpan, SpanKind } from '../telemetry/tracing.ts';
import { type Bundle, bundled } from './bundles.ts';
import { toMessage } from './message.ts';
import type { Topology } from './topology.ts';

/** Events between two confirmations; one at a time costs twelve times as much. */
const BATCH = 1_000;
/** Batches on their way: the broker works on one while we prepare the next. */
const IN_FLIGHT = 2;
const POLL_MS = 250;
/** Three questions find out what is new: whoever rings first waits so long for others. */
const GATHER_MS = 10;
/** A cursor is a commit, and what is published again after a crash counts once: it need not move with every batch. */
const MOVE_EVERY_MS = 250;
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
    /** Events of a message. */
    private readonly bundle: number,
  ) {}

  /** Returns when the signal aborts; throws when the broker or the database fails. */
  async run(channel: ConfirmChannel, signal: AbortSignal): Promise<void> {
    const returned: string[] = [];
    channel.on('return', ({ properties }) => returned.push(String(properties.messageId)));
    let cursor = await this.outbox.cursorOf(RELAY);
    const progress = new Progress(this.outbox, cursor);
    const bell = this.doorbell.listen([this.outbox.schema]);
    signal.addEventListener('abort', () => {
      bell.hangUp();
    });
    while (!signal.aborted) {
      const stretch = await this.outbox.readUnopened(cursor, BATCH, this.heard);
      if (stretch.upTo === cursor) {
        await progress.allConfirmed();
        const rung = await bell.next(progress.isNoted ? POLL_MS : MOVE_EVERY_MS, signal);
        if (rung.size > 0) await pause(GATHER_MS, signal);
      } else {
        await progress.add(this.publish(channel, stretch, returned, signal));
        cursor = stretch.upTo;
      }
      await progress.noteNowAndThen();
    }
    await progress.allConfirmed();
    await progress.note();
  }

  private async publish(
    channel: ConfirmChannel,
    { events, upTo }: Stretch<Unopened>,
    returned: string[],
    signal: AbortSignal,
  ): Promise<bigint> {
    if (events.length === 0) return upTo;
    const attributes = { 'messaging.system': 'rabbitmq', 'messaging.batch.message_count': events.length };
    const links = [...new Set(events.map(({ event }) => event.traceparent))].slice(0, 32);
    await inSpan(`${this.outbox.schema} publish`, { kind: SpanKind.PRODUCER, attributes, links }, async () => {
      const laneOf = (key: string): number => this.topology.laneOf(key);
      for (const bundle of bundled(events, laneOf, this.bundle)) this.send(channel, bundle);
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

  private send(channel: ConfirmChannel, { type, lane, events }: Bundle): void {
    const { content, options } = toMessage(...events);
    channel.publish(this.topology.events, this.topology.routingKey(type, lane), content, options);
  }
}

/** What is on its way to the broker, what it has confirmed, and how much of that the cursor says. */
class Progress {
  private readonly inFlight: Promise<bigint>[] = [];
  private confirmed: bigint;
  private noted: bigint;
  private notedAtMs = performance.now();

  constructor(
    private readonly outbox: OutboxReader,
    cursor: bigint,
  ) {
    this.confirmed = cursor;
    this.noted = cursor;
  }

  get isNoted(): boolean {
    return this.noted === this.confirmed;
  }

  /** Waits for the oldest when there are enough. */
  async add(publishing: Promise<bigint>): Promise<void> {
    publishing.catch(() => undefined); // awaited when it is the oldest
    this.inFlight.push(publishing);
    if (this.inFlight.length >= IN_FLIGHT) await this.oneConfirmed();
  }

  async allConfirmed(): Promise<void> {
    while (this.inFlight.length > 0) await this.oneConfirmed();
  }

  async noteNowAndThen(): Promise<void> {
    if (!this.isNoted && performance.now() - this.notedAtMs >= MOVE_EVERY_MS) await this.note();
  }

  async note(): Promise<void> {
    if (this.isNoted) return;
    const { confirmed } = this;
    await this.outbox.moveCursor(RELAY, confirmed);
    this.noted = confirmed;
    this.notedAtMs = performance.now();
  }

  private async oneConfirmed(): Promise<void> {
    const oldest = this.inFlight.shift();
    if (oldest !== undefined) this.confirmed = await oldest;
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
