import type { Instant } from '../../../../shared/instant.ts';
import type { ArchiveFile } from '../../domain/archive-file.ts';

export interface FileRow {
  readonly path: string;
  readonly source: string;
  readonly type: string;
  readonly date: string;
  readonly hour: number;
  readonly number: number;
  readonly rows: number;
  readonly bytes: bigint;
  readonly sha256: string;
  readonly first_at: Instant;
  readonly last_at: Instant;
  readonly through: bigint;
  readonly before: Instant;
}

export const FILE_COLUMNS =
  'path, source, type, date, hour, number, rows, bytes, sha256, first_at, last_at, through, before';

export const FROM_FILES = `unnest(
  :paths::text[], :sources::text[], :types::text[], :dates::date[], :hours::smallint[], :numbers::integer[],
  :rows::integer[], :bytes::bigint[], :sums::text[], :firsts::timestamptz[], :lasts::timestamptz[],
  :throughs::bigint[], :befores::timestamptz[]
) as file (${FILE_COLUMNS})`;

export const fileValues = (files: readonly ArchiveFile[]): Readonly<Record<string, unknown>> => ({
  paths: files.map(({ path }) => path),
  sources: files.map(({ source }) => source),
  types: files.map(({ type }) => type),
  dates: files.map(({ date }) => date),
  hours: files.map(({ hour }) => hour),
  numbers: files.map(({ number }) => number),
  rows: files.map(({ rows }) => rows),
  bytes: files.map(({ bytes }) => bytes),
  sums: files.map(({ sha256 }) => sha256),
  firsts: files.map(({ firstAt }) => firstAt),
  lasts: files.map(({ lastAt }) => lastAt),
  throughs: files.map(({ through }) => through),
  befores: files.map(({ before }) => before),
});

export const fileOf = (row: FileRow): ArchiveFile => ({
  path: row.path,
  source: row.source,
  type: row.type,
  date: row.date,
  hour: row.hour,
  number: row.number,
  rows: row.rows,
  bytes: Number(row.bytes),
  sha256: row.sha256,
  firstAt: row.first_at,
  lastAt: row.last_at,
  through: row.through,
  before: row.before,
});
