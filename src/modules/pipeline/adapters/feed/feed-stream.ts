/** What all streams of server-sent events share (WHATWG HTML, section 9.2): how they wait, how they end. */
import { pause } from '../../../../infrastructure/pause.ts';
import type { WallClock } from '../../../../shared/clock.ts';

/** How soon a client may come back after its connection is lost. */
const RETRY_MS = 2_000;
/** Then it shows its token anew: a connection must not outlive what it was allowed by for long. */
const LONGEST_MS = 3_600_000;

export const HELLO = `retry: ${RETRY_MS}\n`;
export const GOODBYE = ': come back, and go on from the last id\n\n';

export abstract class FeedStream implements AsyncIterable<string> {
  private isOver = false;
  private sleep: AbortController | undefined;
  private readonly untilMs: number;

  constructor(
    protected readonly wallClock: WallClock,
    private readonly left: () => void,
  ) {
    this.untilMs = wallClock.nowMs() + LONGEST_MS;
  }

  protected abstract frames(): AsyncGenerator<string>;

  /** `return` wakes it, so that a client who leaves is forgotten at once. */
  [Symbol.asyncIterator](): AsyncIterator<string> {
    const frames = this.frames();
    return {
      next: () => frames.next(),
      return: () => {
        this.end();
        this.left();
        return frames.return(undefined);
      },
    };
  }

  end(): void {
    this.isOver = true;
    this.wake();
  }

  protected get goesOn(): boolean {
    return !this.isOver && this.wallClock.nowMs() < this.untilMs;
  }

  protected wake(): void {
    this.sleep?.abort();
  }

  /** Until `wake`; false if that did not happen for so long. */
  protected async woken(timeoutMs: number): Promise<boolean> {
    const { signal } = (this.sleep = new AbortController());
    if (!this.isOver) await pause(timeoutMs, signal);
    return signal.aborted;
  }
}
