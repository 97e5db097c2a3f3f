import { rowsOf } from '../../src/infrastructure/postgres/database.ts';
import { onServer, type TestDatabase } from './database.ts';

/** Gives a cloned database modules of the test's own. Roles belong to the whole server, so it is one test's turn at a time. */
export const addModules = (database: TestDatabase, ...names: readonly string[]): Promise<void> =>
  onServer(async (client) => {
    await client.query('select pg_advisory_lock(727401, 2)'); // freed with the connection
    for (const name of names) await rowsOf(database.owner.knex, 'select platform.add_module(:name)', { name });
  });
