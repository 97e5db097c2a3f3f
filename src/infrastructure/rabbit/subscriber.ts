import type { Channel, ConsumeMessage, Message } from 'amqplib';
import { type Inbound, isNotNow } from '../messaging/inbound.ts';
import type { OutboxReader, Positioned } from '../postgres/outbox-reader.ts';
import { fromMessage } from './message.ts';
import { pause } from '../pause.ts';

const BATCH = 200;
const PREFETCH = 2 * BATCH;
/** A commit costs far more than its last message: whoever comes first waits so long for company. */
const GATHER_MS = 10;
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

  /** Returns when the signal aborts: what is in hand then comes again, to whoever takes the lane next. */
  async run(channel: Channel, queue: string, signal: AbortSignal): Promise<void> {
    await channel.prefetch(PREFETCH);
    await channel.consume(queue, (message) => {
      if (message !== null) this.take(channel, message);
      // The queue is gone: whoever runs us declares it again.
      else channel.close().catch(() => undefined);
    });
    const stopWaiting = (): void => this.wake?.();
    signal.addEventListener('abort', stopWaiting);
    while (!signal.aborted) {
      if (this.held.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      if (this.held.length < BATCH) await pause(GATHER_MS, signal);
      const batch = this.held.splice(0, BATCH);
      if (batch.length > 0) await this.deliver(channel, batch, signal);
    }
    signal.removeEventListener('abort', stopWaiting);
  }

  private take(channel: Channel, message: ConsumeMessage): void {
    try {
      this.held.push({ message, positioned: fromMessage(message) });
      this.wake?.();
    } catch (error) {
      this.report(error);
      // To the dead letters: nobody here can read it.
      answer(() => {
        channel.reject(message, false);
      });
    }
  }

  private async deliver(channel: Channel, batch: readonly Held[], signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await this.inbound.deliver(batch.map(({ positioned }) => positioned.event));
        await this.note(batch);
        const last = batch.at(-1);
        if (last !== undefined)
          answer(() => {
            channel.ack(last.message, true);
          });
        return;
      } catch (error) {
        if (!isNotNow(error) || failures === 0) this.report(error);
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

/** An answer on a channel that closed meanwhile is not missed: the message comes again, and counts once. */
export const answer = (say: () => void): void => {
  try {
    say();
  } catch {
    // the channel is gone, see above
  }
};
