import type { Clock } from '../../../shared/clock.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Lane } from '../domain/lanes.ts';
import type { EventReader } from '../ports/event-reader.ts';
import type { AnnounceEvents } from './announce-events.ts';
import { judge, type Refusal, type Times } from './judge-events.ts';
import { prepare, type Prepared } from './prepare-events.ts';

/** Events of a piece: what somebody more urgent waits for at most, well under a millisecond. */
const AT_ONCE = 16;

export interface ReadingParts {
  readonly reader: EventReader;
  readonly clock: Clock;
  readonly limits: Omit<Times, 'now'>;
  readonly stores: { readonly announce: AnnounceEvents };
}

/** A batch that is being read, a piece at a time. What came is forgotten as soon as it is prepared. */
export class Reading {
  readonly now: Instant;
  readonly lanes = new Map<Lane, Prepared[]>();
  readonly refusals: Refusal[] = [];
  private next = 0;

  constructor(
    private inputs: readonly unknown[],
    private readonly parts: ReadingParts,
  ) {
    this.now = parts.clock.now();
  }

  /** Reads the next few, and tells whether there are more. */
  piece(): boolean {
    const { reader, limits, stores } = this.parts;
    const few = this.inputs.slice(this.next, this.next + AT_ONCE);
    const { candidates, refusals } = judge(few, this.next, reader, { now: this.now, ...limits });
    for (const candidate of candidates)
      this.line(candidate.type.lane).push(prepare(candidate, stores.announce, this.now));
    this.refusals.push(...refusals);
    this.next += few.length;
    if (this.next < this.inputs.length) return true;
    this.inputs = [];
    return false;
  }

  /** The events of a lane keep their order. */
  private line(lane: Lane): Prepared[] {
    const line = this.lanes.get(lane);
    if (line !== undefined) return line;
    const made: Prepared[] = [];
    this.lanes.set(lane, made);
    return made;
  }
}
