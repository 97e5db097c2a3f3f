/**
 * `make verify`: whether what is committed agrees with itself. Generated files are what their sources make of them now,
 * the API's document has no fault and breaks nobody who was written against the released one, nor does proto/, and the
 * migrations keep the rules. `--no-services` leaves out what needs a database; then it takes seconds, and `make check` runs it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { projectRoot } from '../src/infrastructure/system/root.ts';
import { GENERATED } from './generated.ts';
import { asLine, lintMigrations } from './migrations/lint.ts';
import { brokenPromises } from './proto.ts';
import { breakingChanges, lintApi } from './redocly.ts';

const API = 'docs/openapi.yaml';
const RELEASED_API = 'docs/openapi.released.yaml';
const root = projectRoot();
let failed = 0;

/** Faults, a text each; none when it holds. What a check throws is a fault of it as well. */
const check = async (promise: string, faults: () => Promise<readonly string[]> | readonly string[]): Promise<void> => {
  const found = await Promise.resolve()
    .then(faults)
    .catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
  console.log(`${found.length === 0 ? 'ok    ' : 'FAILED'} ${promise}`);
  for (const fault of found) console.log(fault.replace(/^/gm, '         '));
  if (found.length > 0) failed += 1;
};

/** The lines to take away (-) and to add (+) so that the committed file is what it should be. */
const difference = (file: string, fresh: string): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-verify-'));
  try {
    const made = join(folder, basename(file));
    writeFileSync(made, fresh);
    const committed = existsSync(join(root, file)) ? file : '/dev/null';
    const labels = ['--label', `${file} as committed`, '--label', `${file} as it should be`];
    const { status, stdout, stderr } = spawnSync('diff', ['-u', ...labels, committed, made], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1_024 * 1_024,
    });
    return status === 0 ? [] : [`${stdout}${stderr}run \`make generate\` and look at what changes`];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const withServices = !process.argv.includes('--no-services');
for (const { file, needsDatabase, text } of GENERATED) {
  if (needsDatabase && !withServices) continue;
  await check(`${file} is what its sources say`, async () => difference(file, await text()));
}
await check(`${API} has no fault`, () => {
  const { passed, said } = lintApi(API);
  return passed ? [] : [said];
});
await check(`${API} breaks nobody who reads ${RELEASED_API}`, () => breakingChanges(RELEASED_API, API));
await check('proto/ breaks nobody who reads proto/released/', () =>
  brokenPromises(join(root, 'proto/released'), join(root, 'proto')),
);
await check('the migrations keep the rules', async () => (await lintMigrations()).map(asLine));
process.exitCode = failed > 0 ? 1 : 0;
