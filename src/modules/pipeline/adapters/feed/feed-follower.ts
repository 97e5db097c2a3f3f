/**
 * Follows every outbox for all who watch in this process, while anybody does. It keeps no cursor: who watches knows where
 * they are, and nothing of ours waits for them.
 *
 *   outboxes ──▶ one follower ──▶ the last events, for those who come back
 *                     └─────────▶ each who watches: a buffer that overflows, or a few counters
 */
import type { Doorbell } from '../../../../infrastructure/messaging/doorbell.ts';
import { pause } from '../../../../infrastructure/pause.ts';
import type { OutboxReader } from '../../../../infrastructure/postgres/outbox-reader.ts';
import type { Service, Trouble } from '../../../../infrastructure/service.ts';
import { AppError } from '../../../../shared/errors.ts';
import { type FeedEvent, feedEvent } from '../../domain/feed-event.ts';
import type { FeedPlace } from '../../domain/feed-place.ts';
import { FeedRecent } from '../../domain/feed-recent.ts';

export type FeedLog = Pick<OutboxReader, 'schema' | 'end' | 'read'>;

/** Told in the middle of other work: they note it, and do theirs later. */
export interface FeedWatcher {
  hear(event: FeedEvent): void;
  /** Everything up to there has been told. */
  passed(log: string, upTo: bigint): void;
  end(): void;
}

export interface FeedParts {
  /** Known when the first one watches. */
  readonly logs: () => readonly FeedLog[];
  readonly doorbell: Doorbell;
  readonly trouble: Trouble;
}

/** More than any house has screens; each costs a connection and a buffer. */
const MOST_WATCHERS = 100;
/** Events in one look at an outbox. */
const BATCH = 500;
/** For those who come back to step in; twice as many at most. */
const MOST_RECENT = 500;
/** How long to wait for a ring before looking anyway. */
const POLL_MS = 500;
const BACK_OFF_MS = 1_000;

export class FeedFollower implements Service {
  readonly name = 'feed';
  readonly roles = ['api'] as const;
  private stop: AbortSignal | undefined;
  private watch: Watch | undefined;
  private readonly ending = new Set<Promise<void>>();

  constructor(private readonly parts: FeedParts) {}

  start(stop: AbortSignal): Promise<void> {
    this.stop = stop;
    stop.addEventListener('abort', () => {
      for (const watcher of this.watch?.watchers ?? []) watcher.end();
      this.endWatch();
    });
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await Promise.all(this.ending);
  }

  /**
   * From now on; until `leave`. Answers what is being followed, and how far. Throws `pipeline.feed_closed`,
   * `pipeline.feed_full`.
   */
  async enter(watcher: FeedWatcher): Promise<Watch> {
    if (this.stop === undefined || this.stop.aborted) throw closed();
    const watch = (this.watch ??= this.begin());
    if (watch.watchers.size >= MOST_WATCHERS) throw full();
    watch.watchers.add(watcher);
    try {
      await watch.ready;
      return watch;
    } catch (error) {
      this.leave(watch, watcher);
      throw error;
    }
  }

  leave(watch: Watch, watcher: FeedWatcher): void {
    watch.watchers.delete(watcher);
    if (watch.watchers.size === 0 && this.watch === watch) this.endWatch();
  }

  /** How many watch; for tests and curious people. */
  get watching(): number {
    return this.watch?.watchers.size ?? 0;
  }

  private begin(): Watch {
    const watch = new Watch(this.parts);
    const over: Promise<void> = watch.follow().finally(() => this.ending.delete(over));
    this.ending.add(over);
    return watch;
  }

  private endWatch(): void {
    this.watch?.end();
    this.watch = undefined;
  }
}

/** From the first who comes to the last who leaves. */
export class Watch {
  readonly watchers = new Set<FeedWatcher>();
  readonly logs: readonly FeedLog[];
  /** Everybody may step in. Throws what the database threw. */
  readonly ready: Promise<void>;
  private readonly over = new AbortController();
  private readonly place = new Map<string, bigint>();
  private recent = new FeedRecent(new Map(), MOST_RECENT);

  constructor(private readonly parts: FeedParts) {
    this.logs = parts.logs();
    this.ready = this.findPlace();
  }

  /** How far everybody has read. */
  get at(): FeedPlace {
    return this.place;
  }

  /** What everybody was told after that place; undefined while some of it is only in the outboxes. */
  since(place: FeedPlace): readonly FeedEvent[] | undefined {
    return this.recent.since(place);
  }

  end(): void {
    this.over.abort();
  }

  async follow(): Promise<void> {
    const { signal } = this.over;
    const bell = this.parts.doorbell.listen(this.logs.map(({ schema }) => schema));
    try {
      await this.ready;
      let look = this.logs;
      while (!signal.aborted) {
        const moved = await this.lookAt(look);
        const rung = await bell.next(moved.size > 0 ? 0 : POLL_MS, signal);
        const wanted = this.logs.filter(({ schema }) => moved.has(schema) || rung.has(schema));
        look = wanted.length > 0 ? wanted : this.logs;
      }
    } catch {
      // Whoever wanted to step in is told why; the next to come begins anew.
    } finally {
      bell.hangUp();
    }
  }

  private async findPlace(): Promise<void> {
    for (const log of this.logs) this.place.set(log.schema, await log.end());
    this.recent = new FeedRecent(this.place, MOST_RECENT);
  }

  /** A batch of each; where there was anything. An outbox that cannot be read now is read later. */
  private async lookAt(logs: readonly FeedLog[]): Promise<ReadonlySet<string>> {
    const moved = new Set<string>();
    try {
      for (const log of logs) if (!this.over.signal.aborted && (await this.tell(log))) moved.add(log.schema);
    } catch (error) {
      this.parts.trouble.report('feed', error);
      await pause(BACK_OFF_MS, this.over.signal);
    }
    return moved;
  }

  private async tell(log: FeedLog): Promise<boolean> {
    const { events, upTo } = await log.read(this.place.get(log.schema) ?? 0n, BATCH);
    for (const { position, event } of events) {
      const shown = feedEvent(log.schema, position, event);
      this.recent.add(shown);
      for (const watcher of this.watchers) watcher.hear(shown);
    }
    this.place.set(log.schema, upTo);
    for (const watcher of this.watchers) watcher.passed(log.schema, upTo);
    return events.length > 0;
  }
}

const closed = (): AppError =>
  new AppError('unavailable', 'pipeline.feed_closed', 'this process shows no feed, or stops; connect again', {
    retryAfterSeconds: 1,
  });

const full = (): AppError =>
  new AppError('unavailable', 'pipeline.feed_full', `${MOST_WATCHERS} watch already; try again later`, {
    retryAfterSeconds: 5,
  });
