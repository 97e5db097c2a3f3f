/** A server with a few routes of a test's own, as the program would serve them. */
import { memoryCache } from '../../src/infrastructure/cache/memory-cache.ts';
import type { RateLimiter } from '../../src/infrastructure/cache/cache.ts';
import { type TokenVerifier, unauthenticated } from '../../src/infrastructure/http/authenticate.ts';
import type { IdempotencyKeys } from '../../src/infrastructure/http/idempotency.ts';
import { mountRoutes } from '../../src/infrastructure/http/mount.ts';
import type { Route } from '../../src/infrastructure/http/route.ts';
import { HttpServer, type Patience } from '../../src/infrastructure/http/server.ts';
import type { Logger } from '../../src/infrastructure/telemetry/logger.ts';
import { Metrics } from '../../src/infrastructure/telemetry/metrics.ts';
import type { Actor } from '../../src/shared/actor.ts';
import { TestWallClock } from './clock.ts';

/** A token is `client~scope.scope`, with / for the colon of a scope. */
export const plainTokens: TokenVerifier = {
  verify: (token) => {
    const [clientId = '', scopes = ''] = token.split('~');
    if (clientId === 'wrong') return Promise.reject(unauthenticated('the token is not valid'));
    const actor: Actor = { subject: clientId, clientId, scopes: new Set(scopes.replaceAll('/', ':').split('.')) };
    return Promise.resolve(actor);
  },
};

export interface Logged {
  readonly level: string;
  readonly message: string;
  readonly about: Readonly<Record<string, unknown>>;
}

export interface Serving {
  readonly url: string;
  readonly server: HttpServer;
  readonly logged: Logged[];
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly keys?: IdempotencyKeys;
  readonly limiter?: RateLimiter;
  readonly bodyLimitBytes?: number;
  readonly proxies?: number;
  readonly patience?: Patience;
}

export const serve = async (routes: readonly Route[], options: ServeOptions = {}): Promise<Serving> => {
  const logged: Logged[] = [];
  const log = (level: string, message: string, about: Readonly<Record<string, unknown>>): void => {
    logged.push({ level, message, about });
  };
  const server = new HttpServer(options.patience);
  mountRoutes(server, routes, {
    verifier: plainTokens,
    limiter: options.limiter ?? memoryCache(new TestWallClock(), 1_000).limiter,
    keys: options.keys ?? ({} as IdempotencyKeys),
    logger: { log } as unknown as Logger,
    metrics: new Metrics(),
    bodyLimitBytes: options.bodyLimitBytes ?? 10_000,
    proxies: options.proxies ?? 0,
  });
  const port = await server.listen(0, '127.0.0.1');
  return { url: `http://127.0.0.1:${port}`, server, logged, close: () => server.stop(0) };
};

export const asJson = (body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
