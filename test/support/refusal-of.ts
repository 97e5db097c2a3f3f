import type { Knex } from 'knex';
import { rowsOf } from '../../src/infrastructure/postgres/database.ts';

/** PostgreSQL's code of the refusal, or `done`. */
export const refusalOf = async (
  db: Knex,
  sql: string,
  values: Readonly<Record<string, unknown>> = {},
): Promise<string> => {
  try {
    await rowsOf(db, sql, values);
    return 'done';
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
};
