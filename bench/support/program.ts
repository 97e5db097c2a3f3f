/** The compiled program in a process of its own, as in production. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createApp } from '../../src/app.ts';
import { freePort } from '../../src/cli/local/postgres.ts';
import { readConfig } from '../../src/infrastructure/config.ts';
import { SCOPES } from '../../src/infrastructure/http/api-info.ts';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import { IdentityPort } from '../../src/modules/identity/index.ts';

const READY_MS = 30_000;
const NO_LIMIT = '10000000';

export type Environment = Readonly<Record<string, string>>;

export const LANES = 4;

/** What all processes of one deployment share. */
export const deployment = (databaseUrl: string, amqpUrl: string, namespace: string): Environment => ({
  DATABASE_URL: databaseUrl,
  AMQP_URL: amqpUrl,
  BROKER_NAMESPACE: namespace,
  BROKER_LANES: String(LANES),
  MASTER_KEY: randomBytes(32).toString('base64'),
  HOST: '127.0.0.1',
  LOG_LEVEL: 'error',
  RATE_LIMIT_PER_MINUTE: NO_LIMIT,
});

export interface Program {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
  /** SIGKILL: nothing is finished, nothing is said. */
  kill(): Promise<void>;
}

/** As README.md says to run it: clicks in flight outlive a small nursery, and would be copied again and again. */
export const NODE_OPTIONS = ['--max-semi-space-size=32'];

/** On a free port, if none is given: somebody who comes back is found where he was. */
export const startProgram = async (environment: Environment, role: string, at?: number): Promise<Program> => {
  const port = at ?? (await freePort());
  const child = spawn(process.execPath, [...NODE_OPTIONS, join(projectRoot(), 'dist/src/main.js')], {
    env: { PATH: process.env['PATH'], ...environment, ROLE: role, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endBy = (signal: NodeJS.Signals) => (): Promise<void> => {
    child.kill(signal);
    return ended;
  };
  const stop = endBy('SIGTERM');
  const url = `http://127.0.0.1:${port}`;
  for (const until = performance.now() + READY_MS; performance.now() < until && child.exitCode === null;) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined); // not listening yet
    if (response?.ok === true) return { url, pid: child.pid ?? 0, stop, kill: endBy('SIGKILL') };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error(`the program (${role}) did not start; is dist built?`);
};

export interface Prepared {
  /** With every scope. */
  readonly token: string;
  /** Who has queues at the broker. */
  readonly consumers: readonly string[];
}

/** What an operator does first, beside the database. */
export const prepare = async (environment: Environment): Promise<Prepared> => {
  const app = createApp(readConfig(environment));
  try {
    const identity = app.ask(IdentityPort);
    const { clientId } = await identity.createClient({ name: 'benchmark', scopes: Object.keys(SCOPES) });
    return {
      token: await identity.tokenFor(clientId, 3_600),
      consumers: app.inbounds.map(({ consumer }) => consumer.name),
    };
  } finally {
    await app.release();
  }
};

/** What staff say over HTTP while a benchmark is set up. */
export const asStaff =
  (url: string, token: string) =>
  async <Body>(path: string, body: unknown, expected = 201): Promise<Body> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (response.status !== 200 && response.status !== expected)
      throw new Error(`${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as Body;
  };

export const SHOP = {
  name: 'Benchmark',
  currency: 'EUR',
  timeZone: 'UTC',
  destination: 'https://shop.example/',
  allowedHosts: ['shop.example'],
  minimumPayout: { minor: '1000', currency: 'EUR' },
};
