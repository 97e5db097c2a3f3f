import { AppError } from '../../../shared/errors.ts';
import { LaneQueue, type Writers } from '../domain/lane-queue.ts';
import { type Lane, LANES, type Size } from '../domain/lanes.ts';

/** Seconds after which a lane that was full is worth another try. */
const RETRY_AFTER_SECONDS = 1;

/** Work waits here for its turn at a writer. */
export class Lanes {
  /** Whoever waits is called with what he calls when he is done. */
  private readonly queue: LaneQueue<(done: () => void) => void>;

  constructor(writers: Writers) {
    this.queue = new LaneQueue(writers);
  }

  hasRoom(lane: Lane, size: Size): boolean {
    return this.queue.hasRoom(lane, size);
  }

  /** Events that wait, by lane. */
  waiting(): readonly (readonly [Lane, number])[] {
    return LANES.map((lane) => [lane, this.queue.waiting(lane).events]);
  }

  /** Resolves with what the work gave, after its turn. It enters whether there is room or not: ask before. */
  async enter<Result>(lane: Lane, size: Size, work: () => Promise<Result>): Promise<Result> {
    const done = await new Promise<() => void>((resolve) => {
      this.queue.put(lane, resolve, size);
      this.serve();
    });
    try {
      return await work();
    } finally {
      done();
    }
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
