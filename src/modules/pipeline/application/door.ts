import { BOUNDS, LOWEST, type Size } from '../domain/lanes.ts';

/** One is read while the one before it is written. */
const MOST_INSIDE = 2;

interface Outside extends Size {
  readonly letIn: () => void;
}

/**
 * Batches of nothing but logs wait here, as the bytes that they came as, and few at a time are let in, in their order.
 * Read, an event is a dozen objects: a flood of them that waits is carried from place to place whenever garbage is
 * collected, and for so long everybody stands still. Bytes lie outside of that heap.
 */
export class Door {
  private readonly outside: Outside[] = [];
  private events = 0;
  private bytes = 0;
  private inside = 0;

  /** Whoever finds nobody waiting may always come, however much he brings. */
  hasRoom({ events, bytes }: Size): boolean {
    const most = BOUNDS[LOWEST];
    return this.events === 0 || (this.events + events <= most.events && this.bytes + bytes <= most.bytes);
  }

  get waiting(): Size {
    return { events: this.events, bytes: this.bytes };
  }

  /** Resolves when it may come in, with what it calls when it has gone. */
  enter({ events, bytes }: Size): Promise<() => void> {
    return new Promise((resolve) => {
      this.outside.push({ events, bytes, letIn: () => resolve(this.leave) });
      this.events += events;
      this.bytes += bytes;
      this.open();
    });
  }

  private readonly leave = (): void => {
    this.inside -= 1;
    this.open();
  };

  private open(): void {
    const next = this.inside < MOST_INSIDE ? this.outside.shift() : undefined;
    if (next === undefined) return;
    this.inside += 1;
    this.events -= next.events;
    this.bytes -= next.bytes;
    next.letIn();
  }
}
