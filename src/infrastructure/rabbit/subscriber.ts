import type { Channel, ConsumeMessage, Message } from 'amqplib';
import { type Inbound, isNotNow } from '../messaging/inbound.ts';
import type { Precedence } from '../messaging/precedence.ts';
import type { OutboxReader, Positioned } from '../postgres/outbox-reader.ts';
import { countIn, fromMessage } from './message.ts';
import { pause } from '../pause.ts';

/**
 * Events, and a few more, for what came in one message is handled together. Beyond that a dozen statements cost nothing
 * beside their rows; and a batch may hold two locks for each of them, of a table of thousands.
 */
const BATCH = 400;
/** Messages of each lane; they wait unopened. */
const PREFETCH = 250;
/** A commit costs far more than its last message: whoever comes first waits so long for company, or until a batch is full. */
const GATHER_MS = 10;
/** A note is a commit, too, and there is one for each outbox that is heard: what is done in between goes with the next. */
const NOTE_EVERY_MS = 250;
const BACK_OFF_MS = [50, 100, 250, 500, 1_000, 2_000];

interface Held {
  readonly message: Message;
  readonly lane: number;
}

interface Opened extends Held {
  readonly events: readonly [Positioned, ...Positioned[]];
}

/** It was handled, up to its last event. */
interface Done extends Held {
  readonly last: Pick<Positioned, 'position'> & { readonly source: string };
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
  /** Events of those. */
  private waiting = 0;
  private inHandSinceMs = 0;
  private readonly done: Done[] = [];
  private wake: (() => void) | undefined;
  private full: (() => void) | undefined;
  private isNoting = false;

  constructor(
    private readonly inbound: Inbound,
    private readonly outboxes: ReadonlyMap<string, OutboxReader>,
    private readonly precedence: Precedence,
    private readonly report: (error: unknown) => void,
  ) {}

  /** The queues of its lanes 0, 1, 2 … Returns when the signal aborts: what is in hand then comes again, to whoever is next. */
  async run(channel: Channel, queues: readonly string[], signal: AbortSignal): Promise<void> {
    await channel.prefetch(PREFETCH);
    for (const [lane, queue] of queues.entries()) {
      await channel.consume(queue, (message) => {
        if (message !== null) this.take(message, lane);
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
      this.done.push(...(await this.inItsTurn(channel, signal)).map(done));
      if (this.done.length > 0 && !this.isNoting) noted = this.noteAll(channel, signal);
    }
    await noted;
    signal.removeEventListener('abort', stopWaiting);
  }

  private async inItsTurn(channel: Channel, signal: AbortSignal): Promise<readonly Opened[]> {
    const { patienceMs } = this.inbound.consumer;
    if (patienceMs === undefined)
      return this.precedence.hurry(this.inHandSinceMs, async () => {
        await this.company(GATHER_MS, signal);
        return this.next(channel, signal);
      });
    await this.company(patienceMs, signal);
    await this.precedence.giveWay(signal);
    return this.next(channel, signal);
  }

  /** The next batch, when it is done. */
  private async next(channel: Channel, signal: AbortSignal): Promise<readonly Opened[]> {
    const batch = this.batch(channel);
    const isDone = batch.length > 0 && (await this.deliver(batch, signal));
    return isDone ? batch : [];
  }

  private take(message: ConsumeMessage, lane: number): void {
    if (this.held.length === 0) this.inHandSinceMs = performance.now();
    this.held.push({ message, lane });
    this.waiting += countIn(message);
    this.wake?.();
    if (this.waiting >= BATCH) this.full?.();
  }

  private batch(channel: Channel): readonly Opened[] {
    let events = 0;
    const most = this.held.findIndex(({ message }) => (events += countIn(message)) >= BATCH);
    const taken = this.held.splice(0, most === -1 ? this.held.length : most + 1);
    this.waiting -= events;
    return taken.flatMap((held) => this.opened(channel, held));
  }

  private opened(channel: Channel, held: Held): readonly Opened[] {
    try {
      return [{ ...held, events: fromMessage(held.message) }];
    } catch (error) {
      this.report(error);
      // To the dead letters: nobody here can read it.
      answer(() => {
        channel.reject(held.message, false);
      });
      return [];
    }
  }

  private company(patienceMs: number, signal: AbortSignal): Promise<void> {
    if (this.waiting >= BATCH || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.full = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private deliver(batch: readonly Opened[], signal: AbortSignal): Promise<boolean> {
    const events = batch.flatMap((opened) => opened.events.map(({ event }) => event));
    return this.untilDone(() => this.inbound.deliver(events), signal);
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

  private async note(batch: readonly Done[]): Promise<void> {
    const bySource = new Map<string, Map<string, bigint>>();
    for (const { lane, last } of batch) {
      const cursors = bySource.get(last.source) ?? new Map<string, bigint>();
      bySource.set(last.source, cursors.set(laneReader(this.inbound.consumer.name, lane), last.position));
    }
    await Promise.all([...bySource].map(async ([source, cursors]) => this.outboxes.get(source)?.moveCursors(cursors)));
  }
}

const done = ({ message, lane, events }: Opened): Done => {
  const { position, event } = events.at(-1) ?? events[0];
  return { message, lane, last: { position, source: event.source } };
};

/** An answer on a channel that closed meanwhile is not missed: the message comes again, and counts once. */
export const answer = (say: () => void): void => {
  try {
    say();
  } catch {
    // the channel is gone, see above
  }
};
