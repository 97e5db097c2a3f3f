/**
 * One who watches events. Whoever comes back first reads from the outboxes what they missed, as fast as they take it,
 * then joins the others; from then on a buffer is between them and the follower. Who is too slow for it loses the oldest,
 * and is told how many. The events that wait are shared by all who wait for them; written out for one client is only a
 * piece at a time, for there may be many who take nothing.
 */
import type { WallClock } from '../../../../shared/clock.ts';
import { FeedBuffer } from '../../domain/feed-buffer.ts';
import { type FeedEvent, feedEvent } from '../../domain/feed-event.ts';
import type { FeedFilter } from '../../domain/feed-filter.ts';
import { type FeedPlace, placeText } from '../../domain/feed-place.ts';
import type { FeedFollower, FeedLog, FeedWatcher, Watch } from './feed-follower.ts';
import { FeedStream, GOODBYE, HELLO } from './feed-stream.ts';

const HEARTBEAT_MS = 15_000;
/** Events in one look at an outbox, for who comes back. */
const BATCH = 100;
const ROOM = { events: 1_000, characters: 1_000_000 };
/** Characters of one piece, or one event. */
const PIECE = 65_536;

export class FeedEvents extends FeedStream implements FeedWatcher {
  private readonly buffer = new FeedBuffer(ROOM);
  /** What they have, or have no wish for. */
  private readonly place = new Map<string, bigint>();
  private watch: Watch | undefined;
  private hasJoined = false;
  /** What they lacked when they joined is being shown; only then is the buffer's turn. */
  private catchesUp = false;

  private constructor(
    private readonly filter: FeedFilter,
    wallClock: WallClock,
    follower: FeedFollower,
  ) {
    super(wallClock, () => {
      if (this.watch) follower.leave(this.watch, this);
    });
  }

  /** From now on, or from where they were. Throws `pipeline.feed_closed`, `pipeline.feed_full`. */
  static async open(
    follower: FeedFollower,
    wallClock: WallClock,
    filter: FeedFilter,
    from?: FeedPlace,
  ): Promise<FeedEvents> {
    const events = new FeedEvents(filter, wallClock, follower);
    events.watch = await follower.enter(events);
    try {
      await events.begin(events.watch, from);
      return events;
    } catch (error) {
      follower.leave(events.watch, events);
      throw error;
    }
  }

  hear(event: FeedEvent): void {
    if (!this.hasJoined || event.position <= (this.place.get(event.log) ?? 0n) || !this.filter(event)) return;
    this.buffer.add(event);
    this.wake();
  }

  passed(log: string, upTo: bigint): void {
    if (this.hasJoined && !this.catchesUp && this.buffer.isEmpty) this.moveTo(log, upTo);
  }

  protected async *frames(): AsyncGenerator<string> {
    yield HELLO + this.markOf();
    while (this.goesOn) {
      if (!this.hasJoined) yield* this.missed();
      else if (!this.buffer.isEmpty) yield this.taken();
      else if (!(await this.woken(HEARTBEAT_MS))) yield `:\n${this.markOf()}`;
    }
    yield GOODBYE;
  }

  private async begin({ logs, at }: Watch, from: FeedPlace | undefined): Promise<void> {
    this.hasJoined = from === undefined;
    if (from === undefined) for (const [log, position] of at) this.place.set(log, position);
    else for (const log of logs) this.place.set(log.schema, await this.startOf(log, from));
  }

  /** A place beyond the end is of another database, or of one that was set back: they go on from now. */
  private async startOf(log: FeedLog, from: FeedPlace): Promise<bigint> {
    const [place, end] = [from.get(log.schema) ?? 0n, await log.end()];
    return place < end ? place : end;
  }

  private async *missed(): AsyncGenerator<string> {
    for (const log of this.watch?.logs ?? []) {
      const { events, upTo } = await log.read(this.place.get(log.schema) ?? 0n, BATCH);
      yield* this.pieces(events.map(({ position, event }) => feedEvent(log.schema, position, event)));
      this.moveTo(log.schema, upTo);
    }
    const lacking = this.watch?.since(this.place);
    if (lacking === undefined) return;
    // In one step with what they lack, between two events of the follower.
    this.hasJoined = true;
    this.catchesUp = true;
    yield* this.pieces(lacking);
    this.catchesUp = false;
  }

  private taken(): string {
    const { missed, events } = this.buffer.take(PIECE);
    const gap = missed > 0 ? `event: gap\ndata: {"missed":${missed}}\n\n` : '';
    return gap + events.map((event) => this.frameOf(event)).join('');
  }

  /** Each is written when the one before it was taken. */
  private *pieces(events: readonly FeedEvent[]): Generator<string> {
    let piece = '';
    for (const event of events) {
      if (!this.filter(event)) continue;
      piece += this.frameOf(event);
      if (piece.length < PIECE) continue;
      yield piece;
      piece = '';
    }
    if (piece !== '') yield piece;
  }

  private frameOf(event: FeedEvent): string {
    this.moveTo(event.log, event.position);
    return `id: ${placeText(this.place)}\nevent: ${event.type}\ndata: ${event.text()}\n\n`;
  }

  /** An id alone is no event to a client, and still what it comes back with. */
  private markOf(): string {
    return `id: ${placeText(this.place)}\n\n`;
  }

  private moveTo(log: string, position: bigint): void {
    if (position > (this.place.get(log) ?? 0n)) this.place.set(log, position);
  }
}
