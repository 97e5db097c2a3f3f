import type { Fault } from '../../../shared/errors.ts';
import type { EventType } from '../domain/event-types.ts';
import type { IncomingEvent } from '../index.ts';

export type Reading =
  { readonly event: IncomingEvent; readonly type: EventType } | { readonly faults: readonly Fault[] };

/** Tells an event from anything else. */
export abstract class EventReader {
  /** One event of a batch, checked by itself. Pointers start at the event. */
  abstract read(input: unknown): Reading;
}
