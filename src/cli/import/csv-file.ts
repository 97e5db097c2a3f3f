/** A CSV file read row by row: what is wrong with a row is noted with its line and column, and the next is read. */
import { parse } from 'csv-parse/sync';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { AppError } from '../../shared/errors.ts';

export interface RowFault {
  readonly file: string;
  readonly line: number;
  readonly column: string;
  readonly reason: string;
}

type Values = Readonly<Record<string, string>>;

/** A row while it is looked at. */
export class Row {
  constructor(
    readonly file: string,
    readonly line: number,
    private readonly values: Values,
    private readonly faults: RowFault[],
  ) {}

  fault(column: string, reason: string): void {
    this.faults.push({ file: this.file, line: this.line, column, reason });
    return undefined;
  }

  /** Undefined for an empty cell. */
  optional(column: string): string | undefined {
    const value = this.values[column]?.trim();
    return value === '' ? undefined : value;
  }

  text(column: string): string | undefined {
    const value = this.optional(column);
    if (value === undefined) this.fault(column, 'is empty');
    return value;
  }

  /** What the cell is read as; what the reader throws is the fault. */
  as<Value>(column: string, read: (text: string) => Value, value = this.text(column)): Value | undefined {
    if (value === undefined) return undefined;
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.fault(column, error.message);
      return undefined;
    }
  }

  optionalAs<Value>(column: string, read: (text: string) => Value): Value | undefined {
    const value = this.optional(column);
    return value === undefined ? undefined : this.as(column, read, value);
  }
}

interface Parsed {
  readonly record: Values;
  readonly info: { readonly lines: number };
}

/** No rows where there is no such file. Throws `import.malformed_csv`. */
export const rowsOfFile = (path: string, columns: readonly string[], faults: RowFault[]): readonly Row[] => {
  if (!existsSync(path)) return [];
  const file = basename(path);
  const parsed = recordsOf(path);
  const known = Object.keys(parsed[0]?.record ?? {});
  const missing = parsed.length === 0 ? [] : columns.filter((column) => !known.includes(column));
  for (const column of missing) faults.push({ file, line: 1, column, reason: 'is no column of the file' });
  return missing.length > 0 ? [] : parsed.map(({ record, info }) => new Row(file, info.lines, record, faults));
};

const recordsOf = (path: string): readonly Parsed[] => {
  try {
    return parse(readFileSync(path), {
      columns: (header: readonly string[]) => header.map((name) => name.trim().toLowerCase()),
      bom: true,
      info: true,
      skip_empty_lines: true,
    }) as unknown as readonly Parsed[];
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('invalid', 'import.malformed_csv', `${path}: ${why}`, { cause });
  }
};
