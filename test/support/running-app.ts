/** A whole program on a database of its own, asked over HTTP; what it answers is held against its own OpenAPI document. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from '../../src/infrastructure/compose.ts';
import { readConfig } from '../../src/infrastructure/config.ts';
import { SCOPES } from '../../src/infrastructure/http/api-info.ts';
import type { Module } from '../../src/infrastructure/module.ts';
import type { TelemetryOptions } from '../../src/infrastructure/telemetry/start.ts';
import { IdentityPort } from '../../src/modules/identity/index.ts';
import type { Id } from '../../src/shared/ids.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';

export interface Call {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a test does not name, it does not look into. */
type Fields = Readonly<Record<string, unknown>>;

export interface Reply<Body = Fields> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export class RunningApp {
  private readonly judge: (method: string, path: string, reply: Reply<unknown>) => void;

  constructor(
    readonly app: App,
    readonly database: TestDatabase,
    readonly url: string,
  ) {
    this.judge = judgeBy(app.openApi() as OpenApi);
  }

  /** Sends JSON, unless the body is a text; the answer is what the document promises, or this throws. */
  async call<Body = Fields>(method: string, path: string, { token, body, headers }: Call = {}): Promise<Reply<Body>> {
    const isText = typeof body === 'string';
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && !isText && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const reply = {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as Body,
    };
    this.judge(method.toLowerCase(), path, reply);
    return reply;
  }

  /** A token of a new client with those scopes; all scopes there are, without any. */
  async tokenWith(scopes: readonly string[] = Object.keys(SCOPES), partnerId?: Id<'par'>): Promise<string> {
    const identity = this.app.ask(IdentityPort);
    const { clientId } = await identity.createClient({ name: 'a test', scopes, partnerId });
    return identity.tokenFor(clientId, 3_600);
  }

  async stop(): Promise<void> {
    await this.app.stop();
  }
}

export const startApp = async (
  database: TestDatabase,
  modules: readonly Module[],
  environment: Readonly<Record<string, string>> = {},
  telemetry: TelemetryOptions = {},
): Promise<RunningApp> => {
  const config = readConfig({
    DATABASE_URL: database.url,
    MASTER_KEY: randomBytes(32).toString('base64'),
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'error',
    SHUTDOWN_GRACE_MS: '1000',
    JOURNAL_DIR: join(tmpdir(), 'tributary-test-journal'),
    ...environment,
  });
  const app = new App(config, modules, telemetry);
  try {
    const port = await app.start();
    return new RunningApp(app, database, `http://127.0.0.1:${port}`);
  } catch (error) {
    await app.release();
    throw error;
  }
};

/** For a `describe`: one program for all its tests, on one database. */
export const withRunningApp = (
  modules: readonly Module[],
  environment: Readonly<Record<string, string>> = {},
): (() => RunningApp) => {
  let running: RunningApp | undefined;
  before(async () => {
    running = await startApp(await cloneDatabase(), modules, environment);
  });
  after(async () => {
    await running?.stop();
    await running?.database.drop();
    running = undefined;
  });
  return () => {
    if (running === undefined) throw new Error('the program runs only within a test');
    return running;
  };
};

// ── the document as judge ─────────────────────────────────────────────────────────────────────────────────────────

interface OpenApi {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Promised>> }>>>
  >;
  readonly components: object;
}

interface Promised {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

const judgeBy = ({ paths, components }: OpenApi): ((method: string, path: string, reply: Reply<unknown>) => void) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const compiled = new Map<object, ValidateFunction>();
  const operationAt = finder(Object.keys(paths));
  return (method, address, reply) => {
    const operation = paths[operationAt(address) ?? '']?.[method];
    const schema = operation && promisedSchema(operation.responses, `${method} ${address}`, reply);
    if (schema === undefined) return;
    const validate = compiled.get(schema) ?? ajv.compile({ ...schema, components });
    compiled.set(schema, validate);
    if (!validate(reply.body))
      throw new Error(
        `${method} ${address}: ${ajv.errorsText(validate.errors)} in ${reply.status} ${JSON.stringify(reply.body)}`,
      );
  };
};

/** The template an address belongs to; the more a template says itself, the earlier it is asked, as the server does. */
const finder = (templates: readonly string[]): ((address: string) => string | undefined) => {
  const patterns = templates
    .toSorted((a, b) => a.split('{').length - b.split('{').length)
    .map((template) => {
      const pattern = template.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+');
      return { template, matches: new RegExp(`^${pattern}$`) };
    });
  return (address) => patterns.find(({ matches }) => matches.test(address.split('?')[0] ?? ''))?.template;
};

/** Undefined where there is nothing to hold against a schema. */
const promisedSchema = (
  responses: Readonly<Record<string, Promised>>,
  where: string,
  { status, headers }: Reply<unknown>,
): object | undefined => {
  const promised = responses[String(status)];
  if (promised === undefined) throw new Error(`${where} answered ${status}, which the document does not promise`);
  const type = headers.get('content-type')?.split(';')[0];
  if (type === undefined || promised.content === undefined) return undefined;
  const found = promised.content[type];
  if (found === undefined) throw new Error(`${where} answered ${status} as ${type}, which is not promised`);
  return type.includes('json') ? found.schema : undefined;
};
