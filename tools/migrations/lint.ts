import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readMigrations } from '../../src/infrastructure/postgres/migration-file.ts';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import { type Finding, findingsIn } from './rules.ts';
import { squawkFindings } from './squawk.ts';

const migrationsFolder = (): string => join(projectRoot(), 'db/migrations');

/** A schema a module, and the kernel's. */
export const schemasOfOurs = (): readonly string[] => [...readdirSync(join(projectRoot(), 'src/modules')), 'platform'];

/** Everything that is wrong with the program's migrations. Throws `migration.malformed` for a header none can read. */
export const lintMigrations = async (): Promise<readonly Finding[]> => {
  const folder = migrationsFolder();
  const migrations = await readMigrations(folder);
  return [...findingsIn(migrations, schemasOfOurs()), ...squawkFindings(folder, migrations)];
};

/** `db/migrations/2026….sql:12 one-table: locks …`, as editors read it. */
export const asLine = ({ file, line, rule, message }: Finding): string =>
  `db/migrations/${file}:${line} ${rule}: ${message}`;
