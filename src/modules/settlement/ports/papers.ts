import type { Sheet } from '../domain/documents/sheet.ts';

/** Puts a document on paper, page by page: it may be longer than one wants in memory. */
export abstract class Papers {
  abstract pdf(sheet: Sheet): AsyncIterable<Uint8Array>;
}

/** A table for spreadsheets; the texts of others cannot become formulas in it. */
export abstract class Tables {
  abstract csv(titles: readonly string[], rows: AsyncIterable<readonly TableRow[]>): AsyncIterable<string>;
}

/** What people or partners wrote is told apart from what we write: it may look like a formula. */
export type TableRow = readonly (string | { readonly text: string })[];
