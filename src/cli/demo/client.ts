/** A neighbour of the program: talks to it over HTTP, like anybody, and repeats what it was told to repeat. */
import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import type { Problem } from '../../infrastructure/http/problem.ts';
import { AppError } from '../../shared/errors.ts';

const ATTEMPTS = 8;
const PAUSE_MS = 250;

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Reply<Body> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Body;
}

export class ApiClient {
  private token = '';

  constructor(
    private readonly pool: Pool,
    private readonly credentials: Credentials,
  ) {}

  static on(url: string, credentials: Credentials): ApiClient {
    return new ApiClient(new Pool(url, { connections: 8, pipelining: 1 }), credentials);
  }

  async signIn(): Promise<this> {
    const { clientId, clientSecret } = this.credentials;
    const { body, statusCode } = await this.pool.request({
      method: 'POST',
      path: '/oauth2/token',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      },
      body: 'grant_type=client_credentials',
    });
    const { access_token: token } = (await body.json()) as { access_token?: string };
    if (token === undefined)
      throw new AppError('forbidden', 'demo.no_token', `the token endpoint answered ${statusCode}`);
    this.token = token;
    return this;
  }

  async get<Body>(path: string): Promise<Body> {
    return (await this.send<Body>('GET', path)).body;
  }

  /** With one Idempotency-Key over all attempts; a key that is given outlives this process. */
  async post<Body>(path: string, json: unknown = {}, key?: string): Promise<Body> {
    return (await this.send<Body>('POST', path, { text: JSON.stringify(json), type: 'application/json', key })).body;
  }

  /** `seen`: the version it is based on, where there are some. */
  async put<Body>(path: string, json: unknown, seen?: number): Promise<Body> {
    return (await this.send<Body>('PUT', path, { text: JSON.stringify(json), type: 'application/json', seen })).body;
  }

  /** For answers that are not JSON. */
  async postForText(path: string, json: unknown, key?: string): Promise<string> {
    return (await this.send<string>('POST', path, { text: JSON.stringify(json), type: 'application/json', key })).body;
  }

  async postXml<Body>(path: string, xml: string): Promise<Body> {
    return (await this.send<Body>('POST', path, { text: xml, type: 'application/xml' })).body;
  }

  async text(path: string, accept = '*/*'): Promise<string> {
    const { body } = await this.pool.request({
      method: 'GET',
      path,
      headers: { authorization: `Bearer ${this.token}`, accept },
    });
    return body.text();
  }

  async bytes(path: string): Promise<Buffer> {
    const { body, statusCode } = await this.pool.request({
      method: 'GET',
      path,
      headers: { authorization: `Bearer ${this.token}` },
    });
    if (statusCode >= 400) throw refusalOf(`GET ${path} answered ${statusCode}`, await body.text());
    return Buffer.from(await body.arrayBuffer());
  }

  /** A visitor's click: where it was sent, without going there. */
  async visit(path: string, headers: Readonly<Record<string, string>>): Promise<Reply<string>> {
    const response = await this.pool.request({ method: 'GET', path, headers });
    return { status: response.statusCode, headers: response.headers, body: await response.body.text() };
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private async send<Body>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    content?: { text: string; type: string; key?: string | undefined; seen?: number | undefined },
  ): Promise<Reply<Body>> {
    const body = content && {
      headers: {
        'content-type': content.type,
        'idempotency-key': content.key ?? randomUUID(),
        ...(content.seen !== undefined && { 'if-match': `"${content.seen}"` }),
      },
      body: content.text,
    };
    const headers = { authorization: `Bearer ${this.token}`, ...body?.headers };
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.pool.request({ method, path, ...body, headers });
      const text = await response.body.text();
      const { statusCode: status } = response;
      if (status < 400) {
        const type = String(response.headers['content-type']);
        return { status, headers: response.headers, body: parsed(text, type) as Body };
      }
      if (!isNotNow(status, text) || attempt === ATTEMPTS)
        throw refusalOf(`${method} ${path} answered ${status}`, text);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
    }
  }
}

/** In the words and under the code of the problem that was answered; what is no problem is shown as it came. */
const refusalOf = (what: string, text: string): AppError => {
  const { title, detail, code, errors: faults = [] } = problemIn(text);
  return title === undefined || detail === undefined || code === undefined
    ? new AppError('refused', 'demo.refused', `${what}: ${text.slice(0, 600)}`)
    : new AppError('refused', code, `${what}, ${title}: ${detail}`, { faults });
};

const problemIn = (text: string): Partial<Problem> => {
  try {
    return (JSON.parse(text) as Partial<Problem> | null) ?? {};
  } catch {
    return {}; // an answer that is no JSON is no problem of ours
  }
};

/** The same request may be answered otherwise in a while. */
const isNotNow = (status: number, text: string): boolean =>
  status === 503 || status === 429 || (status === 409 && text.includes('idempotency.in_progress'));

const parsed = (text: string, type: string): unknown => {
  if (text === '') return undefined;
  return type.includes('json') ? (JSON.parse(text) as unknown) : text;
};

/** Does the work on all items, so many at a time, keeping the order of the results. */
export const inParallel = async <Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
};

export const chunked = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
