/** One who watches how much there is: what happened in the last second, by type and lane. */
import { instantAt } from '../../../../shared/instant.ts';
import type { WallClock } from '../../../../shared/clock.ts';
import type { FeedEvent } from '../../domain/feed-event.ts';
import type { FeedFilter } from '../../domain/feed-filter.ts';
import type { FeedFollower, FeedWatcher, Watch } from './feed-follower.ts';
import { FeedStream, GOODBYE, HELLO } from './feed-stream.ts';

const TICK_MS = 1_000;

interface Count {
  readonly type: string;
  readonly lane: string | null;
  events: number;
}

export class FeedCounters extends FeedStream implements FeedWatcher {
  private counts = new Map<string, Count>();
  private watch: Watch | undefined;

  private constructor(
    private readonly filter: FeedFilter,
    wallClock: WallClock,
    follower: FeedFollower,
  ) {
    super(wallClock, () => {
      if (this.watch) follower.leave(this.watch, this);
    });
  }

  /** Throws `pipeline.feed_closed`, `pipeline.feed_full`. */
  static async open(follower: FeedFollower, wallClock: WallClock, filter: FeedFilter): Promise<FeedCounters> {
    const counters = new FeedCounters(filter, wallClock, follower);
    counters.watch = await follower.enter(counters);
    return counters;
  }

  hear(event: FeedEvent): void {
    if (!this.filter(event)) return;
    const { type, lane } = event;
    const count = this.counts.get(type) ?? { type, lane, events: 0 };
    count.events += 1;
    this.counts.set(type, count);
  }

  passed(): void {
    // A count has no place to come back to.
  }

  /** A client that takes a second late finds two in one: `from` and `to` say so. */
  protected async *frames(): AsyncGenerator<string> {
    yield `${HELLO}\n`;
    for (let from = this.wallClock.nowMs(); this.goesOn;) {
      if (await this.woken(TICK_MS)) continue;
      const to = this.wallClock.nowMs();
      const counts = [...this.counts.values()];
      this.counts = new Map();
      yield `event: counters\ndata: ${JSON.stringify({ from: instantAt(from), to: instantAt(to), counts })}\n\n`;
      from = to;
    }
    yield GOODBYE;
  }
}
