/** COPY in text form: the cheapest way of many rows into a table. Format: PostgreSQL's manual, COPY, "Text Format". */
import type { Knex } from 'knex';
import { from } from 'pg-copy-streams';
import { discardIfSilent, rawClient } from './database.ts';

export const NULL = '\\N';

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** One value of a row; a tab stands between two, and a line feed behind the last. */
export const escaped = (text: string): string =>
  SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character) : text;

/** Within the transaction, if there is one. `statement` is `copy … from stdin`. */
export const copyInto = async (db: Knex, statement: string, lines: string): Promise<void> => {
  const client = rawClient(db);
  const connection = await client.acquireConnection();
  try {
    await new Promise<void>((resolve, reject) => {
      const stream = from(statement);
      stream.once('finish', resolve).once('error', (error) => {
        discardIfSilent(connection, error);
        reject(error);
      });
      connection.query(stream);
      stream.end(lines);
    });
  } finally {
    await client.releaseConnection(connection);
  }
};
