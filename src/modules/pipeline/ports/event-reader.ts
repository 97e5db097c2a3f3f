import type { Fault } from '../../../shared/errors.ts';
import type { EventType } from '../domain/event-types.ts';
import type { Lane } from '../domain/lanes.ts';
import type { IncomingEvent } from '../index.ts';

export interface ReadEvent {
  readonly event: IncomingEvent;
  readonly type: EventType;
  /** Its data as JSON, in the order it came. */
  readonly content: string;
}

export type Reading = ReadEvent | { readonly faults: readonly Fault[] };

/** Tells an event from anything else. */
export abstract class EventReader {
  /** One event of a batch, checked by itself. Pointers start at the event. */
  abstract read(input: unknown): Reading;
  /** How urgent it is, as far as its type tells at first sight. */
  abstract laneOf(input: unknown): Lane | undefined;
  /** Why events cannot be checked against that schema; undefined when they can. */
  abstract whyUnusable(schema: object): string | undefined;
}
