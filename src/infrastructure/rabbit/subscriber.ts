import type { Channel, ConsumeMessage, Message } from 'amqplib';
import { type Inbound, isNotNow } from '../messaging/inbound.ts';
import type { OutboxReader, Positioned } from '../postgres/outbox-reader.ts';
import { fromMessage } from './message.ts';
import { pause } from '../pause.ts';

const BATCH = 200;
/** Of each lane. */
const PREFETCH = 2 * BATCH;
/** A commit costs far more than its last message: whoever comes first waits so long for company, or until a batch is full. */
const GATHER_MS = 10;
/** A note is a commit, too: what is done in between goes with the next. */
const NOTE_EVERY_MS = 100;
const BACK_OFF_MS = [50, 100, 250, 500, 1_000, 2_000];

interface Held {
  readonly message: Message;
  readonly lane: number;
  readonly positioned: Positioned;
}

/** How far one lane of a consumer has come in an outbox; only for people and tests to look at. */
export const laneReader = (consumer: string, lane: number): string => `${consumer}#${lane}`;

/**
 * One consumer: takes what has arrived in any of its lanes as a batch, for a transaction a lane costs several times as
 * much as one of them all; and acknowledges it when it is done or parked, and noted, while the next batch is at work.
 * While the database is away the batch stays in hand, for giving it back would count as a delivery each time.
 */
export class Subscriber {
  private readonly held: Held[] = [];
  private readonly done: Held[] = [];
  private wake: (() => void) | undefined;
  private full: (() => void) | undefined;
  private isNoting = false;

  constructor(
    private readonly inbound: Inbound,
    private readonly outboxes: ReadonlyMap<string, OutboxReader>,
    private readonly report: (error: unknown) => void,
  ) {}

  /** The queues of its lanes 0, 1, 2 … Returns when the signal aborts: what is in hand then comes again, to whoever is next. */
  async run(channel: Channel, queues: readonly string[], signal: AbortSignal): Promise<void> {
    await channel.prefetch(PREFETCH);
    for (const [lane, queue] of queues.entries()) {
      await channel.consume(queue, (message) => {
        if (message !== null) this.take(channel, message, lane);
        // The queue is gone: whoever runs us declares it again.
        else channel.close().catch(() => undefined);
      });
    }
    const stopWaiting = (): void => {
      this.wake?.();
      this.full?.();
    };
    signal.addEventListener('abort', stopWaiting);
    let noted = Promise.resolve();
    while (!signal.aborted) {
      if (this.held.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      await this.company(signal);
      const batch = this.held.splice(0, BATCH);
      if (batch.length === 0 || !(await this.deliver(batch, signal))) continue;
      this.done.push(...batch);
      if (!this.isNoting) noted = this.noteAll(channel, signal);
    }
    await noted;
    signal.removeEventListener('abort', stopWaiting);
  }

  private take(channel: Channel, message: ConsumeMessage, lane: number): void {
    try {
      this.held.push({ message, lane, positioned: fromMessage(message) });
      this.wake?.();
      if (this.held.length >= BATCH) this.full?.();
    } catch (error) {
      this.report(error);
      // To the dead letters: nobody here can read it.
      answer(() => {
        channel.reject(message, false);
      });
    }
  }

  private company(signal: AbortSignal): Promise<void> {
    if (this.held.length >= BATCH || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.inbound.consumer.patienceMs ?? GATHER_MS);
      this.full = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private deliver(batch: readonly Held[], signal: AbortSignal): Promise<boolean> {
    return this.untilDone(() => this.inbound.deliver(batch.map(({ positioned }) => positioned.event)), signal);
  }

  /** One note at a time: what is done meanwhile goes with the next. Nothing is acknowledged that is not noted. */
  private async noteAll(channel: Channel, signal: AbortSignal): Promise<void> {
    this.isNoting = true;
    for (let isNoted = true; isNoted && this.done.length > 0;) {
      const batch = this.done.splice(0);
      isNoted = await this.untilDone(() => this.note(batch), signal);
      const last = batch.at(-1);
      if (isNoted && last !== undefined)
        answer(() => {
          channel.ack(last.message, true);
        });
      await pause(NOTE_EVERY_MS, signal);
    }
    this.isNoting = false;
  }

  /** False when the signal came first; what is begun is tried once though it has. */
  private async untilDone(work: () => Promise<void>, signal: AbortSignal): Promise<boolean> {
    for (let failures = 0; failures === 0 || !signal.aborted; failures += 1) {
      try {
        await work();
        return true;
      } catch (error) {
        if (!isNotNow(error) || failures === 0) this.report(error);
        await pause(BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)] ?? 0, signal);
      }
    }
    return false;
  }

  private async note(batch: readonly Held[]): Promise<void> {
    const bySource = new Map<string, Map<string, bigint>>();
    for (const { lane, positioned } of batch) {
      const { source } = positioned.event;
      const cursors = bySource.get(source) ?? new Map<string, bigint>();
      bySource.set(source, cursors.set(laneReader(this.inbound.consumer.name, lane), positioned.position));
    }
    await Promise.all([...bySource].map(async ([source, cursors]) => this.outboxes.get(source)?.moveCursors(cursors)));
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
