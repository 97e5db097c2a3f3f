/**
 * A journal's bytes. A segment is a run of records, each
 *
 * ```
 * length of the text in bytes · CRC-32 of the text · the text in UTF-8
 * 4 bytes, big endian           4 bytes, big endian
 * ```
 *
 * No text is empty. What is cut short, or zeros, as some file systems leave them behind after a crash, is the end of what
 * was promised: whoever writes waits for the disk before he says so. A record in the middle whose sum is wrong is a disk
 * that forgets: it is passed over, for what follows it was promised too, and each bears its own proof.
 */
import { crc32 } from 'node:zlib';

const HEAD_BYTES = 8;

export const encoded = (texts: readonly string[]): Buffer => {
  const parts: Buffer[] = [];
  for (const text of texts) {
    const bytes = Buffer.from(text);
    const head = Buffer.allocUnsafe(HEAD_BYTES);
    head.writeUInt32BE(bytes.length, 0);
    head.writeUInt32BE(crc32(bytes), 4);
    parts.push(head, bytes);
  }
  return Buffer.concat(parts);
};

export interface Decoded {
  readonly texts: readonly string[];
  /** Records passed over. */
  readonly damaged: number;
  /** Bytes behind the last record. */
  readonly torn: number;
}

export const decoded = (segment: Buffer): Decoded => {
  const texts: string[] = [];
  let damaged = 0;
  let at = 0;
  while (at + HEAD_BYTES <= segment.length) {
    const length = segment.readUInt32BE(at);
    const end = at + HEAD_BYTES + length;
    if (length === 0 || end > segment.length) break;
    const bytes = segment.subarray(at + HEAD_BYTES, end);
    if (crc32(bytes) === segment.readUInt32BE(at + 4)) texts.push(bytes.toString());
    else damaged += 1;
    at = end;
  }
  return { texts, damaged, torn: segment.length - at };
};
