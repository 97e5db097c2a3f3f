import type { Instant } from '../../../shared/instant.ts';
import type { HourlyCount } from '../domain/archive-counts.ts';
import type { ArchiveFile, ArchiveKey } from '../domain/archive-file.ts';

export interface Range {
  readonly from?: Instant | undefined;
  /** Exclusive. */
  readonly to?: Instant | undefined;
  /** All, when absent. */
  readonly types?: readonly string[] | undefined;
  /** In the manifest by then, whatever the time of the events. */
  readonly vouchedBefore?: Instant | undefined;
}

/** A numbered piece of the manifest, as it is (to be) written beside the files. */
export interface ManifestPart {
  readonly number: number;
  /** JSON */
  readonly content: string;
}

/** Whoever asked to be forgotten: `version` grows with each of them. */
export interface Forgotten {
  readonly version: number;
  /** SHA-256 of their ids, in hex. */
  readonly digests: ReadonlySet<string>;
}

export interface Addition {
  readonly files: readonly ArchiveFile[];
  /** Of the rows in `files`. */
  readonly counts: readonly HourlyCount[];
  /** The version of `Forgotten` that `files` were written with. */
  readonly forgotten: number;
  readonly at: Instant;
}

export interface Replacement {
  readonly old: string;
  readonly file: ArchiveFile;
}

export interface TypeTotals {
  readonly type: string;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** The edition that the archive itself keeps up to date. */
export const LIVE = 'live';

/**
 * The manifest: what is in it is in the archive, and nothing else is.
 *
 *     (nothing) ──intend──▶ writing ──add──▶ current ──replace, drop──▶ going ──clear──▶ (nothing)
 *                              └──────────leftovers─────────────────────▶┘
 */
export abstract class ArchiveCatalogue {
  /** The last file of each of those keys that has one. */
  abstract lastOf(keys: readonly ArchiveKey[]): Promise<readonly ArchiveFile[]>;
  /** Notes that those files are about to be written, so that they are found when nobody finishes it. */
  abstract intend(files: readonly ArchiveFile[]): Promise<void>;
  /** Vouches for them, and counts their rows. Throws `pipeline.archive_overtaken` when somebody else was first. */
  abstract add(addition: Addition): Promise<void>;
  /** Vouches for the new ones in place of the old ones. Throws `pipeline.archive_overtaken`. */
  abstract replace(replacements: readonly Replacement[], at: Instant): Promise<void>;
  /** Vouches no more for those. Throws `pipeline.archive_overtaken`. */
  abstract drop(paths: readonly string[], at: Instant): Promise<void>;
  /** Paths that nobody vouches for, or not any more; from now on nobody can. At most a thousand. */
  abstract leftovers(): Promise<readonly string[]>;
  /** They are gone from the store. */
  abstract clear(paths: readonly string[]): Promise<void>;
  /** Parts that are not known to lie beside the files yet, by number. */
  abstract unpublished(): Promise<readonly ManifestPart[]>;
  abstract published(number: number): Promise<void>;
  abstract parts(after: number, limit: number): Promise<readonly ManifestPart[]>;
  /** Current files that may hold something of the range, by their first event; the newest `newest` of them, if given. */
  abstract files(range: Range, newest?: number): Promise<readonly ArchiveFile[]>;
  abstract totals(): Promise<readonly TypeTotals[]>;
  abstract isKnown(path: string): Promise<boolean>;
  abstract forgotten(): Promise<Forgotten>;
  abstract forget(digest: string, at: Instant): Promise<void>;
  /** Logs that the archive holds a cursor in. */
  abstract follow(sources: readonly string[]): Promise<void>;
  abstract followed(): Promise<readonly string[]>;
  abstract unfollow(source: string): Promise<void>;

  /** Adds counts to an edition of the projection. */
  abstract count(edition: string, counts: readonly HourlyCount[]): Promise<void>;
  abstract dropEdition(edition: string): Promise<void>;
  /** One digest over all rows of an edition, and how many they are; of whole hours. */
  abstract summaryOf(edition: string, range: Range): Promise<{ readonly rows: number; readonly digest: string }>;
}
