import { join } from 'node:path';
import type { Database } from '../postgres/database.ts';
import { readMigrations } from '../postgres/migration-file.ts';
import { Migrator } from '../postgres/migrator.ts';
import { projectRoot } from './root.ts';

/** What is missing before requests can be served; empty when ready. */
export const whyNotReady = async ({ knex }: Database, report: (error: unknown) => void): Promise<readonly string[]> => {
  try {
    const status = await new Migrator(knex, await readMigrations(join(projectRoot(), 'db/migrations'))).status();
    const pending = status.filter(({ state, phase }) => state === 'pending' && phase === 'expand');
    return pending.length > 0 ? [`${pending.length} migrations are pending: run make migrate`] : [];
  } catch (error) {
    report(error);
    return ['the database does not answer'];
  }
};
