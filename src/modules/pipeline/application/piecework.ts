import { type Lane, LANES } from '../domain/lanes.ts';

/** Does a piece, and tells whether there is more. */
export type Piece = () => boolean;

interface Work {
  readonly piece: Piece;
  readonly done: (error?: unknown) => void;
}

/**
 * Long work on the one thread there is, a piece at a time. Between two pieces everybody else is served, and the next
 * piece is of the most urgent work that waits: ten orders are not held up by a thousand logs. Within a lane, what came
 * first is finished first: half of a batch costs memory and helps nobody.
 */
export class Piecework {
  private readonly lines = new Map<Lane, Work[]>(LANES.map((lane) => [lane, []]));
  private isUnderWay = false;

  /** `later`: calls after everybody else who has something to do was served. */
  constructor(private readonly later: (call: () => void) => void) {}

  /** The first piece is done at once when nobody waits: small work never does. Throws what a piece threw. */
  run(lane: Lane, piece: Piece): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error?: unknown): void => {
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error('a piece of work failed', { cause: error }));
      };
      this.lines.get(lane)?.push({ piece, done });
      if (!this.isUnderWay) this.next();
    });
  }

  private readonly next = (): void => {
    const line = this.mostUrgent();
    const [work] = line ?? [];
    this.isUnderWay = work !== undefined;
    if (line === undefined || work === undefined) return;
    if (!this.hasMore(work)) line.shift();
    if (this.mostUrgent() === undefined) this.isUnderWay = false;
    else this.later(this.next);
  };

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
