/**
 * `make bench`: every benchmark, one after the other, each in a process of its own on the same servers; a table here
 * and in docs/benchmarks.md. Ends with 1 when something was lost, came out of order, or could not be measured. A bar of
 * speed that is missed is shown as missed.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../src/infrastructure/system/root.ts';
import { makeTemplate } from '../test/support/database.ts';
import { REPORT_TO } from './support/bench.ts';
import { isBroken, isHeld, type Report, tablesOf } from './support/finding.ts';
import { howQuiet, machine } from './support/machine.ts';
import { showInDocs } from './support/page.ts';
import { findOrStartServices } from './support/services.ts';

const BENCHES = [
  'http',
  'outbox-read',
  'relay',
  'order-events',
  'tracking',
  'pipeline',
  'ledger',
  'settlement',
  'demo',
];
const PATIENCE_MS = 300_000;

const root = projectRoot();

/** Undefined when it ended without a report. */
const measured = async (name: string, folder: string): Promise<readonly Report[] | undefined> => {
  const to = join(folder, `${name}.json`);
  const child = spawn(process.execPath, ['--no-memory-reducer', '--import', 'tsx', join(root, 'bench', `${name}.ts`)], {
    cwd: root,
    env: { ...process.env, [REPORT_TO]: to },
    stdio: 'inherit',
    timeout: PATIENCE_MS,
  });
  await new Promise((resolve) => child.once('exit', resolve));
  return existsSync(to) ? (JSON.parse(readFileSync(to, 'utf8')) as readonly Report[]) : undefined;
};

const runAll = async (folder: string): Promise<readonly (readonly Report[] | undefined)[]> => {
  const all: (readonly Report[] | undefined)[] = [];
  for (const name of BENCHES) {
    const started = performance.now();
    const reports = await measured(name, folder);
    const took = ((performance.now() - started) / 1_000).toFixed(0);
    console.log(reports === undefined ? `${name} FAILED after ${took} s\n` : `${tablesOf(reports)}(${took} s)\n`);
    all.push(reports);
  }
  return all;
};

const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
const quiet = await howQuiet();
const services = await findOrStartServices();
try {
  const about = `${machine()} · ${services.about}; ${quiet}.`;
  console.log(`${about}\n`);
  await makeTemplate();
  const reports = await runAll(folder);
  const done = reports.flatMap((each) => each ?? []);
  const isWhole = reports.every((each) => each !== undefined);
  const findings = done.flatMap((report) => report.findings);
  if (isWhole) showInDocs('make bench', `${about}\n\n${tablesOf(done)}`);
  const missed = findings.filter((finding) => !isHeld(finding));
  console.log(missed.length === 0 ? 'every bar held' : `missed: ${missed.map(({ what }) => what).join('; ')}`);
  if (!isWhole || findings.some(isBroken)) process.exitCode = 1;
} finally {
  await services.stop();
  rmSync(folder, { recursive: true, force: true });
}
