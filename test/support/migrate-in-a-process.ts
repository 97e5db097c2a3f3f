/** Applies a folder's migrations in a process of its own, which may be killed at a named point. */
import { armFault } from '../../src/infrastructure/fault.ts';
import { openDatabase } from '../../src/infrastructure/postgres/database.ts';
import { PHASES, readMigrations } from '../../src/infrastructure/postgres/migration-file.ts';
import { Migrator } from '../../src/infrastructure/postgres/migrator.ts';

const [url = '', folder = '', fault = ''] = process.argv.slice(2);
armFault(fault === '' ? undefined : fault);
const owner = openDatabase({ url, schema: 'owner', poolSize: 1, timeoutMs: 10_000 });
await new Migrator(owner.knex, await readMigrations(folder)).apply(new Set(PHASES));
await owner.knex.destroy();
