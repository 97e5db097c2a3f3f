/**
 * `make test`: everything that can be red, in one go, and a count at the end.
 *
 *   types · lint · unit tests · formatting · architecture · dead code · contracts ─▶ integration tests
 *   └─ two at a time, heard in this order                                         └─ on services started meanwhile
 *
 * `--checks`, `--unit`, `--integration` run a part. `--cached` lints only what has changed since it was last found good;
 * a file whose imports changed their types is looked at again by the whole run alone. Words after `--` go to mocha
 * (`-- --grep outbox`).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../src/infrastructure/system/root.ts';
import { makeTemplate } from './support/database.ts';
import { inTurn, type Part } from './support/in-turn.ts';
import { compileProgram } from './support/process.ts';
import { findOrStartPostgres } from './support/services/postgres.ts';
import { findOrStartRabbit } from './support/services/rabbit.ts';
import { findOrStartRedis } from './support/services/redis.ts';

interface Count {
  passed: number;
  failed: number;
  /** One for each, to be said again at the end: whoever reads the last lines alone sees what is red. */
  failures: string[];
}

const root = projectRoot();
/** A folder of this run's own: several may run side by side. */
const folder = join(root, '.data/test', String(process.pid));
const count: Count = { passed: 0, failed: 0, failures: [] };

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

/** Whoever stops us stops what we started; then the services are put away, and the count says that it failed. */
const atWork = new Set<ChildProcess>();
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    stopped = true;
    for (const child of atWork) child.kill(signal);
  });

type Say = Parameters<Part>[0];

const run = (
  command: string,
  args: readonly string[],
  say: Say,
  environment: NodeJS.ProcessEnv = {},
): Promise<number> =>
  new Promise((resolve) => {
    if (stopped) {
      resolve(1);
      return;
    }
    const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
    const child = spawn(join(root, 'node_modules/.bin', command), args, {
      cwd: root,
      stdio: ['inherit', 'pipe', 'pipe'],
      env: { ...process.env, ...colours, ...environment },
    });
    atWork.add(child);
    child.stdout.on('data', say);
    child.stderr.on('data', say);
    const end = (code: number | null): void => {
      atWork.delete(child);
      resolve(code ?? 1);
    };
    // Not 'exit': its last words may still be on their way then.
    child.once('close', end).once('error', () => {
      end(1);
    });
  });

const check =
  ([name, [command = '', ...args]]: (typeof CHECKS)[number]): Part =>
  async (say) => {
    const started = performance.now();
    const code = await run(command, args, say);
    say(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - started) / 1_000).toFixed(1)} s)\n`);
    if (code === 0) count.passed += 1;
    else red(`${name}: ${command} ${args.join(' ')}`);
  };

const mocha =
  (name: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Part =>
  async (say) => {
    const report = join(folder, `${name}.json`);
    const files = `test/${name}/**/*.test.ts`;
    const code = await run('mocha', ['--reporter', 'test/support/counting-reporter.cjs', ...args, files], say, {
      NODE_ENV: 'test',
      COUNT_TO: report,
      ...environment,
    });
    const counted = readCount(report);
    count.passed += counted.passed;
    count.failed += counted.failed;
    count.failures.push(...counted.failures);
    // A run that died before it could count is red, whatever the report says.
    if (code !== 0 && counted.failed === 0) red(`${name}: mocha ended with ${String(code)} before it could count`);
  };

const red = (what: string): void => {
  count.failed += 1;
  count.failures.push(what);
};

const readCount = (report: string): Count => {
  try {
    return JSON.parse(readFileSync(report, 'utf8')) as Count;
  } catch {
    return { passed: 0, failed: 0, failures: [] };
  }
};

/** Started while the checks are at work, and put away whatever comes of it. */
const startServices = () => {
  const begun = [findOrStartPostgres(folder), findOrStartRabbit(folder), findOrStartRedis()] as const;
  const ready = Promise.all(begun).then(async ([postgres, rabbit, redis]) => {
    const environment = { DATABASE_URL: postgres.url, AMQP_URL: rabbit.url, REDIS_URL: redis.url };
    Object.assign(process.env, environment);
    await makeTemplate();
    return { environment, found: `PostgreSQL ${postgres.from} · RabbitMQ ${rabbit.from} · Redis ${redis.from}` };
  });
  ready.catch(() => undefined); // whoever waits for it hears of it
  const stop = async (): Promise<void> => {
    for (const service of await Promise.allSettled(begun))
      if (service.status === 'fulfilled') await service.value.stop();
  };
  return { ready, stop };
};

/** A third of it waits for servers that are killed, and for processes that start. */
const JOBS = String(cpus().length + 1);

const integration = async ({ ready }: ReturnType<typeof startServices>): Promise<void> => {
  const { environment, found } = await ready;
  console.log(found);
  const compiled = join(folder, 'compiled');
  compileProgram(compiled);
  await mocha('integration', ['--parallel', '--jobs', JOBS, ...extra], { ...environment, COMPILED_PROGRAM: compiled })(
    print,
  );
};

const print: Say = (text) => void process.stdout.write(text);
const wants = (part: string): boolean => own.length === 0 || own.includes(part);

mkdirSync(folder, { recursive: true });
const services = wants('--integration') ? startServices() : undefined;
try {
  const [types, lint, ...others] = wants('--checks') ? CHECKS.map(check) : [];
  const unit = wants('--unit') ? mocha('unit', extra) : undefined;
  await inTurn(
    [types, lint, unit, ...others].filter((part) => part !== undefined),
    Math.min(2, cpus().length),
    print,
  );
  if (services) await integration(services);
} finally {
  await services?.stop();
  rmSync(folder, { recursive: true, force: true });
}
for (const failure of count.failures) console.log(`FAILED ${failure}`);
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed > 0 ? 1 : 0;
