/**
 * Arrays in PostgreSQL's binary form, for statements with thousands of values: as text each value would be quoted here and
 * read there, which costs more than most of what is done with it. Format: `array_recv` and the `…recv` of each type in
 * PostgreSQL's sources; numbers are big-endian.
 *
 *     dimensions · has nulls · type · length · first index · then for each value: bytes, or -1 for null · value
 */
import pg from 'pg';
import type { Id } from '../../shared/ids.ts';
import { epochMs, type Instant } from '../../shared/instant.ts';
import { writeTypeId } from '../../shared/typeid.ts';

const { BYTEA, INT2, INT4, INT8, TEXT, TIMESTAMPTZ, UUID } = pg.types.builtins;
const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL = -1;
const YEAR_2000_MS = Date.UTC(2000, 0);

/** What is there of a value in the array: its bytes, written at a place. */
interface Element<Value> {
  readonly type: number;
  readonly bytesOf: (value: Value) => number;
  readonly write: (array: Buffer, value: Value, at: number) => unknown;
}

const arrayOf = <Value>({ type, bytesOf, write }: Element<Value>, values: readonly (Value | null)[]): Buffer => {
  let size = HEAD_BYTES + values.length * LENGTH_BYTES;
  for (const value of values) if (value !== null) size += bytesOf(value);
  const array = Buffer.allocUnsafe(size);
  [1, 1, type, values.length, 1].forEach((part, index) => array.writeInt32BE(part, index * 4));
  let at = HEAD_BYTES;
  for (const value of values) {
    const bytes = value === null ? NULL : bytesOf(value);
    at = array.writeInt32BE(bytes, at);
    if (value === null) continue;
    write(array, value, at);
    at += bytes;
  }
  return array;
};

const always = (bytes: number) => (): number => bytes;

const SMALLINT: Element<number> = {
  type: INT2,
  bytesOf: always(2),
  write: (array, n, at) => array.writeInt16BE(n, at),
};
const INTEGER: Element<number> = { type: INT4, bytesOf: always(4), write: (array, n, at) => array.writeInt32BE(n, at) };
const BIGINT: Element<bigint> = {
  type: INT8,
  bytesOf: always(8),
  write: (array, n, at) => array.writeBigInt64BE(n, at),
};
const TEXTUAL: Element<string> = {
  type: TEXT,
  bytesOf: (text) => Buffer.byteLength(text),
  write: (array, text, at) => array.write(text, at),
};
const UUID_OF: Element<Id<string>> = {
  type: UUID,
  bytesOf: always(16),
  write: (array, id, at) => writeTypeId(id, array, at),
};
const MOMENT: Element<bigint> = { ...BIGINT, type: TIMESTAMPTZ };
const HEX: Element<string> = {
  type: BYTEA,
  bytesOf: (hex) => hex.length / 2,
  write: (array, hex, at) => array.write(hex, at, 'hex'),
};

/** Since the year 2000. What follows each other is often the same moment, and reckoned once. */
const microseconds = (): ((at: Instant | null) => bigint | null) => {
  let last: Instant | undefined;
  let micros = 0n;
  return (at) => {
    if (at === null) return null;
    if (at !== last) micros = BigInt(epochMs(at) - YEAR_2000_MS) * 1_000n;
    last = at;
    return micros;
  };
};

export const smallints = (values: readonly number[]): Buffer => arrayOf(SMALLINT, values);
export const integers = (values: readonly number[]): Buffer => arrayOf(INTEGER, values);
export const bigints = (values: readonly (bigint | null)[]): Buffer => arrayOf(BIGINT, values);
export const texts = (values: readonly (string | null)[]): Buffer => arrayOf(TEXTUAL, values);
export const instants = (values: readonly (Instant | null)[]): Buffer => arrayOf(MOMENT, values.map(microseconds()));
/** Of ids, what the database stores of them. */
export const uuids = (ids: readonly (Id<string> | null)[]): Buffer => arrayOf(UUID_OF, ids);
/** Of bytes, written as hex. */
export const hexes = (values: readonly string[]): Buffer => arrayOf(HEX, values);
