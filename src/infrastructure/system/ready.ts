import { join } from 'node:path';
import type { Role } from '../config.ts';
import type { Database } from '../postgres/database.ts';
import { readMigrations } from '../postgres/migration-file.ts';
import { Migrator } from '../postgres/migrator.ts';
import type { Service } from '../service.ts';
import { within } from '../within.ts';
import { projectRoot } from './root.ts';

/** Who can serve without the database has no visitors waiting while it hangs. */
const PATIENCE_MS = 500;

interface Process {
  readonly roles: ReadonlySet<Role>;
  readonly services: readonly Service[];
}

/** What is missing before requests can be served; empty when ready. */
export const whyNotReady = async (
  { knex }: Database,
  process: Process,
  report: (error: unknown) => void,
): Promise<readonly string[]> => {
  const canWait = standsAlone(process);
  try {
    const asked = new Migrator(knex, await readMigrations(join(projectRoot(), 'db/migrations'))).status();
    const status = await (canWait ? within(PATIENCE_MS, asked) : asked);
    const pending = status.filter(({ state, phase }) => state === 'pending' && phase === 'expand');
    return pending.length > 0 ? [`${pending.length} migrations are pending: run make migrate`] : [];
  } catch (error) {
    if (canWait) return []; // whoever needs the database there says so
    report(error);
    return ['the database does not answer'];
  }
};

/** Visitors are led on without the database; whoever asks the API needs it. */
const standsAlone = ({ roles, services }: Process): boolean =>
  !roles.has('api') && services.some((service) => service.standsAlone?.() === true);
