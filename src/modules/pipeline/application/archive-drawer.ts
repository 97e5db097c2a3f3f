/** What has come out of the sorter and is in no file yet, by the file it will be in. */
import { HourlyTally } from '../domain/archive-counts.ts';
import { type ArchiveFile, endOf, type LogRow, nameOfKey, type SharedKey } from '../domain/archive-file.ts';

export interface DrawerOptions {
  /** A file of so many rows is large enough. */
  readonly rows: number;
  readonly payloadBytes: number;
  /** In memory, of all files together. */
  readonly allRows: number;
  readonly flushMs: number;
}

/** Keys that are remembered with their last file. */
const KNOWN = 10_000;

/** A file that is being filled. */
export interface OpenFile {
  readonly key: SharedKey;
  readonly rows: LogRow[];
  readonly tally: HourlyTally;
  payloadBytes: number;
  readonly openedAt: number;
  /** It closes with its hour; one that a late event opened waits for more of them. */
  readonly isTimely: boolean;
}

export class Drawer {
  private readonly open = new Map<string, OpenFile>();
  /** Of each key that was asked for: its last file, or that it has none. */
  private readonly last = new Map<string, ArchiveFile | undefined>();
  private count = 0;

  constructor(private readonly options: DrawerOptions) {}

  get rows(): number {
    return this.count;
  }

  files(): Iterable<OpenFile> {
    return this.open.values();
  }

  /** Keys among those whose last file is not known yet. */
  strangers(keys: Iterable<SharedKey>): readonly SharedKey[] {
    const found = new Set<SharedKey>();
    for (const key of keys) if (!this.last.has(key.name)) found.add(key);
    return [...found];
  }

  meet(keys: readonly SharedKey[], files: readonly ArchiveFile[]): void {
    for (const { name } of keys) this.last.set(name, undefined);
    for (const file of files) this.last.set(nameOfKey(file), file);
  }

  lastOf({ name }: SharedKey): ArchiveFile | undefined {
    return this.last.get(name);
  }

  add(row: LogRow, nowMs: number): void {
    const { key, payload } = row;
    let file = this.open.get(key.name);
    if (file === undefined) {
      file = { key, rows: [], tally: new HourlyTally(), payloadBytes: 0, openedAt: nowMs, isTimely: !row.late };
      this.open.set(key.name, file);
    }
    file.rows.push(row);
    file.tally.add(row);
    file.payloadBytes += payload.length;
    this.count += 1;
  }

  /** Full, old, or of an hour that is over; and when there is too much of all, what is open longest. */
  due(watermark: number, nowMs: number): readonly OpenFile[] {
    const { rows, payloadBytes, flushMs, allRows } = this.options;
    const due = [...this.open.values()].filter(
      (file) =>
        file.rows.length >= rows ||
        file.payloadBytes >= payloadBytes ||
        nowMs - file.openedAt >= flushMs ||
        (file.isTimely && endOf(file.key) <= watermark),
    );
    if (due.length > 0 || this.count < allRows) return due;
    return [...this.open.values()].toSorted((a, b) => a.openedAt - b.openedAt);
  }

  /** They are in the archive. */
  settle(files: readonly OpenFile[], written: readonly ArchiveFile[]): void {
    for (const { key, rows } of files) {
      this.open.delete(key.name);
      this.count -= rows.length;
    }
    // Whoever is needed again is asked for again; never between `meet` and `lastOf`.
    if (this.last.size > KNOWN) this.last.clear();
    for (const file of written) this.last.set(nameOfKey(file), file);
  }

  clear(): void {
    this.open.clear();
    this.last.clear();
    this.count = 0;
  }
}
