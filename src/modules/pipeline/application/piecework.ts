import { type Lane, LANES, LOWEST } from '../domain/lanes.ts';

/** Does a piece, and tells whether there is more. */
export type Piece = () => boolean;

interface Work {
  readonly piece: Piece;
  readonly done: (error?: unknown) => void;
}

export interface Manners {
  /** Calls after everybody else who has something to do was served. */
  readonly later: (call: () => void) => void;
  /** Calls after a while in which others have the thread, unless what it returns is called before. */
  readonly afterARest: (call: () => void) => () => void;
  /** Whether somebody is on the way, or comes all the time, whom the least urgent must not hold up. */
  readonly isPressed: () => boolean;
}

/**
 * Long work on the one thread there is, a piece at a time. Between two pieces everybody else is served, and the next
 * piece is of the most urgent work that waits: ten orders are not held up by a thousand logs. Within a lane, what came
 * first is finished first: half of a batch costs memory and helps nobody. While money is on its way, from its reading to its
 * answer and a moment longer, logs rest after each piece and get a tenth of the thread: whatever the steps of money wait
 * for, the thread, the processor and the disk are free for the next.
 */
export class Piecework {
  private readonly lines = new Map<Lane, Work[]>(LANES.map((lane) => [lane, []]));
  private isUnderWay = false;
  private callOff: (() => void) | undefined;

  constructor(private readonly manners: Manners) {}

  /** The first piece is done at once when nobody waits: small work never does. Throws what a piece threw. */
  run(lane: Lane, piece: Piece): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error?: unknown): void => {
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error('a piece of work failed', { cause: error }));
      };
      this.lines.get(lane)?.push({ piece, done });
      if (lane !== LOWEST) this.wake();
      if (!this.isUnderWay) this.next();
    });
  }

  /** Whoever is more urgent than those who rest does not wait for them. */
  private wake(): void {
    if (this.callOff === undefined) return;
    this.callOff();
    this.callOff = undefined;
    this.isUnderWay = false;
  }

  private readonly next = (): void => {
    this.callOff = undefined;
    const line = this.mostUrgent();
    const [work] = line ?? [];
    this.isUnderWay = work !== undefined;
    if (line === undefined || work === undefined) return;
    if (!this.hasMore(work)) line.shift();
    this.goOn();
  };

  private goOn(): void {
    const { later, afterARest, isPressed } = this.manners;
    const line = this.mostUrgent();
    if (line === undefined) this.isUnderWay = false;
    else if (line === this.lines.get(LOWEST) && isPressed()) this.callOff = afterARest(this.next);
    else later(this.next);
  }

  private hasMore({ piece, done }: Work): boolean {
    try {
      if (piece()) return true;
      done();
    } catch (error) {
      done(error);
    }
    return false;
  }

  private mostUrgent(): Work[] | undefined {
    const lane = LANES.find((each) => this.lines.get(each)?.length !== 0);
    return lane && this.lines.get(lane);
  }
}
