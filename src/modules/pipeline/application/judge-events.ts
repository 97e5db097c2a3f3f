import type { Fault } from '../../../shared/errors.ts';
import { epochMs, type Instant, instantAt, plusDays } from '../../../shared/instant.ts';
import type { EventReader, ReadEvent } from '../ports/event-reader.ts';

export interface Candidate extends ReadEvent {
  readonly index: number;
}

export interface Refusal {
  readonly index: number;
  readonly id: string | null;
  readonly faults: readonly Fault[];
  /** What came, where it is worth keeping. */
  readonly input?: object;
}

export interface Judged {
  readonly candidates: readonly Candidate[];
  readonly refusals: readonly Refusal[];
}

export interface Times {
  readonly now: Instant;
  readonly futureToleranceMs: number;
  /** How long ids of types without a contract of their own are remembered. */
  readonly seenDays: number;
}

/** Each event by itself, by what is known of its type; nothing is looked up. The first one's place in its batch is `from`. */
export const judge = (inputs: readonly unknown[], from: number, reader: EventReader, times: Times): Judged => {
  const candidates: Candidate[] = [];
  const refusals: Refusal[] = [];
  const latest = instantAt(epochMs(times.now) + times.futureToleranceMs);
  // A day that is about to be forgotten takes nothing any more: it could be forgotten before it is repeated.
  const earliest = plusDays(times.now, 1 - times.seenDays);
  for (const [nth, input] of inputs.entries()) {
    const index = from + nth;
    const reading = reader.read(input);
    if ('faults' in reading) {
      refusals.push({ index, id: idOf(input), faults: reading.faults, ...(isEvent(input) && { input }) });
    } else if (reading.event.time > latest) {
      refusals.push({ index, id: reading.event.id, faults: [tooEarly(times.now)], ...(isEvent(input) && { input }) });
    } else if (!reading.type.builtIn && reading.event.time < earliest) {
      refusals.push({ index, id: reading.event.id, faults: [tooOld(times.seenDays)] });
    } else {
      const { event, type, content } = reading;
      candidates.push({ index, event, type, content });
    }
  }
  return { candidates, refusals };
};

/** A line that was no JSON is text that nobody can judge again. */
const isEvent = (input: unknown): input is object =>
  typeof input === 'object' && input !== null && !Array.isArray(input) && !(input instanceof Unreadable);

/** Stands in a batch for what could not be read as JSON. */
export class Unreadable {
  constructor(readonly detail: string) {}
}

const idOf = (input: unknown): string | null =>
  typeof input === 'object' && input !== null && 'id' in input && typeof input.id === 'string'
    ? input.id.slice(0, 200)
    : null;

const tooEarly = (now: Instant): Fault => ({
  pointer: '/time',
  code: 'pipeline.time_in_future',
  detail: `is later than now (${now}) by more than we tolerate; check the clock, or send it when it has happened`,
});

const tooOld = (days: number): Fault => ({
  pointer: '/time',
  code: 'pipeline.time_too_old',
  detail: `is more than ${days - 1} days ago: it could not be told from an event that was taken long ago`,
});
