/**
 * A transaction on one connection of the pool. knex's own builds a whole knex for each, of which nobody here uses anything
 * but the connection; that costs as much as five statements.
 */
import type { Knex } from 'knex';
import { ask, rawClient, type RawConnection } from './database.ts';

/** What is asked of a transaction by who writes statements: `rowsOf` and `copyInto`. */
class OneConnection {
  readonly isTransaction = true;
  readonly client: { acquireConnection(): Promise<RawConnection>; releaseConnection(): Promise<void> };
  isOver = false;

  constructor(connection: RawConnection) {
    this.client = {
      acquireConnection: () => Promise.resolve(connection),
      releaseConnection: () => Promise.resolve(),
    };
  }

  isCompleted(): boolean {
    return this.isOver;
  }
}

/** Committed when the work is done; when it throws, nothing of it has happened, and what it threw is thrown. */
export const inTransaction = async <Result>(db: Knex, work: (trx: Knex) => Promise<Result>): Promise<Result> => {
  const client = rawClient(db);
  const connection = await client.acquireConnection();
  const trx = new OneConnection(connection);
  try {
    await ask(connection, 'BEGIN');
    const result = await work(trx as unknown as Knex);
    await ask(connection, 'COMMIT');
    return result;
  } catch (error) {
    await undo(connection);
    throw error;
  } finally {
    trx.isOver = true;
    await client.releaseConnection(connection);
  }
};

/** A connection that cannot even do that must not come back into the pool: nobody knows what it still holds. */
const undo = async (connection: RawConnection): Promise<void> => {
  try {
    await ask(connection, 'ROLLBACK');
  } catch (error) {
    connection.__knex__disposed = error;
  }
};
