/**
 * Reads the archive in event-time order: all files of a range merged, a few of them open at a time. A file is opened
 * when the merge comes to its first event, and checked against the manifest before a row of it is believed.
 */
import { AppError } from '../../../shared/errors.ts';
import { epochMs } from '../../../shared/instant.ts';
import { HourlyTally } from '../domain/archive-counts.ts';
import type { ArchivedRow, ArchiveFile } from '../domain/archive-file.ts';
import { EventTimeHeap } from '../domain/event-time-heap.ts';
import { isBefore } from '../domain/event-time-sorter.ts';
import { type ArchiveCatalogue, LIVE, type Range } from '../ports/archive-catalogue.ts';
import type { ArchiveFormat } from '../ports/archive-format.ts';
import type { ArchiveStore } from '../ports/archive-store.ts';

/** A row, and the type its file was archived under. */
export interface ReplayedRow {
  readonly row: ArchivedRow;
  readonly type: string;
}

export interface Rebuilt {
  readonly events: number;
  readonly live: string;
  readonly rebuilt: string;
  /** Rows of the rebuilt projection. */
  readonly rows: number;
}

const BATCH = 1_000;
const HOUR_MS = 3_600_000;
const REBUILT = 'rebuilt';

export class ReplayArchive {
  constructor(
    private readonly catalogue: ArchiveCatalogue,
    private readonly store: ArchiveStore,
    private readonly format: ArchiveFormat,
  ) {}

  /** Everything of the range in order of time, source and id, in batches. Throws `pipeline.archive_damaged`. */
  async *rows(range: Range): AsyncGenerator<readonly ReplayedRow[]> {
    const files = await this.catalogue.files(range);
    const [fromMs, toMs] = [range.from ? epochMs(range.from) : -Infinity, range.to ? epochMs(range.to) : Infinity];
    let batch: ReplayedRow[] = [];
    for await (const replayed of this.merged(files)) {
      if (replayed.row.at < fromMs) continue;
      if (replayed.row.at >= toMs) break;
      if (batch.push(replayed) < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  /** Counts the archive anew beside the live counts, for whole hours, and says what both come to. */
  async rebuild(range: Range): Promise<Rebuilt> {
    mustBeWholeHours(range);
    await this.catalogue.dropEdition(REBUILT);
    let events = 0;
    for await (const batch of this.rows(range)) {
      events += batch.length;
      const tally = new HourlyTally();
      for (const { row, type } of batch) tally.add({ ...row, type, programId: programOf(row) });
      await this.catalogue.count(REBUILT, tally.counts());
    }
    const live = await this.catalogue.summaryOf(LIVE, range);
    const rebuilt = await this.catalogue.summaryOf(REBUILT, range);
    return { events, live: live.digest, rebuilt: rebuilt.digest, rows: rebuilt.rows };
  }

  private async *merged(files: readonly ArchiveFile[]): AsyncGenerator<ReplayedRow> {
    const open = new EventTimeHeap<OpenedFile>((one, other) => isBefore(one.head, other.head));
    const waiting = files.toReversed();
    const openUpTo = async (at: number): Promise<void> => {
      for (let next = waiting.at(-1); next !== undefined && epochMs(next.firstAt) <= at; next = waiting.at(-1)) {
        waiting.pop();
        const opened = await this.open(next);
        if (opened !== undefined) open.push(opened);
      }
    };
    while (open.size > 0 || waiting.length > 0) {
      const next = waiting.at(-1);
      await openUpTo(open.first?.head.at ?? (next === undefined ? Infinity : epochMs(next.firstAt)));
      const first = open.pop();
      if (first === undefined) continue;
      yield { row: first.head, type: first.type };
      if (await first.advance()) open.push(first);
    }
  }

  private async open(file: ArchiveFile): Promise<OpenedFile | undefined> {
    const content = await this.store.read(file.path);
    if (this.format.checksum(content) !== file.sha256) throw damaged(file);
    const opened = new OpenedFile(file.type, this.format.decode(content)[Symbol.asyncIterator]());
    return (await opened.advance()) ? opened : undefined;
  }
}

/** A file that is being read, with its next row at hand. */
class OpenedFile {
  private rows: readonly ArchivedRow[] = [];
  private place = -1;

  constructor(
    readonly type: string,
    private readonly groups: AsyncIterator<readonly ArchivedRow[]>,
  ) {}

  get head(): ArchivedRow {
    const row = this.rows[this.place];
    if (row === undefined) throw new Error('a row was asked for before the first or after the last');
    return row;
  }

  /** False at its end. */
  async advance(): Promise<boolean> {
    this.place += 1;
    while (this.place >= this.rows.length) {
      const next = await this.groups.next();
      if (next.done === true) return false;
      [this.rows, this.place] = [next.value, 0];
    }
    return true;
  }
}

const programOf = ({ payload }: ArchivedRow): string => {
  const { programId } = (JSON.parse(payload) ?? {}) as { readonly programId?: unknown };
  return typeof programId === 'string' ? programId : '';
};

const mustBeWholeHours = ({ from, to }: Range): void => {
  if ([from, to].every((at) => at === undefined || epochMs(at) % HOUR_MS === 0)) return;
  throw new AppError(
    'invalid',
    'pipeline.archive_whole_hours',
    'a projection is counted by the hour: give whole hours',
  );
};

const damaged = ({ path }: ArchiveFile): AppError =>
  new AppError(
    'conflict',
    'pipeline.archive_damaged',
    `${path} is not what the manifest says; see: tributary archive verify`,
  );
