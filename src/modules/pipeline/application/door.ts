import { BOUNDS, LOWEST, type Size } from '../domain/lanes.ts';

/** One is read while the one before it is written. */
const MOST_INSIDE = 2;

interface Outside extends Size {
  readonly letIn: () => void;
}

/**
 * Batches of nothing but logs wait here, as the bytes that they came as, and few at a time are let in, in their order. Read, an
 * event is a dozen objects: a flood of them that waits is carried from place to place whenever garbage is collected, and
 * for so long everybody stands still. Bytes lie outside of that heap.
 */
export class Door {
  private readonly outside: Outside[] = [];
  private inside = 0;

  /** Whoever finds nobody waiting may always come, however much he brings. */
  hasRoom({ events, bytes }: Size): boolean {
    const most = BOUNDS[LOWEST];
    const { waiting } = this;
    return this.outside.length === 0 || (waiting.events + events <= most.events && waiting.bytes + bytes <= most.bytes);
  }

  get waiting(): Size {
    const sum = (of: keyof Size): number => this.outside.reduce((total, each) => total + each[of], 0);
    return { events: sum('events'), bytes: sum('bytes') };
  }

  /** Resolves when it may come in, with what it calls when it has gone. */
  enter(size: Size): Promise<() => void> {
    return new Promise((resolve) => {
      this.outside.push({ ...size, letIn: () => resolve(this.leave) });
      this.open();
    });
  }

  private readonly leave = (): void => {
    this.inside -= 1;
    this.open();
  };

  private open(): void {
    if (this.inside === MOST_INSIDE) return;
    const next = this.outside.shift();
    if (next === undefined) return;
    this.inside += 1;
    next.letIn();
  }
}
