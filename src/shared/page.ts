import { AppError } from './errors.ts';

/** A page asked for by what came before it, so that rows arriving meanwhile are neither skipped nor shown twice. */
export interface PageRequest {
  readonly limit: number;
  /** The last key of the page before; absent for the first page. */
  readonly after?: readonly string[] | undefined;
}

export interface Page<Item> {
  readonly data: readonly Item[];
  readonly nextCursor: string | null;
}

/** A store reads `limit + 1` rows; the surplus row only says that there is a next page. */
export const pageOf = <Item>(
  rows: readonly Item[],
  request: PageRequest,
  keyOf: (item: Item) => readonly string[],
): Page<Item> => {
  const data = rows.slice(0, request.limit);
  const last = data.at(-1);
  const more = rows.length > request.limit && last !== undefined;
  return { data, nextCursor: more ? encodeCursor(keyOf(last)) : null };
};

export const encodeCursor = (key: readonly string[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** Throws `page.malformed_cursor`. */
export const decodeCursor = (cursor: string): readonly string[] => {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(key) && key.every((part) => typeof part === 'string')) return key;
  } catch {
    // falls through to the one error a caller can act on
  }
  throw malformedCursor();
};

/** Also for a key that decodes, and is none of the list's. */
export const malformedCursor = (): AppError =>
  new AppError('invalid', 'page.malformed_cursor', 'the cursor is not one of ours; start again without it', {
    faults: [
      { pointer: '/query/after', code: 'page.malformed_cursor', detail: 'use the nextCursor of the page before' },
    ],
  });
