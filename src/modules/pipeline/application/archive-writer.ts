/**
 * Brings files into the archive so that a crash at any point leaves nothing half:
 *
 *     note the names ─▶ write the files ─▶ vouch for them, and count ─▶ write the part of the manifest beside them
 *
 * Until it is vouched for, a file is found by its noted name and removed; from then on it is there for good, and the
 * part is written as often as it takes.
 */
import type { WallClock } from '../../../shared/clock.ts';
import { digest } from '../../../shared/digest.ts';
import { type Instant, instantAt } from '../../../shared/instant.ts';
import type { HourlyCount } from '../domain/archive-counts.ts';
import { type ArchivedRow, type ArchiveFile, type ArchiveKey, partPath, pathOf } from '../domain/archive-file.ts';
import { forgetting } from '../domain/archive-payload.ts';
import { isBefore } from '../domain/event-time-sorter.ts';
import type { ArchiveCatalogue, Forgotten, Replacement } from '../ports/archive-catalogue.ts';
import type { ArchiveFormat } from '../ports/archive-format.ts';
import type { ArchiveStore } from '../ports/archive-store.ts';

export interface FileDraft {
  readonly key: ArchiveKey;
  readonly number: number;
  readonly rows: readonly ArchivedRow[];
  readonly counts: readonly HourlyCount[];
  readonly through: bigint;
  readonly before: Instant;
}

interface Encoded {
  readonly file: ArchiveFile;
  readonly content: Uint8Array;
}

const DROPPED_A_PART = 500;

export class ArchiveWriter {
  constructor(
    private readonly catalogue: ArchiveCatalogue,
    private readonly store: ArchiveStore,
    private readonly format: ArchiveFormat,
    private readonly wallClock: WallClock,
  ) {}

  /** All of them, or none. Throws `pipeline.archive_overtaken`; then somebody else has archived those events. */
  async write(drafts: readonly FileDraft[]): Promise<readonly ArchiveFile[]> {
    const forgotten = await this.catalogue.forgotten();
    const files: ArchiveFile[] = [];
    for (const draft of drafts) files.push(await this.putOne(draft, forgotten));
    const counts = drafts.flatMap((draft) => draft.counts);
    await this.catalogue.add({ files, counts, forgotten: forgotten.version, at: this.now() });
    await this.publish();
    return files;
  }

  /** Puts a changed file in the place of one that is there. */
  async rewrite(old: ArchiveFile, rows: readonly ArchivedRow[]): Promise<void> {
    const encoded = await this.encode({ ...old, key: old, rows, counts: [] });
    await this.putNoted(encoded);
    const replacements: readonly Replacement[] = [{ old: old.path, file: encoded.file }];
    await this.catalogue.replace(replacements, this.now());
  }

  /** Takes files out of the archive, a part of the manifest at a time. */
  async drop(files: readonly ArchiveFile[]): Promise<void> {
    for (let start = 0; start < files.length; start += DROPPED_A_PART) {
      const some = files.slice(start, start + DROPPED_A_PART);
      await this.catalogue.drop(
        some.map(({ path }) => path),
        this.now(),
      );
    }
    await this.tidy();
  }

  /** Finishes what a process that ended has left: removes what nobody vouches for, writes the parts that are missing. */
  async tidy(): Promise<void> {
    await this.publish();
    for (let paths = await this.catalogue.leftovers(); paths.length > 0; paths = await this.catalogue.leftovers()) {
      for (const path of paths) await this.store.remove(path);
      await this.catalogue.clear(paths);
    }
  }

  private async publish(): Promise<void> {
    for (const { number, content } of await this.catalogue.unpublished()) {
      await this.store.put(partPath(number), new TextEncoder().encode(content));
      await this.catalogue.published(number);
    }
  }

  private async putOne(draft: FileDraft, forgotten: Forgotten): Promise<ArchiveFile> {
    const encoded = await this.encode(draft, without(forgotten));
    await this.putNoted(encoded);
    return encoded.file;
  }

  private async putNoted({ file, content }: Encoded): Promise<void> {
    await this.catalogue.intend([file]);
    await this.store.put(file.path, content);
  }

  private async encode(draft: FileDraft, payloadOf?: (row: ArchivedRow) => string): Promise<Encoded> {
    const { key, number, rows, through, before } = draft;
    const sorted = isSorted(rows) ? rows : rows.toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
    const content = await this.format.encode(sorted, payloadOf);
    const sha256 = this.format.checksum(content);
    const { source, type, date, hour } = key;
    const file: ArchiveFile = {
      ...{ source, type, date, hour, number, through, before, sha256 },
      path: pathOf(key, number, sha256),
      rows: rows.length,
      bytes: content.length,
      firstAt: instantAt(sorted[0]?.at ?? 0),
      lastAt: instantAt(sorted.at(-1)?.at ?? 0),
    };
    return { file, content };
  }

  private now(): Instant {
    return instantAt(this.wallClock.nowMs());
  }
}

const isSorted = (rows: readonly ArchivedRow[]): boolean =>
  rows.every((row, place) => {
    const previous = rows[place - 1];
    return previous === undefined || !isBefore(row, previous);
  });

/** Whoever asked to be forgotten stays so, also in what comes after. */
const without =
  ({ digests }: Forgotten) =>
  ({ payload }: ArchivedRow): string =>
    digests.size === 0 ? payload : forgetting(payload, (visitor) => digests.has(digest(visitor)));
