import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';

export const PHASES = ['expand', 'backfill', 'contract'] as const;
export type Phase = (typeof PHASES)[number];

/**
 * `202601150900_commission_add_hold.sql`: plain SQL, forward only. The first line names the phase, the second says why.
 * `-- transaction: none` is for statements that refuse one (`create index concurrently`); they must be repeatable.
 * A backfill is one statement that changes a bounded batch; it is run until it changes nothing.
 */
export interface MigrationFile {
  readonly name: string;
  readonly phase: Phase;
  readonly transactional: boolean;
  readonly sql: string;
  readonly checksum: string;
}

const NAME = /^\d{12}_[a-z]+_[a-z0-9_]+\.sql$/;
const HEADER = /^-- phase: (expand|backfill|contract)\n-- \S.*\n/;

/** Throws `migration.malformed`. */
export const parseMigration = (name: string, sql: string): MigrationFile => {
  const [, phase] = HEADER.exec(sql) ?? [];
  if (!NAME.test(name) || phase === undefined) {
    throw new AppError(
      'invalid',
      'migration.malformed',
      `${name}: a migration is named yyyymmddhhmm_module_what.sql and starts with "-- phase: ${PHASES.join(' | ')}" and a sentence`,
    );
  }
  return {
    name,
    phase: phase as Phase,
    transactional: !/^-- transaction: none$/m.test(sql),
    sql,
    checksum: createHash('sha256').update(sql).digest('hex'),
  };
};

export const readMigrations = async (directory: string): Promise<readonly MigrationFile[]> => {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(names.map(async (name) => parseMigration(name, await readFile(join(directory, name), 'utf8'))));
};
