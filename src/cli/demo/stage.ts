/**
 * A stage for a story: the whole program in a process of its own, on a fresh database and a test clock, reached over
 * HTTP only. On embedded parts, or on the services the environment names.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApp } from '../../app.ts';
import type { App } from '../../infrastructure/compose.ts';
import { SCOPES } from '../../infrastructure/http/api-info.ts';
import { readConfig } from '../../infrastructure/config.ts';
import { openDatabase, rowsOf } from '../../infrastructure/postgres/database.ts';
import { IdentityPort } from '../../modules/identity/index.ts';
import { AppError } from '../../shared/errors.ts';
import { dataFolder } from '../local/environment.ts';
import { freePort, startPostgres } from '../local/postgres.ts';
import { provenInLines } from '../ledger.ts';
import { migrate } from '../migrate.ts';
import { type Audited, audited } from '../verify.ts';
import { ApiClient, type Credentials } from './client.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { mkdirSync } from 'node:fs';

const READY_MS = 30_000;
/** Compiled with this file, wherever that was. */
const PROGRAM = fileURLToPath(new URL('../../main.js', import.meta.url));

export interface Stage {
  /** The commerce system, the partner manager and finance, in one pair of hands. */
  readonly staff: ApiClient;
  /** The second pair of eyes. */
  readonly approver: ApiClient;
  /** Somebody else, with credentials of their own; whoever calls closes it. */
  signIn(credentials: Credentials): Promise<ApiClient>;
  readonly receiver: Receiver;
  readonly parts: string;
  /** Looks beside the program, as an operator does, at everything that must always be true. */
  audit(): Promise<readonly Audited[]>;
  /** Reads the whole journal again, beside the program, and holds it against its seals: what it found, in lines. */
  verifyLedger(): Promise<readonly string[]>;
  /** Ends what the stage started, once, whoever asks. */
  leave(): Promise<unknown>;
}

interface FreshDatabase {
  readonly url: string;
  readonly name: string;
  drop(): Promise<void>;
}

/** A database of its own on a given server, or a server of its own. */
const freshDatabase = async (given: string | undefined): Promise<FreshDatabase> => {
  if (given === undefined) {
    mkdirSync(dataFolder(), { recursive: true });
    const folder = mkdtempSync(join(dataFolder(), 'demo-'));
    const postgres = await startPostgres({ dir: join(folder, 'postgres') });
    return {
      url: postgres.url,
      name: 'embedded PostgreSQL',
      drop: async () => {
        await postgres.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }
  const name = `tributary_demo_${randomBytes(4).toString('hex')}`;
  const onServer = async (sql: string): Promise<void> => {
    const server = openDatabase({ url: given, schema: 'owner', poolSize: 1, timeoutMs: 30_000 });
    await rowsOf(server.knex, sql).finally(() => server.knex.destroy());
  };
  await onServer(`create database ${name}`);
  const url = new URL(given);
  url.pathname = `/${name}`;
  return { url: url.href, name: 'the given PostgreSQL', drop: () => onServer(`drop database ${name} with (force)`) };
};

export const setStage = async (): Promise<Stage> => {
  const database = await freshDatabase(process.env['DATABASE_URL']);
  const receiver = await startReceiver();
  const port = await freePort();
  const environment = {
    ...process.env,
    DATABASE_URL: database.url,
    MASTER_KEY: randomBytes(32).toString('base64'),
    HOST: '127.0.0.1',
    PORT: String(port),
    SANDBOX: 'true',
    ROLE: 'all',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn',
    RATE_LIMIT_PER_MINUTE: '10000000',
    BROKER_NAMESPACE: `demo-${randomBytes(4).toString('hex')}`,
    WEBHOOK_PRIVATE_HOSTS: `127.0.0.1:${receiver.port}`,
  };
  let child: ChildProcess | undefined;
  let left: Promise<unknown> | undefined;
  const leave = async (): Promise<void> => {
    if (child !== undefined) await ended(child);
    await receiver.close();
    await database.drop();
  };
  try {
    await migrate(database.url, undefined, () => undefined);
    const [staffKeys, approverKeys] = await makeClients(environment);
    child = spawn(process.execPath, [...ROOM_FOR_THE_YOUNG, PROGRAM], {
      env: environment,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const url = `http://127.0.0.1:${port}`;
    await ready(url, child);
    const staff = await ApiClient.on(url, staffKeys).signIn();
    const approver = await ApiClient.on(url, approverKeys).signIn();
    const broker = process.env['AMQP_URL'] ? 'RabbitMQ' : 'embedded broker';
    const cache = process.env['REDIS_URL'] ? 'Redis' : 'memory cache';
    return {
      staff,
      approver,
      signIn: (credentials) => ApiClient.on(url, credentials).signIn(),
      receiver,
      parts: [database.name, broker, cache].join(' · '),
      audit: () => beside(environment, ({ audits, config }) => audited({ audits, config, settle: settledIn(staff) })),
      verifyLedger: () => beside(environment, provenInLines),
      leave: () => (left ??= Promise.all([staff.close(), approver.close(), leave()])),
    };
  } catch (error) {
    await leave();
    throw error;
  }
};

/** Most of what a message needs lives as long as the message: with room for it, it is gone before it is looked at twice. */
const ROOM_FOR_THE_YOUNG = ['--max-semi-space-size=64'];

type ClientKeys = ConstructorParameters<typeof ApiClient>[1];

/** Work in an app that serves nobody, on the same database. */
const beside = async <Result>(environment: NodeJS.ProcessEnv, work: (app: App) => Promise<Result>): Promise<Result> => {
  const app = createApp(readConfig({ ...environment, LOG_LEVEL: 'error' }));
  try {
    return await work(app);
  } finally {
    await app.release();
  }
};

/** The program is asked, for it alone has the clock by which something is due. */
const settledIn =
  (staff: ApiClient) =>
  async (timeoutMs: number): Promise<boolean> =>
    (await staff.post<{ settled: boolean }>('/v1/sandbox/settle', { timeoutMs })).settled;

/** Two people of the house, each with their own client, made as an operator makes them: beside the database. */
const makeClients = (environment: NodeJS.ProcessEnv): Promise<readonly [ClientKeys, ClientKeys]> =>
  beside(environment, async (app) => {
    const identity = app.ask(IdentityPort);
    const scopes = Object.keys(SCOPES);
    return [
      await identity.createClient({ name: 'demo: operations and finance', scopes }),
      await identity.createClient({
        name: 'demo: second pair of eyes',
        scopes: ['payouts:approve', 'adjustments:approve', 'settlement:read', 'settlement:write'],
      }),
    ];
  });

const ready = async (url: string, child: ChildProcess): Promise<void> => {
  for (const until = Date.now() + READY_MS; Date.now() < until;) {
    if (child.exitCode !== null) break;
    const response = await fetch(`${url}/readyz`).catch(() => undefined); // not listening yet
    if (response?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new AppError('unavailable', 'demo.no_start', 'the program did not start; its own lines above say why');
};

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
};
