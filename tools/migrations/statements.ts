/** A migration's SQL as rules look at it: statement by statement, without comments and without what stands in quotes. */

export interface Statement {
  /** Of the file, from 1. */
  readonly line: number;
  /** In lower case, white space collapsed, texts and bodies emptied: `comment on table a.b is ''`. */
  readonly text: string;
  /** Whether a semicolon stands within it. */
  readonly holdsSemicolon: boolean;
}

/** What is not code: comments, texts, bodies of functions. Names in double quotes are code. */
const OPAQUE = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$/g;

const isComment = (piece: string): boolean => piece.startsWith('--') || piece.startsWith('/*');

export const statementsOf = (sql: string): readonly Statement[] => {
  // Semicolons within pieces become a character that no SQL holds; lines stay where they are.
  const code = sql.replace(OPAQUE, (piece) => {
    const lines = piece.replace(/[^\n;]/g, '').replaceAll(';', isComment(piece) ? '' : HIDDEN);
    return isComment(piece) ? lines : `''${lines}`;
  });
  let line = 1;
  return code.split(';').flatMap((raw) => {
    const lead = /^\s*/.exec(raw)?.[0] ?? '';
    const first = line + newlines(lead);
    line += newlines(raw);
    const text = raw.replaceAll(HIDDEN, '').replace(/\s+/g, ' ').trim().toLowerCase();
    return text === '' ? [] : [{ line: first, text, holdsSemicolon: raw.includes(HIDDEN) }];
  });
};

const HIDDEN = '\u0001';

const newlines = (text: string): number => text.split('\n').length - 1;
