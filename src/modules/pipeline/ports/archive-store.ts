export interface StoredFile {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Where the archive's files lie: a folder, or a bucket. A path is relative, with `/` between its parts. Every call may
 * throw `pipeline.archive_unreachable`, which is worth trying again.
 */
export abstract class ArchiveStore {
  /**
   * Whole and durable once it resolves; until then the path holds what it held before. Throws
   * `pipeline.archive_overtaken` when the path was removed meanwhile, where that can be seen.
   */
  abstract put(path: string, content: Uint8Array): Promise<void>;
  /** Throws `pipeline.archive_file_missing`. */
  abstract read(path: string): Promise<Uint8Array>;
  /** Every file whose path begins so, by path. */
  abstract list(prefix: string): AsyncIterable<StoredFile>;
  /** Also what a `put` that was cut off may have left; nothing happens when there is no such file. */
  abstract remove(path: string): Promise<void>;
}
