import knex, { type Knex } from 'knex';
import pg from 'pg';
import { type Instant, instantAt } from '../../shared/instant.ts';
import { textsAs } from './array-parameter.ts';

/** PostgreSQL as one module sees it: its own schema, through its own role, in its own small pool. */
export abstract class Database {
  abstract readonly schema: string;
  abstract readonly knex: Knex;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly schema: string;
  /** The role statements run as; the user of the URL must be a member of it. Absent for the owner. */
  readonly role?: string;
  readonly poolSize: number;
  readonly timeoutMs: number;
}

/** `2018-12-31 00:00:00.5+00`, as a session in UTC writes it; cut to the millisecond, it is an instant already. */
const toInstant = (text: string): Instant => {
  const isUtc = text.endsWith('+00') && text.charAt(4) === '-';
  if (!isUtc) return instantAt(Date.parse(text));
  const milliseconds = text.slice(20, -3).slice(0, 3).padEnd(3, '0');
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${milliseconds}Z` as Instant;
};

const { INT8, DATE, TIMESTAMPTZ } = pg.types.builtins;

pg.types.setTypeParser(INT8, BigInt);
pg.types.setTypeParser(DATE, (text: string) => text);
pg.types.setTypeParser(TIMESTAMPTZ, toInstant);

export interface RawConnection {
  __knex__disposed?: unknown;
  readonly connection: { readonly stream: { destroy(): void } };
  query(...args: readonly unknown[]): unknown;
}

type Answer = (error: unknown, response: unknown) => void;

/**
 * Gives up on a connection that is silent for so long, and throws it away: it may be half open, and a pool would hand it
 * out again, also after the network has healed. `test/integration/infrastructure/half-open.test.ts` shows the fault.
 *
 * node-postgres can watch the time itself (`query_timeout`), and does so for a statement that has a time of its own. But
 * a query that it watches outlives every scavenge, with all that it was asked with, until the whole heap is looked
 * through; of a busy process that was 64 MB within seconds.
 */
export const dropHalfOpen = (connection: RawConnection, ms: number): void => {
  const query = connection.query.bind(connection);
  connection.query = (...args) => {
    const answer = args.at(-1);
    if (typeof answer !== 'function') return query(...args);
    const [statement] = args as readonly (Partial<Record<'query_timeout', number>> | string)[];
    const isWatched = typeof statement === 'object' && statement.query_timeout !== undefined;
    const watch = isWatched ? discarding : watching(ms);
    return query(...args.slice(0, -1), watch(connection, answer as Answer));
  };
};

/** As node-postgres says it: `errors.ts` knows it by that. */
const SILENT = 'Query read timeout';

const watching =
  (ms: number) =>
  (connection: RawConnection, answer: Answer): Answer => {
    const discard = discarding(connection, answer);
    const timer = setTimeout(() => {
      discard(new Error(SILENT), undefined);
    }, ms);
    return (error, response) => {
      clearTimeout(timer);
      answer(error, response);
    };
  };

const discarding =
  (connection: RawConnection, answer: Answer): Answer =>
  (error, response) => {
    if (error instanceof Error && error.message === SILENT) {
      connection.__knex__disposed = error;
      connection.connection.stream.destroy();
    }
    answer(error, response);
  };

const sessionOptions = ({ role, timeoutMs }: DatabaseOptions): string =>
  [
    ...(role === undefined ? [] : [`role=${role}`]),
    'timezone=UTC',
    'datestyle=ISO',
    `lock_timeout=${timeoutMs}`,
    `idle_in_transaction_session_timeout=${timeoutMs}`,
    'client_connection_check_interval=1000',
  ]
    .map((option) => `-c ${option}`)
    .join(' ');

export const openDatabase = (options: DatabaseOptions): Database => ({
  schema: options.schema,
  knex: knex({
    client: 'pg',
    connection: {
      connectionString: options.url,
      options: sessionOptions(options),
      application_name: `tributary:${options.schema}`,
      connectionTimeoutMillis: options.timeoutMs,
      statement_timeout: options.timeoutMs,
      keepAlive: true,
    },
    pool: {
      min: 0,
      max: options.poolSize,
      afterCreate: (connection: RawConnection, done: (error: unknown, connection: RawConnection) => void) => {
        dropHalfOpen(connection, options.timeoutMs + 1_000);
        done(null, connection);
      },
    },
    acquireConnectionTimeout: options.timeoutMs,
    // Whoever waits for a query hears of its failure; knex would print it besides.
    log: { warn: silent, error: silent, deprecate: silent, debug: silent },
  }),
});

const silent = (): void => undefined;

/**
 * Rows of a statement; `:name` in the text, values by name. A `Date` is not among them: pass an instant as text.
 *
 * The connection is knex's, within its transaction if there is one; the text goes to it directly, for `knex.raw` parses
 * it anew each time, which costs as much as a short statement takes. So does the server, but for what has a name: that it
 * reads and plans once a connection.
 */
export const rowsOf = async <Row>(
  db: Knex,
  sql: string,
  values: Readonly<Record<string, unknown>> = {},
  name?: string,
): Promise<Row[]> => {
  const statement = { name, text: positional(sql).text, values: valuesOf(sql, values) };
  if (isOver(db)) throw new Error(`a statement after the end of its transaction: ${sql}`);
  const client = rawClient(db);
  const connection = await client.acquireConnection();
  try {
    return await ask<Row>(connection, statement);
  } finally {
    await client.releaseConnection(connection);
  }
};

/**
 * The same, for what is asked all the time: reading and planning a short statement takes the server several times as long
 * as doing it, and with a name it does so once a connection. Only for what is planned alike however much its tables hold,
 * and says which columns it wants: a table that gets another one meanwhile must not change the answer.
 *
 * A plan of when a table was empty reads it whole, and is kept when it has grown. So what looks for some rows of a large
 * table takes them one key at a time, which is done by the index always: `from unnest(:ids::uuid[]) as wanted (id) cross
 * join lateral (select … where id = wanted.id offset 0) as found`; without `offset 0` the planner makes it a join.
 */
export const rowsOfOften = <Row>(
  db: Knex,
  sql: string,
  values: Readonly<Record<string, unknown>> = {},
): Promise<Row[]> => rowsOf<Row>(db, sql, values, positional(sql).name);

/** Rows of the answer. */
export const ask = <Row>(connection: RawConnection, statement: unknown): Promise<Row[]> =>
  inTurn(
    connection,
    () =>
      new Promise((resolve, reject) => {
        connection.query(statement, (error: Error | null, result: { rows: Row[] }) => {
          if (error) reject(error);
          else resolve(result.rows);
        });
      }),
  );

/** What each connection is doing, until nobody waits for it any more. */
const busy = new WeakMap<object, Promise<unknown>>();

/** A connection does one thing at a time: what is asked of it in the meantime waits, in the order in which it was asked. */
export const inTurn = async <Result>(connection: object, work: () => Promise<Result>): Promise<Result> => {
  const before = busy.get(connection);
  const mine = before === undefined ? work() : before.then(work);
  const over = mine.catch(silent);
  busy.set(connection, over);
  try {
    return await mine;
  } finally {
    if (busy.get(connection) === over) busy.delete(connection);
  }
};

interface Positional {
  readonly text: string;
  /** Nobody else's in this process. */
  readonly name: string;
  /** Whose value is `$1`, `$2`, …; and of what, where the text calls it an array: `:ids::uuid[]`. */
  readonly places: readonly { readonly name: string; readonly arrayOf: string | undefined }[];
}

/** By text: the program has a few hundred statements, and makes no others. */
const known = new Map<string, Positional>();

const positional = (sql: string): Positional => {
  const before = known.get(sql);
  if (before !== undefined) return before;
  const places: Positional['places'][number][] = [];
  const text = sql.replace(
    /(?<!:):([a-zA-Z_]\w*)((?:::(\w+)\[\])?)/g,
    // A name used twice is two parameters: each place has a type of its own.
    (_, name: string, cast: string, arrayOf: string | undefined) => `$${places.push({ name, arrayOf })}${cast}`,
  );
  const found = { text, places, name: `often_${known.size}` };
  known.set(sql, found);
  return found;
};

const valuesOf = (sql: string, values: Readonly<Record<string, unknown>>): readonly unknown[] =>
  positional(sql).places.map(({ name, arrayOf }) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for :${name} in: ${sql}`);
    if (arrayOf === undefined || !Array.isArray(value)) return value;
    return textsAs(arrayOf, value) ?? value;
  });

const isOver = (db: Knex): boolean => db.isTransaction === true && (db as Knex.Transaction).isCompleted();

interface RawClient {
  acquireConnection(): Promise<RawConnection>;
  releaseConnection(connection: unknown): Promise<void>;
  readonly pool: { numUsed(): number; numPendingAcquires(): number };
}

/** The parts of knex that its types do not show. */
export const rawClient = (db: Knex): RawClient => db.client as RawClient;
