import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../infrastructure/postgres/database.ts';
import { parseMigration, type Phase, PHASES, readMigrations } from '../infrastructure/postgres/migration-file.ts';
import { Migrator } from '../infrastructure/postgres/migrator.ts';
import { projectRoot } from '../infrastructure/system/root.ts';
import { AppError } from '../shared/errors.ts';

export const migrationsFolder = (): string => join(projectRoot(), 'db/migrations');

const withMigrator = async <Result>(
  url: string,
  work: (migrator: Migrator) => Promise<Result>,
  say: (line: string) => void,
): Promise<Result> => {
  const owner = openDatabase({ url, schema: 'owner', poolSize: 1, timeoutMs: 15_000 });
  try {
    return await work(new Migrator(owner.knex, await readMigrations(migrationsFolder()), say));
  } finally {
    await owner.knex.destroy();
  }
};

export const migrate = async (
  url: string,
  phases: readonly Phase[] = PHASES,
  say: (line: string) => void = console.log,
): Promise<number> => {
  const applied = await withMigrator(url, (migrator) => migrator.apply(new Set(phases)), say);
  return applied.length;
};

export const migrationStatus = async (url: string): Promise<void> => {
  const status = await withMigrator(url, (migrator) => migrator.status(), console.log);
  for (const { name, phase, state, appliedAt } of status)
    console.log(`${state.padEnd(8)} ${phase.padEnd(8)} ${name} ${appliedAt ?? ''}`);
};

/** An empty migration with its header, named for now. Throws `migration.malformed`. */
export const newMigration = async (name: string | undefined, now: Date): Promise<string> => {
  if (!name)
    throw new AppError(
      'invalid',
      'migration.malformed',
      'which migration? make migrate-new NAME=module_what, such as NAME=orders_add_note',
    );
  const stamp = now.toISOString().replace(/\D/g, '').slice(0, 12);
  const file = `${stamp}_${name}.sql`;
  const text = '-- phase: expand\n-- One sentence: why, and why old code keeps working.\n';
  parseMigration(file, text);
  const path = join(migrationsFolder(), file);
  await writeFile(path, text, { flag: 'wx' }).catch((cause: unknown) => {
    throw new AppError('conflict', 'migration.exists', `${file} exists already`, { cause });
  });
  return path;
};
