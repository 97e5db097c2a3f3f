import type { WallClock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import { LaneQueue, type Writers } from '../domain/lane-queue.ts';
import { BOUNDS, FIRST, type Lane, LANES, LOWEST, type Size } from '../domain/lanes.ts';
import { Door } from './door.ts';

/** Seconds after which a lane that was full is worth another try. */
const RETRY_AFTER_SECONDS = 1;
/** Who comes ten times a second comes all the time: he finds the thread, the processor and the disk as he left them. */
const STILL_PRESSED_MS = 100;

/** Work waits here for its turn at a writer. */
export class Lanes {
  /** Where the least urgent waits before it is read. */
  readonly door = new Door();
  /** Whoever waits is called with what he calls when he is done. */
  private readonly queue: LaneQueue<(done: () => void) => void>;
  /** Events that are being read. */
  private readonly coming = new Map<Lane, number>(LANES.map((lane) => [lane, 0]));
  private pressing = 0;
  private pressedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    writers: Writers,
    private readonly wallClock: WallClock,
  ) {
    this.queue = new LaneQueue(writers);
  }

  hasRoom(lane: Lane, size: Size): boolean {
    return this.queue.hasRoom(lane, size);
  }

  /** As far as can be told before they are read: those that are being read will need room, too. */
  mayCome(lane: Lane, events: number): boolean {
    const coming = this.coming.get(lane) ?? 0;
    const within = this.queue.waiting(lane).events + coming + events <= BOUNDS[lane].events;
    return this.hasRoom(lane, { events, bytes: 0 }) && (coming === 0 || within);
  }

  /** To be told when they are read. */
  expect(lane: Lane, events: number): () => void {
    const more = (by: number): unknown => this.coming.set(lane, (this.coming.get(lane) ?? 0) + by);
    more(events);
    this.press(lane, 1);
    return () => {
      more(-events);
      this.press(lane, -1);
    };
  }

  /** Whether something of the most urgent lane is being read, waits or is being written, or was just now. */
  get isPressed(): boolean {
    return this.pressing > 0 || this.wallClock.nowMs() - this.pressedAtMs < STILL_PRESSED_MS;
  }

  /** Events that wait, by lane. */
  waiting(): readonly (readonly [Lane, number])[] {
    const outside = (lane: Lane): number => (lane === LOWEST ? this.door.waiting.events : 0);
    return LANES.map((lane) => [lane, this.queue.waiting(lane).events + outside(lane)]);
  }

  /** Resolves with what the work gave, after its turn. It enters whether there is room or not: ask before. */
  async enter<Result>(lane: Lane, size: Size, work: () => Promise<Result>): Promise<Result> {
    this.press(lane, 1);
    const done = await new Promise<() => void>((resolve) => {
      this.queue.put(lane, resolve, size);
      this.serve();
    });
    try {
      return await work();
    } finally {
      this.press(lane, -1);
      done();
    }
  }

  private press(lane: Lane, by: 1 | -1): void {
    if (lane !== FIRST) return;
    this.pressing += by;
    this.pressedAtMs = this.wallClock.nowMs();
  }

  private serve(): void {
    for (let turn = this.queue.next(); turn !== undefined; turn = this.queue.next()) {
      const over = turn;
      turn.item(() => {
        this.queue.done(over);
        this.serve();
      });
    }
  }
}

export const overloaded = (lane: Lane): AppError =>
  new AppError('unavailable', 'pipeline.overloaded', `the lane of ${lane} is full; send the batch again shortly`, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
