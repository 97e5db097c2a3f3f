import type { ArchivedRow } from '../domain/archive-file.ts';

/** How rows become a file's bytes, and rows again. */
export abstract class ArchiveFormat {
  /** The same rows give the same bytes; `payloadOf` may leave out of a payload. Lets others go first now and then. */
  abstract encode(rows: readonly ArchivedRow[], payloadOf?: (row: ArchivedRow) => string): Promise<Uint8Array>;
  /** The rows in the order they were given, some at a time. Throws for bytes that are no such file. */
  abstract decode(content: Uint8Array): AsyncIterable<readonly ArchivedRow[]>;
  /** How many rows the file says it has, and in truth has. */
  abstract count(content: Uint8Array): Promise<number>;
  /** SHA-256, in hex. */
  abstract checksum(content: Uint8Array): string;
}
