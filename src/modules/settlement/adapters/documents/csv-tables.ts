import { stringify } from 'csv-stringify/sync';
import type { TableRow, Tables } from '../../ports/papers.ts';

/** By this mark spreadsheets know that the text is UTF-8. */
const UTF_8 = '\uFEFF';

/** RFC 4180, in pieces. */
export class CsvTables implements Tables {
  async *csv(titles: readonly string[], rows: AsyncIterable<readonly TableRow[]>): AsyncGenerator<string> {
    yield UTF_8 + written([titles]);
    for await (const some of rows) yield written(some.map((row) => row.map(cellOf)));
  }
}

const written = (rows: readonly (readonly string[])[]): string => stringify([...rows], { record_delimiter: '\r\n' });

const cellOf = (cell: TableRow[number]): string => (typeof cell === 'string' ? cell : harmless(cell.text));

/** Spreadsheets take what begins like this for a formula; an apostrophe says that it is text. */
const harmless = (text: string): string => (/^[\s"']*[=+\-@|\t\r]/.test(text) ? `'${text}` : text);
