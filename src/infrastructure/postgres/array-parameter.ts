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

const { BYTEA, INT2, INT4, INT8, JSONB, TEXT, TIMESTAMPTZ, UUID } = pg.types.builtins;
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
  const sizes = values.map((value) => (value === null ? NULL : bytesOf(value)));
  const size = sizes.reduce((sum, bytes) => (bytes === NULL ? sum : sum + bytes), HEAD_BYTES);
  const array = Buffer.allocUnsafe(size + values.length * LENGTH_BYTES);
  [1, 1, type, values.length, 1].forEach((part, index) => array.writeInt32BE(part, index * 4));
  let at = HEAD_BYTES;
  for (const [index, value] of values.entries()) {
    const bytes = sizes[index] ?? NULL;
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

const UUID_TEXT: Element<string> = {
  type: UUID,
  bytesOf: always(16),
  write: (array, uuid, at) => array.write(uuid.replaceAll('-', ''), at, 'hex'),
};
const JSON_TEXT: Element<string> = {
  type: JSONB,
  bytesOf: (json) => 1 + Buffer.byteLength(json),
  write: (array, json, at) => array.write(json, array.writeUInt8(JSONB_VERSION, at)),
};
const JSONB_VERSION = 1;

const IS_UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const IS_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.]\d{3}Z$/;

/** By the type that a statement names: what its texts look like, and how they are written. */
const OF_TEXTS: Readonly<Record<string, { readonly is?: RegExp; readonly write: (texts: TextValues) => Buffer }>> = {
  text: { write: texts },
  jsonb: { write: (values) => arrayOf(JSON_TEXT, values) },
  uuid: { is: IS_UUID, write: (values) => arrayOf(UUID_TEXT, values) },
  timestamptz: { is: IS_INSTANT, write: (values) => instants(values as readonly (Instant | null)[]) },
};

type TextValues = readonly (string | null)[];

/** Texts as an array of that type; undefined when we have no way to write them, or some are no texts of the kind. */
export const textsAs = (type: string, values: readonly unknown[]): Buffer | undefined => {
  const { is, write } = OF_TEXTS[type] ?? {};
  const isText = (value: unknown): value is string | null | undefined =>
    value === null || value === undefined || (typeof value === 'string' && (is === undefined || is.test(value)));
  return write !== undefined && values.every(isText) ? write(values.map((value) => value ?? null)) : undefined;
};
