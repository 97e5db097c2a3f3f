/**
 * What happens to a batch that a broker brings, whichever broker it is:
 *
 *     batch ── keys with something parked? ──▶ parked behind it
 *       │ no
 *       ▼
 *     handle all ── ok ──▶ done
 *       │ throws
 *       ├─ "not now" (database away, lost race) ──▶ thrown on: the broker keeps the batch and tries later
 *       └─ anything else ──▶ one by one, each tried a few times; who still fails is parked, the others are done
 */
import { AppError } from '../../shared/errors.ts';
import type { Envelope } from '../../shared/events.ts';
import { nameOf } from '../../shared/events.ts';
import { faultPoint } from '../fault.ts';
import { translated } from '../postgres/errors.ts';
import { inSpan, SpanKind } from '../telemetry/tracing.ts';
import type { Consumer } from './consumer.ts';
import type { ParkingLot } from './parking-lot.ts';

/** Pauses before the second, third … try of a message that failed. */
const RETRY_PAUSES_MS = [20, 100, 500];

const MAX_LINKS = 32;

export interface InboundObserver {
  handled(consumer: string, count: number, seconds: number): void;
  parked(consumer: string, event: Envelope, code: string, error: unknown): void;
}

export class Inbound {
  constructor(
    readonly consumer: Consumer,
    readonly lot: ParkingLot,
    private readonly observer: InboundObserver,
  ) {}

  /** Resolves when every event is done or parked; throws when the batch should be brought again. */
  async deliver(batch: readonly Envelope[]): Promise<void> {
    if (batch.length === 0) return;
    const heldBack = await this.lot.heldBack(batch.map(({ partitionKey }) => partitionKey));
    if (heldBack.size === 0) return this.handleAll(batch);
    const free: Envelope[] = [];
    for (const event of batch) {
      const waits = heldBack.has(event.partitionKey) && (await this.lot.parkBehind(event));
      if (!waits) free.push(event);
    }
    await this.handleAll(free);
  }

  /** Handles what is parked under the key, front first, until nothing is left or one fails again. Returns how many. */
  async redrive(partitionKey: string): Promise<number> {
    for (let count = 0; ; count += 1) {
      const front = await this.lot.front(partitionKey);
      if (front === undefined) return count;
      await this.handle([front.envelope]);
      await this.lot.release(front.position);
    }
  }

  private async handleAll(batch: readonly Envelope[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      await this.handle(batch);
    } catch (error) {
      if (isNotNow(error)) throw error;
      await this.handleEach(batch);
    }
  }

  private async handleEach(batch: readonly Envelope[]): Promise<void> {
    const stuck = new Set<string>();
    for (const event of batch) {
      if (stuck.has(event.partitionKey) && (await this.lot.parkBehind(event))) continue;
      const error = await this.tryOne(event);
      if (error === undefined) continue;
      const code = error instanceof AppError ? error.code : 'internal.bug';
      await this.lot.park(event, code, error.message);
      this.observer.parked(this.consumer.name, event, code, error);
      stuck.add(event.partitionKey);
    }
  }

  /** The error that remains after all tries, if one does. */
  private async tryOne(event: Envelope): Promise<Error | undefined> {
    for (const pauseMs of [...RETRY_PAUSES_MS, undefined]) {
      try {
        await this.handle([event]);
        return undefined;
      } catch (error) {
        if (isNotNow(error)) throw error;
        if (pauseMs === undefined || isHopeless(error))
          return error instanceof Error ? error : new Error(String(error));
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
    return undefined;
  }

  private async handle(batch: readonly Envelope[]): Promise<void> {
    const started = performance.now();
    const [first] = batch;
    const traces = [...new Set(batch.map(({ traceparent }) => traceparent))];
    await inSpan(
      `${this.consumer.name} consume`,
      {
        kind: SpanKind.CONSUMER,
        // Events of one trace continue it; a mixed batch starts a trace that links to all of theirs.
        ...(traces.length === 1 ? { parent: traces[0] } : { links: traces.slice(0, MAX_LINKS) }),
        attributes: {
          'messaging.consumer.group.name': this.consumer.name,
          'messaging.batch.message_count': batch.length,
          'messaging.operation.name': 'process',
          ...(first && { 'messaging.destination.name': nameOf(first) }),
        },
      },
      () => this.consumer.handle(batch),
    );
    faultPoint('before_ack');
    this.observer.handled(this.consumer.name, batch.length, (performance.now() - started) / 1_000);
  }
}

/** Nothing is wrong with the message: the same work may succeed in a while. */
export const isNotNow = (thrown: unknown): boolean => {
  const error = translated(thrown);
  return error instanceof AppError && error.kind === 'unavailable';
};

/** The same input will be refused again, whatever the time. */
const isHopeless = (error: unknown): boolean =>
  error instanceof AppError && (error.kind === 'invalid' || error.kind === 'forbidden');
