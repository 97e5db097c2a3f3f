/**
 * Says that an outbox has something new, so that nobody has to look all the time. A ring may get lost: whoever waits
 * for it also looks by itself now and then.
 */
export abstract class Doorbell {
  abstract ring(schema: string): void;
  /** Resolves at the next ring for one of the schemas, after `timeoutMs`, or when the signal aborts. */
  abstract wait(schemas: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<void>;
}

export class LocalDoorbell extends Doorbell {
  private readonly waiting = new Set<{ readonly schemas: ReadonlySet<string>; readonly wake: () => void }>();

  ring(schema: string): void {
    for (const waiter of this.waiting) if (waiter.schemas.has(schema)) waiter.wake();
  }

  wait(schemas: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.waiting.delete(waiter);
        resolve();
      };
      const waiter = { schemas: new Set(schemas), wake };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener('abort', wake);
      this.waiting.add(waiter);
    });
  }
}
