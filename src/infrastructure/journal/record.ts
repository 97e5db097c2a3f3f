/**
 * A journal's bytes. A segment is a run of records, each
 *
 * ```
 * length of the text in bytes · CRC-32 of the text · the text in UTF-8
 * 4 bytes, big endian           4 bytes, big endian
 * ```
 *
 * A record that is cut short or whose sum is wrong is the end of what was promised: whoever writes waits for the disk
 * before he says so, and a crash can only tear what he had not said yet.
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
  /** Bytes behind the last whole record. */
  readonly torn: number;
}

export const decoded = (segment: Buffer): Decoded => {
  const texts: string[] = [];
  let at = 0;
  while (at + HEAD_BYTES <= segment.length) {
    const end = at + HEAD_BYTES + segment.readUInt32BE(at);
    const bytes = segment.subarray(at + HEAD_BYTES, end);
    if (end > segment.length || crc32(bytes) !== segment.readUInt32BE(at + 4)) break;
    texts.push(bytes.toString());
    at = end;
  }
  return { texts, torn: segment.length - at };
};
