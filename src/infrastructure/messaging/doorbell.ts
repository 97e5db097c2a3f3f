/**
 * Says that an outbox has something new, or that a job has something to do, so that nobody has to look all the time. A
 * ring from another process may get lost: whoever waits also looks by itself now and then.
 */
export abstract class Doorbell {
  abstract ring(name: string): void;
  /** Hears rings for those names from now on, also while nobody waits. */
  abstract listen(names: readonly string[]): Bell;
}

export interface Bell {
  /** What rang since the last answer; if nothing did, what rings next, or nothing after `timeoutMs` or at the signal. */
  next(timeoutMs: number, signal: AbortSignal): Promise<ReadonlySet<string>>;
  hangUp(): void;
}

class LocalBell implements Bell {
  private rung = new Set<string>();
  private wake: (() => void) | undefined;

  constructor(
    private readonly names: ReadonlySet<string>,
    readonly hangUp: () => void,
  ) {}

  hear(name: string): void {
    if (!this.names.has(name)) return;
    this.rung.add(name);
    this.wake?.();
  }

  async next(timeoutMs: number, signal: AbortSignal): Promise<ReadonlySet<string>> {
    if (this.rung.size === 0 && !signal.aborted) await this.silence(timeoutMs, signal);
    const { rung } = this;
    this.rung = new Set();
    return rung;
  }

  private silence(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.wake = undefined;
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener('abort', wake);
      this.wake = wake;
    });
  }
}

export class LocalDoorbell extends Doorbell {
  private readonly bells = new Set<LocalBell>();

  ring(name: string): void {
    for (const bell of this.bells) bell.hear(name);
  }

  listen(names: readonly string[]): Bell {
    const bell: LocalBell = new LocalBell(new Set(names), () => {
      this.bells.delete(bell);
    });
    this.bells.add(bell);
    return bell;
  }
}
