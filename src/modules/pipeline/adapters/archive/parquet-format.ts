import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { type ColumnSource, ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { createHash } from 'node:crypto';
import { setImmediate as othersFirst } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Id } from '../../../../shared/ids.ts';
import type { ArchivedRow } from '../../domain/archive-file.ts';
import { ArchiveFormat } from '../../ports/archive-format.ts';

/** Few enough that a group never holds up the event loop for long: about 15 ms. */
const GROUP = 2_000;
/** zlib's fastest is faster than a codec in JavaScript, and a third smaller. Every reader of Parquet knows gzip. */
const LEVEL = 1;

const compressors = { GZIP: (bytes: Uint8Array): Uint8Array => gzipSync(bytes, { level: LEVEL }) };
const decompressors = { GZIP: (bytes: Uint8Array): Uint8Array => gunzipSync(bytes) };

const text = (name: string) =>
  ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' }) as const;
const required = { repetition_type: 'REQUIRED' } as const;

const columns = [
  text('event_id'),
  text('event_type'),
  { name: 'version', type: 'INT32', ...required },
  text('source'),
  text('aggregate'),
  { name: 'aggregate_version', type: 'INT64', ...required },
  text('partition_key'),
  {
    name: 'occurred_at',
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    ...required,
  },
  { name: 'late', type: 'BOOLEAN', ...required },
  text('payload'),
] as const;

/** Whole values, where the same one seldom comes twice: no dictionary is tried. */
const PLAIN = { encoding: 'PLAIN' } as const;

/** Of UTF-8, for one unit of a text. */
const MOST_BYTES = 3;

/**
 * As UTF-8, all in one buffer: the library would make a buffer of its own for each, which costs several times what is
 * written into it, and the garbage collector as much again.
 */
const bytesOf = (texts: readonly string[]): Uint8Array[] => {
  const all = Buffer.allocUnsafeSlow(texts.reduce((sum, { length }) => sum + length * MOST_BYTES, 0));
  let used = 0;
  return texts.map((each) => {
    const from = used;
    used += all.write(each, from);
    return new Uint8Array(all.buffer, from, used - from);
  });
};

const columnsOf = (rows: readonly ArchivedRow[], payloadOf: (row: ArchivedRow) => string): ColumnSource[] => [
  { name: 'event_id', data: bytesOf(rows.map(({ id }) => id)), ...PLAIN },
  { name: 'event_type', data: rows.map(({ eventType }) => eventType) },
  { name: 'version', data: Int32Array.from(rows, ({ version }) => version) },
  { name: 'source', data: rows.map(({ source }) => source) },
  { name: 'aggregate', data: bytesOf(rows.map(({ aggregate }) => aggregate)), ...PLAIN },
  { name: 'aggregate_version', data: rows.map(({ aggregateVersion }) => BigInt(aggregateVersion)) },
  { name: 'partition_key', data: bytesOf(rows.map(({ partitionKey }) => partitionKey)), ...PLAIN },
  { name: 'occurred_at', data: rows.map(({ at }) => BigInt(at)) },
  { name: 'late', data: rows.map(({ late }) => late) },
  { name: 'payload', data: bytesOf(rows.map(payloadOf)), statistics: false, ...PLAIN },
];

/** As they come out of a file. */
interface StoredRow {
  readonly event_id: Id<'evt'>;
  readonly event_type: string;
  readonly version: number;
  readonly source: string;
  readonly aggregate: string;
  readonly aggregate_version: bigint;
  readonly partition_key: string;
  readonly occurred_at: Date;
  readonly late: boolean;
  readonly payload: string;
}

const rowOf = (stored: StoredRow): ArchivedRow => ({
  id: stored.event_id,
  eventType: stored.event_type,
  version: stored.version,
  source: stored.source,
  aggregate: stored.aggregate,
  aggregateVersion: Number(stored.aggregate_version),
  partitionKey: stored.partition_key,
  at: stored.occurred_at.getTime(),
  late: stored.late,
  payload: stored.payload,
});

const asItIs = ({ payload }: ArchivedRow): string => payload;

export class ParquetFormat extends ArchiveFormat {
  async encode(rows: readonly ArchivedRow[], payloadOf = asItIs): Promise<Uint8Array> {
    const writer = new ByteWriter();
    const schema = [{ name: 'event', num_children: columns.length }, ...columns];
    const parquet = new ParquetWriter({ writer, schema, codec: 'GZIP', compressors, createdBy: 'tributary' });
    for (let start = 0; start < rows.length; start += GROUP) {
      await othersFirst();
      await parquet.write({ columnData: columnsOf(rows.slice(start, start + GROUP), payloadOf), rowGroupSize: GROUP });
    }
    await parquet.finish();
    return writer.getBytes();
  }

  async *decode(content: Uint8Array): AsyncIterable<readonly ArchivedRow[]> {
    const file = bufferOf(content);
    const metadata = parquetMetadata(file);
    let rowStart = 0;
    for (const { num_rows: rows } of metadata.row_groups) {
      const rowEnd = rowStart + Number(rows);
      const stored = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors: decompressors });
      yield (stored as unknown as readonly StoredRow[]).map(rowOf);
      rowStart = rowEnd;
    }
  }

  async count(content: Uint8Array): Promise<number> {
    const metadata = parquetMetadata(bufferOf(content));
    let rows = 0;
    for await (const some of this.decode(content)) rows += some.length;
    return Number(metadata.num_rows) === rows ? rows : -1;
  }

  checksum(content: Uint8Array): string {
    return createHash('sha256').update(content).digest('hex');
  }
}

const bufferOf = (content: Uint8Array): ArrayBuffer =>
  content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength) as ArrayBuffer;
