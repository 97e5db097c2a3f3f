/** The Olist story end to end, as `make demo DATA=…` plays it: the compiled program on embedded parts. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Summary } from '../src/cli/demo/summary.ts';
import { projectRoot } from '../src/infrastructure/system/root.ts';
import { bench, withoutServers } from './support/bench.ts';
import type { Report } from './support/finding.ts';

const ORDERS = 8_135;
const BAR_SECONDS = 60;
const PATIENCE_MS = 150_000;

const title = 'The Olist demo';
const root = projectRoot();
const data = process.env['DATA'] ?? join(root, '../shared/data/olist');

/** Its exit code: 0 when every promise of the story was kept. */
const play = (json: string): Promise<number> => {
  const { DATABASE_URL: _, AMQP_URL: __, REDIS_URL: ___, ...environment } = process.env;
  const child = spawn(
    process.execPath,
    [join(root, 'dist/src/cli/tributary.js'), 'demo', '--data', data, '--json', json],
    { env: environment, cwd: root, stdio: ['ignore', 'ignore', 'inherit'], timeout: PATIENCE_MS },
  );
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
};

const measure = async (): Promise<Report> => {
  if (!existsSync(data))
    return { title, skipped: `no data in ${relative(root, data)}; DATA names its folder`, findings: [] };
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  try {
    const json = join(folder, 'summary.json');
    const broken = await play(json);
    const { seconds, orders } = existsSync(json)
      ? (JSON.parse(readFileSync(json, 'utf8')) as Summary)
      : { seconds: PATIENCE_MS / 1_000, orders: 0 };
    return {
      title,
      findings: [
        {
          what: `${orders.toLocaleString('en-US')} orders, from clicks to reconciled payouts, embedded parts`,
          value: seconds,
          unit: 's',
          bar: { most: BAR_SECONDS },
        },
        {
          what: `orders missing, or promises of the story not kept`,
          value: ORDERS - orders + broken,
          unit: '',
          bar: { most: 0 },
          isPromise: true,
        },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

await bench(measure, { servers: withoutServers });
