/**
 * The last events that everybody saw, for those who come back: they read the outboxes by themselves until what they lack
 * is here, and then step in between two events, without a gap and without a second reading.
 */
import type { FeedEvent } from './feed-event.ts';
import type { FeedPlace } from './feed-place.ts';

export class FeedRecent {
  private events: FeedEvent[] = [];
  /** Of each outbox, everything after this is here. */
  private readonly floor: Map<string, bigint>;

  constructor(
    start: FeedPlace,
    private readonly most: number,
  ) {
    this.floor = new Map(start);
  }

  add(event: FeedEvent): void {
    this.events.push(event);
    if (this.events.length < 2 * this.most) return;
    // Half at a time: to take one from the front for each that is added would move all of them each time.
    for (const { log, position } of this.events.slice(0, this.most)) this.floor.set(log, position);
    this.events = this.events.slice(this.most);
  }

  /** What came after that place; undefined if some of it is here no longer. */
  since(place: FeedPlace): readonly FeedEvent[] | undefined {
    for (const [log, floor] of this.floor) if ((place.get(log) ?? 0n) < floor) return undefined;
    return this.events.filter(({ log, position }) => position > (place.get(log) ?? 0n));
  }
}
