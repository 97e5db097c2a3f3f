/**
 * `make test`: everything that can be red, in one go, and a count at the end.
 *
 *   checks (types · lint · formatting · architecture · dead code · contracts) ─▶ unit tests ─▶ services ─▶ integration tests
 *
 * `--checks`, `--unit`, `--integration` run a part. `--cached` lints only what has changed since it was last found good;
 * a file whose imports changed their types is looked at again by the whole run alone. Words after `--` go to mocha
 * (`-- --grep outbox`).
 */
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../src/infrastructure/system/root.ts';
import { makeTemplate } from './support/database.ts';
import { findOrStartPostgres } from './support/services/postgres.ts';
import { findOrStartRabbit } from './support/services/rabbit.ts';
import { findOrStartRedis } from './support/services/redis.ts';
import type { Service } from './support/services/ready.ts';

interface Count {
  passed: number;
  failed: number;
}

const root = projectRoot();
/** A folder of this run's own: several may run side by side. */
const folder = join(root, '.data/test', String(process.pid));
const count: Count = { passed: 0, failed: 0 };

const cut = process.argv.indexOf('--');
const own = process.argv.slice(2, cut === -1 ? undefined : cut);
const extra = cut === -1 ? [] : process.argv.slice(cut + 1);

/** Beside the data of `make run`, and never in a checkout as it came: there everything is looked at. */
const cacheIn = (name: string): readonly string[] => [
  '--cache',
  '--cache-strategy',
  'content',
  '--cache-location',
  join('.data', name),
];

const CHECKS: readonly (readonly [string, readonly string[]])[] = [
  ['types', ['tsc', '--noEmit']],
  ['lint', ['eslint', '.', ...(own.includes('--cached') ? cacheIn('eslint') : [])]],
  ['formatting', ['prettier', '--check', '--log-level', 'warn', '.', ...cacheIn('prettier')]],
  ['architecture', ['depcruise', '--config', '.dependency-cruiser.mjs', 'src']],
  ['dead code', ['knip']],
  ['contracts', ['tsx', 'tools/verify.ts', '--no-services']],
];

const run = (command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } });
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
    child.once('error', () => {
      resolve(1);
    });
  });

const bin = (name: string): string => join(root, 'node_modules/.bin', name);

const checks = async (): Promise<void> => {
  for (const [name, [command = '', ...args]] of CHECKS) {
    const started = performance.now();
    const code = await run(bin(command), args);
    console.log(
      `${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - started) / 1_000).toFixed(1)} s)`,
    );
    count[code === 0 ? 'passed' : 'failed'] += 1;
  }
};

const mocha = async (
  name: string,
  files: string,
  extra: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<void> => {
  const report = join(folder, `${name}.json`);
  rmSync(report, { force: true });
  const code = await run(bin('mocha'), ['--reporter', 'test/support/counting-reporter.cjs', ...extra, files], {
    NODE_ENV: 'test',
    COUNT_TO: report,
    ...environment,
  });
  const counted = readCount(report);
  count.passed += counted.passed;
  count.failed += counted.failed;
  // A run that died before it could count is red, whatever the report says.
  if (code !== 0 && counted.failed === 0) count.failed += 1;
};

const readCount = (report: string): Count => {
  try {
    return JSON.parse(readFileSync(report, 'utf8')) as Count;
  } catch {
    return { passed: 0, failed: 0 };
  }
};

const integration = async (extra: readonly string[]): Promise<void> => {
  const services: Service[] = [];
  try {
    const [postgres, rabbit, redis] = await Promise.all([
      findOrStartPostgres(folder),
      findOrStartRabbit(folder),
      findOrStartRedis(),
    ]);
    services.push(postgres, rabbit, redis);
    console.log(`PostgreSQL ${postgres.from} · RabbitMQ ${rabbit.from} · Redis ${redis.from}`);
    const environment = { DATABASE_URL: postgres.url, AMQP_URL: rabbit.url, REDIS_URL: redis.url };
    Object.assign(process.env, environment);
    await makeTemplate();
    const jobs = String(Math.max(2, cpus().length));
    await mocha('integration', 'test/integration/**/*.test.ts', ['--parallel', '--jobs', jobs, ...extra], environment);
  } finally {
    await Promise.all(services.map((service) => service.stop()));
  }
};

const wants = (part: string): boolean => own.length === 0 || own.includes(part);

mkdirSync(folder, { recursive: true });
if (wants('--checks')) await checks();
if (wants('--unit')) await mocha('unit', 'test/unit/**/*.test.ts', extra);
if (wants('--integration')) await integration(extra);
rmSync(folder, { recursive: true, force: true });
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed > 0 ? 1 : 0;
