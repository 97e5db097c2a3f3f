import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { faultPoint } from '../../../../infrastructure/fault.ts';
import { ArchiveStore, type StoredFile } from '../../ports/archive-store.ts';

/** Names of files that are not whole begin so; nobody lists them. */
const UNFINISHED = '.';

/**
 * The archive as a folder. A file is written beside its place, synced, renamed, and the folders that name it are synced
 * too: after a power cut the path holds all of it or nothing.
 */
export class ArchiveFolder extends ArchiveStore {
  constructor(private readonly root: string) {
    super();
  }

  put(path: string, content: Uint8Array): Promise<void> {
    return translating(async () => {
      const target = join(this.root, path);
      const draft = `${draftOf(target)}.${randomBytes(6).toString('hex')}`; // nobody else writes to it
      const made = await mkdir(dirname(target), { recursive: true });
      try {
        await writeDraft(draft, content);
        await rename(draft, target);
      } catch (cause) {
        await rm(draft, { force: true }).catch(() => undefined); // why it failed matters more
        throw isMissing(cause) ? tidiedAway(path) : cause;
      }
      await syncUpTo(dirname(target), made === undefined ? dirname(target) : dirname(made));
      faultPoint('archive_file_written');
    });
  }

  read(path: string): Promise<Uint8Array> {
    return translating(async () => {
      try {
        return await readFile(join(this.root, path));
      } catch (cause) {
        if (isMissing(cause)) throw missing(path);
        throw cause;
      }
    });
  }

  async *list(prefix: string): AsyncIterable<StoredFile> {
    const paths = await translating(() => this.pathsIn(''));
    for (const path of paths) {
      if (!path.startsWith(prefix)) continue;
      const { size } = await translating(() => stat(join(this.root, path)));
      yield { path, bytes: size };
    }
  }

  remove(path: string): Promise<void> {
    return translating(async () => {
      const target = join(this.root, path);
      await rm(target, { force: true });
      const draft = basename(draftOf(target));
      const beside = await readdir(dirname(target)).catch(noneIfMissing);
      for (const name of beside) if (name.startsWith(draft)) await rm(join(dirname(target), name), { force: true });
    });
  }

  private async pathsIn(folder: string): Promise<readonly string[]> {
    const entries = await readdir(join(this.root, folder), { recursive: true, withFileTypes: true }).catch(
      noneIfMissing,
    );
    return entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith(UNFINISHED))
      .map((entry) => join(entry.parentPath, entry.name).slice(join(this.root, '/').length))
      .toSorted();
  }
}

const draftOf = (target: string): string => join(dirname(target), `${UNFINISHED}${basename(target)}`);

/** `writeFile` goes on until all is written, where `write` stops short on a full disk without a word. */
const writeDraft = async (draft: string, content: Uint8Array): Promise<void> => {
  const file = await open(draft, 'w');
  try {
    const half = content.length >> 1;
    await file.writeFile(content.subarray(0, half));
    faultPoint('archive_half_written');
    await file.writeFile(content.subarray(half));
    await file.sync();
    const { size } = await file.stat();
    if (size !== content.length) throw new Error(`${size} of ${content.length} bytes were written`);
  } finally {
    await file.close();
  }
};

/** A new name lasts when the folder that holds it is synced: every one that was made, and the one that was there. */
const syncUpTo = async (folder: string, last: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (folder.length > last.length) await syncUpTo(dirname(folder), last);
};

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const noneIfMissing = (cause: unknown): never[] => {
  if (isMissing(cause)) return [];
  throw cause;
};

const missing = (path: string): AppError =>
  new AppError('not_found', 'pipeline.archive_file_missing', `the archive has no file ${path}`);

/** Whoever takes over removes what the one before had begun. */
const tidiedAway = (path: string): AppError =>
  new AppError('conflict', 'pipeline.archive_overtaken', `somebody else tidied ${path} away meanwhile; try again`);

const translating = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('unavailable', 'pipeline.archive_unreachable', `the archive's folder: ${why}`, { cause });
  }
};
