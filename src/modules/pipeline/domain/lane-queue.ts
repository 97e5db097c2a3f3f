/**
 * Who is next? Strictly the most urgent lane, but for a small share: a lane that was passed over so many times in a row
 * is served once, so that nobody starves. One writer is for money alone: whatever the others are busy with, money finds
 * it free, or busy with money. And logs have one writer at a time: a burst of orders finds another one, too. While money
 * is written, logs do not begin: they would take the processor and the disk from it, whoever holds the connection.
 *
 *     money ───────────────┐            ┌─▶ writer (money alone)
 *     conversions ─────────┤  the most  ├─▶ writer (no logs while the other has some)
 *     clicks ──────────────┤   urgent   └─▶ writer
 *     logs ────────────────┘  15 of 16
 */
import { BOUNDS, FIRST, type Lane, LANES, LOWEST, type Size } from './lanes.ts';

/** How many turns of others a lane waits through at most. */
export const PATIENCE = 15;

export interface Writers {
  /** For every lane. */
  readonly shared: number;
  /** For money alone; none where there are too few connections for that. */
  readonly reserved: number;
}

/** Two for all and one for money; fewer where there are few connections. One is always left to whoever only reads. */
export const writersFor = (connections: number): Writers => ({
  shared: Math.max(1, Math.min(2, connections - 2)),
  reserved: connections >= 3 ? 1 : 0,
});

interface Waiting<Item> extends Size {
  readonly item: Item;
}

/** What `done` is to be told when it is over. */
export interface Turn<Item> {
  readonly item: Item;
  readonly lane: Lane;
  readonly writer: 'shared' | 'reserved';
}

class Line<Item> {
  private items: Waiting<Item>[] = [];
  private first = 0;
  events = 0;
  bytes = 0;
  passedOver = 0;

  get isEmpty(): boolean {
    return this.first === this.items.length;
  }

  put(waiting: Waiting<Item>): void {
    this.items.push(waiting);
    this.events += waiting.events;
    this.bytes += waiting.bytes;
  }

  take(): Item | undefined {
    const next = this.items[this.first];
    if (next === undefined) return undefined;
    this.first += 1;
    this.events -= next.events;
    this.bytes -= next.bytes;
    this.passedOver = 0;
    if (this.first > 1_000 || this.isEmpty) {
      this.items = this.items.slice(this.first);
      this.first = 0;
    }
    return next.item;
  }
}

/** Bounded lines, and whose turn it is. Knows no time and does no work. */
export class LaneQueue<Item> {
  private readonly lines = new Map<Lane, Line<Item>>(LANES.map((lane) => [lane, new Line<Item>()]));
  private readonly free: { shared: number; reserved: number };
  private readonly mostLogs: number;
  /** Turns under way. */
  private readonly turns = new Map<Lane, number>(LANES.map((lane) => [lane, 0]));

  constructor(
    { shared, reserved }: Writers,
    private readonly bounds: Readonly<Record<Lane, Size>> = BOUNDS,
  ) {
    this.free = { shared, reserved };
    this.mostLogs = Math.max(1, shared - 1);
  }

  /** Whoever finds nobody waiting may always come, however much he brings. */
  hasRoom(lane: Lane, { events, bytes }: Size): boolean {
    const line = this.line(lane);
    const most = this.bounds[lane];
    return line.isEmpty || (line.events + events <= most.events && line.bytes + bytes <= most.bytes);
  }

  put(lane: Lane, item: Item, size: Size): void {
    this.line(lane).put({ item, ...size });
  }

  waiting(lane: Lane): Size {
    const { events, bytes } = this.line(lane);
    return { events, bytes };
  }

  /** The next to be served, by a writer that is free for it; none when nobody waits or nobody is free. */
  next(): Turn<Item> | undefined {
    const lane = this.free.shared > 0 ? this.mostUrgent() : undefined;
    if (lane !== undefined) return this.serve(lane, 'shared');
    if (this.free.reserved > 0 && !this.line(FIRST).isEmpty) return this.serve(FIRST, 'reserved');
    return undefined;
  }

  done({ lane, writer }: Pick<Turn<unknown>, 'lane' | 'writer'>): void {
    this.free[writer] += 1;
    this.turns.set(lane, this.turnsOf(lane) - 1);
  }

  /** Money takes its own writer first, and leaves the shared ones to those who have no other. */
  private mostUrgent(): Lane | undefined {
    const waiting = LANES.filter((lane) => !this.line(lane).isEmpty && (lane !== LOWEST || this.mayBegin(LOWEST)));
    const starving = waiting.find((lane) => this.line(lane).passedOver >= PATIENCE);
    if (starving !== undefined) return starving;
    const [first] = waiting;
    return first === FIRST && this.free.reserved > 0 ? undefined : first;
  }

  private mayBegin(lowest: Lane): boolean {
    if (this.turnsOf(lowest) >= this.mostLogs) return false;
    return this.turnsOf(FIRST) === 0 || this.line(lowest).passedOver >= PATIENCE;
  }

  private serve(lane: Lane, writer: Turn<Item>['writer']): Turn<Item> | undefined {
    const item = this.line(lane).take();
    if (item === undefined) return undefined;
    this.free[writer] -= 1;
    this.turns.set(lane, this.turnsOf(lane) + 1);
    for (const other of LANES)
      if (other !== lane && (writer === 'shared' || other === LOWEST) && !this.line(other).isEmpty)
        this.line(other).passedOver += 1;
    return { item, lane, writer };
  }

  private turnsOf(lane: Lane): number {
    return this.turns.get(lane) ?? 0;
  }

  private line(lane: Lane): Line<Item> {
    const line = this.lines.get(lane);
    if (line === undefined) throw new Error(`no lane ${lane}`);
    return line;
  }
}
