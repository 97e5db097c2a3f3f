/**
 * Archives what every module said: reads the logs, sorts by event time, writes files, and vouches for them.
 *
 *     logs ──read──▶ sorter ──behind the watermark──▶ open files ──full, old, or hour over──▶ store, then catalogue
 *       ▲ skip what is archived                                                                        │
 *       └────────────────────────────── cursor: before the oldest event in neither ◀───────────────────┘
 *
 * Exactly once, without a transaction over the two: at every moment exactly the events before the watermark have left
 * the sorter. So a file that closes with all that came out of its key says "through position P, before time T", and is
 * right for all files of the key up to it. Whoever starts again reads from the cursor, skips what a key's last file
 * covers, and cannot miss or repeat a row. Two at a time cannot either: the number of a key's next file is taken once.
 */
import type { WallClock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import { epochMs, instantAt } from '../../../shared/instant.ts';
import { type ArchiveFile, KeyRing, type LogRow, logRow, type SharedKey } from '../domain/archive-file.ts';
import { EventTimeSorter } from '../domain/event-time-sorter.ts';
import type { ArchiveCatalogue } from '../ports/archive-catalogue.ts';
import { ARCHIVE_READER, type ArchiveLog, type ArchiveLogs } from '../ports/archive-logs.ts';
import { type DrawerOptions, Drawer, type OpenFile } from './archive-drawer.ts';
import type { ArchiveWriter, FileDraft } from './archive-writer.ts';

export interface ArchiveOptions extends DrawerOptions {
  readonly latenessMs: number;
  /** Events the sorter may hold. */
  readonly held: number;
  /** Events of one read. */
  readonly batch: number;
}

export const ARCHIVE_LIMITS = { rows: 50_000, payloadBytes: 32_000_000, allRows: 150_000, held: 100_000, batch: 1_000 };

/** Events that come out of the sorter at one go: a few milliseconds' worth. */
const RELEASED = 5_000;

/** Of one part of the manifest: small enough that a crash repeats little. */
const FILES_A_PART = 100;

interface Followed {
  readonly log: ArchiveLog;
  /** Everything up to here is in a file, in the sorter or in an open file. */
  read: bigint;
  saved: bigint;
}

export class ArchiveEvents {
  private sorter: EventTimeSorter<LogRow>;
  private readonly drawer: Drawer;
  private readonly keys = new KeyRing();
  private followed: Followed[] | undefined;
  /** There is more to come out, before anything more is read. */
  private isReleasing = false;

  constructor(
    private readonly logs: ArchiveLogs,
    private readonly catalogue: ArchiveCatalogue,
    private readonly writer: ArchiveWriter,
    private readonly wallClock: WallClock,
    private readonly options: ArchiveOptions,
  ) {
    this.sorter = new EventTimeSorter(sorterOptions(options));
    this.drawer = new Drawer(options);
  }

  /** Events let out of the sorter before their time, since the start. */
  get letOutEarly(): number {
    return this.sorter.letOutEarly;
  }

  /** Events in memory. */
  get inHand(): number {
    return this.sorter.size + this.drawer.rows;
  }

  /** Does a bounded piece; true when there is more to do at once. */
  async step(): Promise<boolean> {
    try {
      const followed = (this.followed ??= await this.begin());
      // Before anything is read: while nothing can be written, nothing more is taken into memory.
      if (await this.write(followed)) return true;
      const more = this.isReleasing || (await this.readAll(followed));
      const released = this.sorter.release(this.wallClock.nowMs(), RELEASED);
      for (const row of released) this.keep(row);
      this.isReleasing = released.length >= RELEASED;
      return more || this.isReleasing;
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'pipeline.archive_overtaken')) throw error;
      this.forgetAll();
      return true;
    }
  }

  /** Everything in memory can be read again; whoever was faster has changed what it should be. */
  private forgetAll(): void {
    this.followed = undefined;
    this.sorter = new EventTimeSorter(sorterOptions(this.options));
    this.drawer.clear();
  }

  private async begin(): Promise<Followed[]> {
    await this.writer.tidy();
    const { all } = this.logs;
    await this.catalogue.follow(all.map(({ schema }) => schema));
    return Promise.all(
      all.map(async (log) => {
        const read = await log.cursorOf(ARCHIVE_READER);
        await log.moveCursor(ARCHIVE_READER, read); // from now on it waits for us
        this.sorter.look(log.schema, true);
        return { log, read, saved: read };
      }),
    );
  }

  private async readAll(followed: readonly Followed[]): Promise<boolean> {
    let more = false;
    for (const each of this.inTurn(followed)) more = (await this.readOne(each)) || more;
    return more;
  }

  /**
   * All of them; when much is held already, those alone that hold up the others, so that a backlog of one does not push
   * out what another is still to say.
   */
  private inTurn(followed: readonly Followed[]): readonly Followed[] {
    if (this.sorter.size < this.options.held / 2) return followed;
    const now = this.wallClock.nowMs();
    const far = followed.map((each) => ({ each, mark: this.sorter.watermarkOf(each.log.schema, now) }));
    const slow = far.filter(({ each, mark }) => mark <= this.sorter.watermark && each.read < each.log.seen);
    return slow.length > 0 ? slow.map(({ each }) => each) : followed;
  }

  private async readOne(followed: Followed): Promise<boolean> {
    const { log, read } = followed;
    const { events, upTo } = await log.read(read, this.options.batch);
    const rows = events.map(({ event, position }) => logRow(event, position, this.keys));
    await this.meet(rows.map(({ key }) => key));
    const now = this.wallClock.nowMs();
    for (const row of rows) this.take(row, now);
    followed.read = upTo;
    const more = events.length === this.options.batch;
    this.sorter.look(log.schema, more);
    return more;
  }

  private async meet(keys: readonly SharedKey[]): Promise<void> {
    const strangers = this.drawer.strangers(keys);
    if (strangers.length > 0) this.drawer.meet(strangers, await this.catalogue.lastOf(strangers));
  }

  /** Archived already, late, or to be sorted. */
  private take(row: LogRow, nowMs: number): void {
    const last = this.drawer.lastOf(row.key);
    const isPassed = last !== undefined && row.at < epochMs(last.before);
    if (isPassed && row.position <= last.through) return;
    if (isPassed || !this.sorter.push(row, nowMs)) this.keep({ ...row, late: true });
  }

  private keep(row: LogRow): void {
    this.drawer.add(row, this.wallClock.nowMs());
  }

  /** Writes what is due; whether anything was. */
  private async write(followed: readonly Followed[]): Promise<boolean> {
    const reached = new Map(followed.map(({ log, read }) => [log.schema, read]));
    const ripe = this.drawer.due(this.sorter.watermark, this.wallClock.nowMs());
    await this.meet(ripe.map(({ key }) => key));
    const due = ripe
      // After a start, until all that its last file covers was read again: what is open is not all there is.
      .filter(({ key }) => (reached.get(key.source) ?? 0n) >= (this.drawer.lastOf(key)?.through ?? 0n))
      .slice(0, FILES_A_PART);
    if (due.length > 0) {
      const written = await this.writer.write(due.map((file) => this.draft(file, reached.get(file.key.source) ?? 0n)));
      this.drawer.settle(due, written);
    }
    const isEmpty = this.drawer.rows === 0 && this.sorter.size === 0;
    if (due.length > 0 || isEmpty) await this.saveCursors(followed);
    return due.length > 0;
  }

  private draft(file: OpenFile, through: bigint): FileDraft {
    const last: ArchiveFile | undefined = this.drawer.lastOf(file.key);
    const before = Math.max(this.sorter.watermark, last === undefined ? 0 : epochMs(last.before));
    return {
      key: file.key,
      number: (last?.number ?? 0) + 1,
      rows: file.rows,
      counts: file.tally.counts(),
      through,
      before: instantAt(before),
    };
  }

  private async saveCursors(followed: readonly Followed[]): Promise<void> {
    const lowest = this.lowestInHand();
    for (const each of followed) {
      const inHand = lowest.get(each.log.schema);
      const position = inHand === undefined ? each.read : inHand - 1n;
      if (position <= each.saved) continue;
      await each.log.moveCursor(ARCHIVE_READER, position);
      each.saved = position;
    }
  }

  /** Of each log the position of the first event that is in no file yet. */
  private lowestInHand(): ReadonlyMap<string, bigint> {
    const lowest = new Map<string, bigint>();
    const note = ({ source, position }: LogRow): void => {
      const known = lowest.get(source);
      if (known === undefined || position < known) lowest.set(source, position);
    };
    for (const row of this.sorter.holding()) note(row);
    for (const { rows } of this.drawer.files()) for (const row of rows) note(row);
    return lowest;
  }
}

const sorterOptions = ({ latenessMs, held }: ArchiveOptions) => ({ latenessMs, most: held });
