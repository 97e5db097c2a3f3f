/**
 * COPY in text form: the cheapest way of many rows into a table. Format: PostgreSQL's manual, COPY, "Text Format".
 *
 * The statement, the rows and their end leave in one piece: one system call and one way to the server and back, where a
 * stream waits for the server's consent in between. The protocol allows it ("COPY Operations" in the manual's chapter on
 * message flow): a server that refuses the statement drops the rows that follow it.
 */
import type { Knex } from 'knex';
import type { Writable } from 'node:stream';
import type { Id } from '../../shared/ids.ts';
import { jsonOf, JsonText } from '../../shared/json-text.ts';
import { writeUuidText } from '../../shared/typeid.ts';
import { inTurn, type RawConnection, rawClient } from './database.ts';

export const NULL = '\\N';

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** One value of a row; a tab stands between two, and a line feed behind the last. */
export const escaped = (text: string): string =>
  SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character) : text;

const BACKSLASH = 0x5c;
const TAB = 0x09;
/** Of UTF-8, for one unit of a text. */
const MOST_BYTES = 3;

const UUID_BYTES = 36;

/** Rows as bytes, written one behind the other. */
export class CopyRows {
  private bytes: Buffer;
  private used = 0;

  constructor(likelyBytes: number) {
    this.bytes = Buffer.allocUnsafe(likelyBytes);
  }

  /** As it is: escaped already, with its tabs. */
  text(text: string): void {
    this.makeRoom(text.length * MOST_BYTES);
    this.used += this.bytes.write(text, this.used);
  }

  /** Of an id, as a value with the tab behind it. */
  uuid(id: Id<string>): void {
    this.makeRoom(UUID_BYTES + 1);
    writeUuidText(id, this.bytes, this.used);
    this.bytes[this.used + UUID_BYTES] = TAB;
    this.used += UUID_BYTES + 1;
  }

  /** JSON has escapes of its own for all that is special here, but for what they begin with. */
  json(value: object): void {
    const bytes = value instanceof JsonText ? value.bytes : undefined;
    if (bytes === undefined || bytes.includes(BACKSLASH)) {
      this.text(jsonOf(value).replaceAll('\\', '\\\\'));
      return;
    }
    this.makeRoom(bytes.length);
    this.used += bytes.copy(this.bytes, this.used);
  }

  written(): Buffer {
    return this.bytes.subarray(0, this.used);
  }

  private makeRoom(more: number): void {
    if (this.used + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.used + more));
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }
}

/** Rows for a table; the statement is `copy … from stdin`. */
export interface Copy {
  readonly statement: string;
  readonly rows: string | Buffer;
}

/**
 * One after the other, all or none; within the transaction, if there is one. Without, what is sent in one query is one
 * ("Multiple Statements in a Simple Query" in the manual's chapter on message flow). So a few tables cost one way to the
 * server and back.
 */
export const copyAll = async (db: Knex, copies: readonly Copy[]): Promise<void> => {
  const client = rawClient(db);
  const connection = await client.acquireConnection();
  try {
    const pieces = messages(copies);
    await inTurn(connection, () => copied(connection, pieces));
  } finally {
    await client.releaseConnection(connection);
  }
};

const copied = (connection: RawConnection, pieces: readonly Buffer[]): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.query(new CopyQuery(pieces), (error: Error | null) => {
      if (error === null) resolve();
      else reject(error);
    });
  });

/** Query, and for each CopyData and CopyDone: a letter, the length of what follows with itself, and that. */
const messages = (copies: readonly Copy[]): readonly Buffer[] => {
  const query = Buffer.from(`Q0000${copies.map(({ statement }) => statement).join(';')}\0`);
  query.writeInt32BE(query.length - 1, 1);
  return [query, ...copies.flatMap(({ rows }) => dataOf(typeof rows === 'string' ? Buffer.from(rows) : rows))];
};

const dataOf = (rows: Buffer): readonly Buffer[] => {
  const head = Buffer.from('d0000');
  head.writeInt32BE(4 + rows.length, 1);
  return [head, rows, DONE];
};

const DONE = Buffer.from('c\0\0\0\x04');

/**
 * What node-postgres lets anybody put into its queue. It tells each of the server's answers to its own method. Rows are
 * let go of once they are sent.
 */
class CopyQuery {
  /** Given by node-postgres: who waits for it. */
  callback?: (error: Error | null) => void;

  constructor(private pieces: readonly Buffer[]) {}

  /** In one system call, and without rows being copied once more to stand beside the rest. */
  submit({ stream }: { readonly stream: Writable }): void {
    const { pieces } = this;
    this.pieces = [];
    stream.cork();
    for (const piece of pieces) stream.write(piece);
    stream.uncork();
  }

  handleError(error: Error): void {
    this.callback?.(error);
  }

  handleReadyForQuery(): void {
    this.callback?.(null);
  }

  handleCopyInResponse(): void {
    // The rows are on their way already.
  }

  handleCommandComplete(): void {
    // How many there were is known.
  }
}
