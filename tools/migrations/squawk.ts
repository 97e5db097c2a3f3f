import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import type { MigrationFile } from '../../src/infrastructure/postgres/migration-file.ts';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import type { Finding } from './rules.ts';

interface Violation {
  readonly file: string;
  readonly line: number;
  readonly rule_name: string;
  readonly message: string;
  readonly help: string | null;
}

/** What contracting is there for. */
const CONTRACTING = new Set(['ban-drop-column', 'ban-drop-table', 'ban-drop-not-null']);

/** What squawk says of the files in a folder, told which of them run in a transaction. Throws where it cannot run. */
export const squawkFindings = (folder: string, migrations: readonly MigrationFile[]): readonly Finding[] => {
  const within = migrations.filter(({ transactional, phase }) => transactional && phase !== 'backfill');
  const without = migrations.filter((migration) => !within.includes(migration));
  return [...ask(folder, within, '--assume-in-transaction'), ...ask(folder, without)];
};

const ask = (folder: string, migrations: readonly MigrationFile[], ...flags: readonly string[]): readonly Finding[] => {
  if (migrations.length === 0) return [];
  const root = projectRoot();
  const paths = migrations.map(({ name }) => join(folder, name));
  const { status, stdout, stderr } = spawnSync(
    join(root, 'node_modules/.bin/squawk'),
    ['--reporter', 'json', ...flags, ...paths],
    { cwd: root, encoding: 'utf8' },
  );
  if (!stdout.startsWith('[')) throw new Error(`squawk ended with ${status ?? 'no answer'}: ${stdout}${stderr}`);
  const contracting = new Set(migrations.filter(({ phase }) => phase === 'contract').map(({ name }) => name));
  return (JSON.parse(stdout) as readonly Violation[])
    .filter(({ file, rule_name }) => !(contracting.has(basename(file)) && CONTRACTING.has(rule_name)))
    .map(({ file, line, rule_name, message, help }) => ({
      file: basename(file),
      line: line + 1,
      rule: `squawk ${rule_name}`,
      message: [message, help].filter(Boolean).join(' '),
    }));
};
