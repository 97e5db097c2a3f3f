import type { Envelope } from '../../../shared/events.ts';

/** What a module ever said, in an order that is safe to follow. */
export interface ArchiveLog {
  readonly schema: string;
  /** The last position there was at the last look. */
  readonly seen: bigint;
  read(
    cursor: bigint,
    limit: number,
  ): Promise<{
    readonly events: readonly { readonly position: bigint; readonly event: Envelope }[];
    readonly upTo: bigint;
  }>;
  cursorOf(reader: string): Promise<bigint>;
  /** What lies before every reader's cursor may be dropped. Never moves back. */
  moveCursor(reader: string, position: bigint): Promise<void>;
  /** Seconds that the oldest event before the reader has waited. */
  oldestWaiting(reader: string): Promise<number | undefined>;
}

/** Of all modules. */
export abstract class ArchiveLogs {
  abstract readonly all: readonly ArchiveLog[];
}

/** The archive's own cursor in each of them. */
export const ARCHIVE_READER = 'archive';
