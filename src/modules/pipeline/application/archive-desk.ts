/** What operators ask of the archive: how it stands, whether it is what it says, and to forget somebody. */
import type { WallClock } from '../../../shared/clock.ts';
import { digest } from '../../../shared/digest.ts';
import { AppError } from '../../../shared/errors.ts';
import { epochMs, type Instant, instantAt } from '../../../shared/instant.ts';
import type { ArchivedRow, ArchiveFile } from '../domain/archive-file.ts';
import { endOf, partPath } from '../domain/archive-file.ts';
import { forgetting } from '../domain/archive-payload.ts';
import type { ArchiveCatalogue, TypeTotals } from '../ports/archive-catalogue.ts';
import type { ArchiveFormat } from '../ports/archive-format.ts';
import { ARCHIVE_READER, type ArchiveLogs } from '../ports/archive-logs.ts';
import type { ArchiveStore } from '../ports/archive-store.ts';
import type { ArchiveWriter } from './archive-writer.ts';

export interface ArchiveStatus {
  readonly types: readonly TypeTotals[];
  /** Seconds that the oldest event of each log has waited for the archive, where one waits. */
  readonly lag: readonly { readonly source: string; readonly seconds: number }[];
}

export interface Verified {
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  readonly findings: readonly string[];
}

const PARTS_A_LOOK = 1_000;
/** By then every event of an hour has been archived that ever will be: its files' reach is needed no more. */
const KEPT_MS = 7 * 86_400_000;

export class ArchiveDesk {
  constructor(
    private readonly catalogue: ArchiveCatalogue,
    private readonly store: ArchiveStore,
    private readonly format: ArchiveFormat,
    private readonly writer: ArchiveWriter,
    private readonly logs: ArchiveLogs,
    private readonly wallClock: WallClock,
  ) {}

  async status(): Promise<ArchiveStatus> {
    const waits = this.logs.all.map(async (log) => ({
      source: log.schema,
      seconds: (await log.oldestWaiting(ARCHIVE_READER)) ?? 0,
    }));
    const lag = (await Promise.all(waits)).filter(({ seconds }) => seconds > 0);
    return { types: await this.catalogue.totals(), lag };
  }

  /** Reads, hashes and counts every file, looks at every part of the manifest, and for files that nobody knows. */
  async verify(): Promise<Verified> {
    const files = await this.catalogue.files({});
    const findings = [...(await this.damage(files)), ...(await this.damagedParts()), ...(await this.strays())];
    const sum = (of: (file: ArchiveFile) => number): number => files.reduce((total, file) => total + of(file), 0);
    return { files: files.length, rows: sum(({ rows }) => rows), bytes: sum(({ bytes }) => bytes), findings };
  }

  /** As `verify`, of the newest files alone: for a look at everything, which must end. */
  async verifyNewest(most: number): Promise<readonly string[]> {
    return this.damage(await this.catalogue.files({}, most));
  }

  /**
   * Takes the visitor's id out of every file, and of what is archived from now on. Can be cut off anywhere and done
   * again. Returns how many files were written anew.
   */
  async erase(visitorId: string): Promise<number> {
    await this.writer.tidy();
    await this.catalogue.forget(digest(visitorId), instantAt(this.wallClock.nowMs()));
    let rewritten = 0;
    for (const file of await this.catalogue.files({})) if (await this.eraseFrom(file, visitorId)) rewritten += 1;
    await this.writer.tidy();
    return rewritten;
  }

  /**
   * Ends the life of hours that were over before then, and archived as long ago: their files leave the manifest, and then the store. Returns how
   * many. Throws `pipeline.archive_too_recent`.
   */
  async drop(before: Instant): Promise<number> {
    const vouchedBefore = instantAt(this.wallClock.nowMs() - KEPT_MS);
    if (before > vouchedBefore) throw tooRecent();
    const files = (await this.catalogue.files({ to: before, vouchedBefore })).filter(
      (file) => endOf(file) <= epochMs(before),
    );
    await this.writer.drop(files);
    return files.length;
  }

  private async eraseFrom(file: ArchiveFile, visitorId: string): Promise<boolean> {
    const rows: ArchivedRow[] = [];
    let found = false;
    for await (const some of this.format.decode(await this.store.read(file.path))) {
      for (const row of some) {
        const payload = row.payload.includes(JSON.stringify(visitorId))
          ? forgetting(row.payload, (visitor) => visitor === visitorId)
          : row.payload;
        found ||= payload !== row.payload;
        rows.push({ ...row, payload });
      }
    }
    if (found) await this.writer.rewrite(file, rows);
    return found;
  }

  private async damage(files: readonly ArchiveFile[]): Promise<readonly string[]> {
    const findings: string[] = [];
    for (const file of files) {
      const finding = await this.damageOf(file);
      if (finding !== undefined) findings.push(`${file.path}: ${finding}`);
    }
    return findings;
  }

  private async damageOf(file: ArchiveFile): Promise<string | undefined> {
    const content = await this.contentOf(file.path);
    if (content === undefined) return 'is missing';
    if (content.length !== file.bytes) return `has ${content.length} bytes instead of ${file.bytes}`;
    if (this.format.checksum(content) !== file.sha256) return 'has another checksum';
    const rows = await this.format.count(content);
    return rows === file.rows ? undefined : `has ${rows} rows instead of ${file.rows}`;
  }

  private async damagedParts(): Promise<readonly string[]> {
    const findings: string[] = [];
    const unpublished = new Set((await this.catalogue.unpublished()).map(({ number }) => number));
    for (let after = 0; ;) {
      const parts = await this.catalogue.parts(after, PARTS_A_LOOK);
      for (const { number, content } of parts) {
        const stored = unpublished.has(number) ? undefined : await this.contentOf(partPath(number));
        if (unpublished.has(number)) findings.push(`${partPath(number)}: is not written yet`);
        else if (stored === undefined) findings.push(`${partPath(number)}: is missing`);
        else if (new TextDecoder().decode(stored) !== content) findings.push(`${partPath(number)}: is another`);
      }
      const last = parts.at(-1);
      if (last === undefined) return findings;
      after = last.number;
    }
  }

  private async strays(): Promise<readonly string[]> {
    const findings: string[] = [];
    for await (const { path } of this.store.list('type='))
      if (!(await this.catalogue.isKnown(path))) findings.push(`${path}: is in no manifest`);
    return findings;
  }

  private async contentOf(path: string): Promise<Uint8Array | undefined> {
    try {
      return await this.store.read(path);
    } catch (error) {
      if (error instanceof AppError && error.code === 'pipeline.archive_file_missing') return undefined;
      throw error;
    }
  }
}

const tooRecent = (): AppError =>
  new AppError('refused', 'pipeline.archive_too_recent', 'the last seven days stay: name an earlier moment');
