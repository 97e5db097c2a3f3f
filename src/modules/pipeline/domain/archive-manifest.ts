import type { Instant } from '../../../shared/instant.ts';
import type { ArchiveFile } from './archive-file.ts';

/**
 * A numbered part of the manifest, as warehouses read it. Parts are never changed: whoever has read all up to one goes
 * on with the next, loads `files`, and drops what came from `replaced`. The same change gives the same text.
 */
export const manifestPart = (
  part: number,
  committedAt: Instant,
  files: readonly ArchiveFile[],
  replaced: readonly string[],
): string =>
  `${JSON.stringify({ part, committedAt, replaced: [...replaced].toSorted(), files: files.map(entryOf) }, null, 1)}\n`;

const entryOf = (file: ArchiveFile): object => ({
  path: file.path,
  type: file.type,
  date: file.date,
  hour: file.hour,
  source: file.source,
  number: file.number,
  rows: file.rows,
  bytes: file.bytes,
  sha256: file.sha256,
  firstAt: file.firstAt,
  lastAt: file.lastAt,
});
