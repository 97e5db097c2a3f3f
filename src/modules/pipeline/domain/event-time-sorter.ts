/**
 * Puts events in the order in which they happened. They come from several sources, each in an order of its own, and
 * some come late.
 *
 *     source A  ──12:01──12:04──12:03──▶  highest 12:04, watermark 12:04 - lateness ┐
 *     source B  ──11:58──12:02─────────▶  highest 12:02, watermark 12:02 - lateness ┴─▶ the lowest is everybody's
 *
 * A watermark says: nothing older is expected. What lies before the lowest of them comes out, ordered by time, source
 * and id. An event that is older than what came out already comes out at once, marked late. A source that says nothing
 * lets its watermark go on with the wall clock, up to its last event, and then holds up nobody until it speaks again.
 *
 * At every moment exactly the events before `watermark` have come out; the archive's exactly-once relies on it.
 */
import { EventTimeHeap } from './event-time-heap.ts';

/** Whatever has a place in the total order. */
export interface Timed {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly source: string;
  readonly id: string;
}

export interface SorterOptions {
  /** How long after a younger one of its source an event may come and still be in time. */
  readonly latenessMs: number;
  /** Events held back at most; at more, the oldest are let out early. */
  readonly most: number;
}

interface Source {
  highest: number;
  /** When it spoke last, by the wall clock. */
  heardAt: number;
  /** There is more of it to read: it is not silent, we are slow. */
  isBehind: boolean;
}

export const isBefore = (one: Timed, other: Timed): boolean => {
  if (one.at !== other.at) return one.at < other.at;
  if (one.source !== other.source) return one.source < other.source;
  return one.id < other.id;
};

/** What stays when the oldest had to go early, of the most there may be. */
const AFTER_RELIEF = 0.75;

export class EventTimeSorter<Item extends Timed> {
  private readonly held = new EventTimeHeap<Item>(isBefore);
  private readonly sources = new Map<string, Source>();
  private bound = Number.NEGATIVE_INFINITY;
  private early = 0;

  constructor(private readonly options: SorterOptions) {}

  /** Everything before it has come out; only ever grows. */
  get watermark(): number {
    return this.bound;
  }

  /** Events let out before their time, because there were too many. */
  get letOutEarly(): number {
    return this.early;
  }

  get size(): number {
    return this.held.size;
  }

  /** Those that have not come out, in no order. */
  holding(): Iterable<Item> {
    return this.held.all();
  }

  /** Says how a source is doing at a look at it; one that is behind holds the others back until it has caught up. */
  look(name: string, isBehind: boolean): void {
    const source = this.sources.get(name);
    if (source !== undefined) source.isBehind = isBehind;
    else if (isBehind) this.sources.set(name, { highest: Number.NEGATIVE_INFINITY, heardAt: 0, isBehind });
  }

  /** False for a late one: it is not kept, and is the caller's at once. */
  push(item: Item, nowMs: number): boolean {
    const source = this.sources.get(item.source);
    if (source === undefined) this.sources.set(item.source, { highest: item.at, heardAt: nowMs, isBehind: false });
    else {
      source.highest = Math.max(source.highest, item.at);
      source.heardAt = nowMs;
    }
    if (item.at < this.bound) return false;
    this.held.push(item);
    return true;
  }

  /**
   * What comes out now, in order; not many more than `atMost`, and the rest the next time. The watermark goes no further
   * than what has come out.
   */
  release(nowMs: number, atMost = Number.POSITIVE_INFINITY): readonly Item[] {
    const out: Item[] = [];
    const goal = Math.max(this.bound, this.lowest(nowMs));
    this.letOut(out, goal, atMost);
    const regular = out.length;
    if (regular < atMost && this.held.size > this.options.most) this.relieve(out);
    this.early += out.length - regular;
    return out;
  }

  /** How far a source has come; minus infinity for one that has not spoken. */
  watermarkOf(name: string, nowMs: number): number {
    const source = this.sources.get(name);
    return source === undefined ? Number.NEGATIVE_INFINITY : this.progress(source, nowMs);
  }

  /** Whole milliseconds go, so that the bound divides what has come out from what has not. */
  private letOut(out: Item[], goal: number, atMost: number): void {
    for (let { first } = this.held; first !== undefined && first.at < goal; { first } = this.held) {
      if (out.length >= atMost && first.at > this.bound) {
        this.bound = first.at;
        return;
      }
      this.bound = first.at;
      out.push(first);
      this.held.pop();
    }
    this.bound = goal;
  }

  private relieve(out: Item[]): void {
    const kept = this.options.most * AFTER_RELIEF;
    for (let { first } = this.held; first !== undefined; { first } = this.held) {
      if (this.held.size <= kept && first.at >= this.bound) return;
      this.bound = Math.max(this.bound, first.at + 1);
      out.push(first);
      this.held.pop();
    }
  }

  private lowest(nowMs: number): number {
    let [lowest, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const source of this.sources.values()) {
      last = Math.max(last, source.highest + 1);
      if (this.isActive(source, nowMs)) lowest = Math.min(lowest, this.progress(source, nowMs));
    }
    return lowest === Number.POSITIVE_INFINITY ? last : lowest;
  }

  private isActive({ isBehind, heardAt }: Source, nowMs: number): boolean {
    return isBehind || nowMs - heardAt <= this.options.latenessMs;
  }

  private progress({ highest, heardAt, isBehind }: Source, nowMs: number): number {
    const silence = isBehind ? 0 : Math.max(0, nowMs - heardAt);
    return Math.min(highest + 1, highest - this.options.latenessMs + silence);
  }
}
