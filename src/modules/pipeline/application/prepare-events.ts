import { digest, digestOfText } from '../../../shared/digest.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Announcement } from '../../../shared/outbox.ts';
import type { Size } from '../domain/lanes.ts';
import type { IncomingEvent } from '../index.ts';
import type { AcceptedKey } from '../ports/accepted-events.ts';
import { dayOf } from '../ports/day-partitions.ts';
import type { SeenKey } from '../ports/seen-events.ts';
import type { AnnounceEvents } from './announce-events.ts';
import type { Candidate } from './judge-events.ts';

/**
 * An event that only waits to be written: what it is known by, and what will be told of it. Thousands wait at a time, and
 * the event as it was read is a dozen objects that the garbage collector would have to carry from place to place.
 */
export interface Prepared {
  readonly index: number;
  readonly id: string;
  readonly bytes: number;
  /** By which it is known for ever, or as long as its day is kept. */
  readonly key: { readonly lasting: AcceptedKey } | { readonly passing: SeenKey };
  readonly announcement: Announcement;
}

export const prepare = (candidate: Candidate, announce: AnnounceEvents, now: Instant): Prepared => {
  const { index, event, type, content } = candidate;
  return {
    index,
    id: event.id,
    bytes: content.length,
    key: type.builtIn ? { lasting: acceptedKey(event) } : { passing: seenKey(candidate) },
    announcement: announce.run(candidate, now),
  };
};

export const sizeOf = (events: readonly { readonly bytes: number }[]): Size => ({
  events: events.length,
  bytes: events.reduce((sum, { bytes }) => sum + bytes, 0),
});

/** Of the event as it was first known, so that what was accepted long ago is still recognised. */
const acceptedKey = (event: IncomingEvent): AcceptedKey => ({
  source: event.source,
  id: event.id,
  digest: digest(contentOf(event)),
});

const contentOf = ({ id, source, type, programId, subject, time, data }: IncomingEvent): object => ({
  id,
  source,
  type,
  programId,
  subject,
  time,
  data,
});

/** Without the version it was judged by, which may be another when it comes again. */
const seenKey = ({ event, content }: Candidate): SeenKey => ({
  day: dayOf(event.time),
  source: event.source,
  id: event.id,
  digest: digestOfText(`${event.type}\n${event.programId ?? ''}\n${event.time}\n${event.subject ?? ''}\n${content}`),
});
