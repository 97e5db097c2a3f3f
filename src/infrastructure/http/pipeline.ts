/**
 * What happens to a request, in this order: who asks · how often · what is asked, checked field by field · once only ·
 * the handler. What fails early leaves no trace; what fails is answered with a problem.
 */
import { randomUUID } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { AppError, type Fault } from '../../shared/errors.ts';
import { digest } from '../../shared/digest.ts';
import { parseAs, schemaOf, type Shape } from '../../shared/fields.ts';
import type { RateLimiter } from '../cache/cache.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { inSpan, SpanKind } from '../telemetry/tracing.ts';
import { authenticate, type TokenVerifier } from './authenticate.ts';
import { withClaim } from './claim.ts';
import { type IdempotencyKeys, KeyClaim, readKey, type Replay } from './idempotency.ts';
import { statusOf, toProblem } from './problem.ts';
import type { Answer, Route, RouteRequest } from './route.ts';

export interface PipelineParts {
  readonly verifier: TokenVerifier;
  readonly limiter: RateLimiter;
  readonly keys: IdempotencyKeys;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly bodyLimitBytes: number;
}

const REQUEST_ID = /^[\w.-]{1,100}$/;

/** Express's own handlers in front of ours: reading the body, within bounds. */
export const bodyReaders = (route: Route, limit: number): RequestHandler[] => {
  if (route.body === undefined) return [];
  return [
    express.json({ limit, type: ['application/json', 'application/*+json'] }),
    ...(route.textBody ? [express.text({ limit, type: [...route.textBody.mediaTypes] })] : []),
  ];
};

export const pipelineOf = (route: Route, parts: PipelineParts): RequestHandler => {
  const successStatus = Number(Object.keys(route.success)[0] ?? 200);
  const respond = (value: unknown): Answer => route.respond?.(value) ?? { status: successStatus, body: value };
  return async (request, response) => {
    const started = performance.now();
    const attributes = { 'http.request.method': request.method, 'http.route': route.path };
    await inSpan(
      `${request.method} ${route.path}`,
      { kind: SpanKind.SERVER, attributes, parent: request.get('traceparent') },
      async () => {
        const requestId = requestIdOf(request);
        response.setHeader('Request-Id', requestId);
        try {
          const answer = await answerTo(route, request, response, requestId, respond, parts);
          send(response, answer);
        } catch (error) {
          sendProblem(response, error, requestId, parts.logger);
        }
      },
    );
    parts.metrics.requestAnswered(
      request.method,
      route.path,
      response.statusCode,
      (performance.now() - started) / 1_000,
    );
  };
};

export const requestIdOf = (request: Request): string => {
  const given = request.get('request-id');
  return given !== undefined && REQUEST_ID.test(given) ? given : `req_${randomUUID()}`;
};

const answerTo = async (
  route: Route,
  request: Request,
  response: Response,
  requestId: string,
  respond: (value: unknown) => Answer,
  parts: PipelineParts,
): Promise<Answer> => {
  const actor = await authenticate(route.access, request.get('authorization'), parts.verifier);
  await limitRate(
    request,
    response,
    route.access === 'public' ? `ip:${request.socket.remoteAddress ?? ''}` : actor.clientId,
    parts.limiter,
  );
  const asked: RouteRequest<object, object, object> = {
    ...parseInput(route, request),
    method: request.method,
    actor,
    requestId,
    header: (name) => request.get(name),
  };
  const key = takesKey(route) ? readKey(request.get('idempotency-key')) : undefined;
  if (key === undefined) {
    if (route.idempotency === 'required') throw keyMissing();
    return respond(await route.handle(asked));
  }
  const owner = {
    scope: `${actor.clientId} ${route.method} ${route.path}`,
    key,
    fingerprint: digest([asked.params, asked.query, asked.body]),
    confidential: route.confidential === true,
  };
  const claim = await parts.keys.claim(owner, respond);
  if (!(claim instanceof KeyClaim)) return replayed(claim);
  return once(claim, () => withClaim(route.module ?? '', claim, () => route.handle(asked)), respond);
};

/**
 * A key is its client's own. Callers nobody knows would share theirs, and one could be shown another's answer: a token,
 * for one.
 */
const takesKey = ({ method, access }: Route): boolean => method !== 'get' && access !== 'public';

const keyMissing = (): AppError =>
  new AppError(
    'invalid',
    'idempotency.key_missing',
    'this moves money: send an Idempotency-Key, the same one when you repeat it',
  );

const replayed = ({ answer, firstSeenAt }: Replay): Answer => ({
  ...answer,
  headers: { ...answer.headers, 'Idempotency-Replayed': 'true', 'Idempotency-First-Seen': firstSeenAt },
});

const once = async (
  claim: KeyClaim,
  work: () => Promise<unknown>,
  respond: (value: unknown) => Answer,
): Promise<Answer> => {
  try {
    const answer = respond(await work());
    await claim.finish(answer);
    claim.mustHaveStored(answer);
    return answer;
  } catch (error) {
    // A refusal that would be the same again is an answer; "not now" and bugs leave the key free for another try.
    if (error instanceof AppError && error.kind !== 'unavailable') {
      const { body } = toProblem(error, 'replayed');
      await claim.finish({ status: statusOf(error), headers: { 'Content-Type': 'application/problem+json' }, body });
    } else {
      await claim.release();
    }
    throw error;
  }
};

const limitRate = async (request: Request, response: Response, who: string, limiter: RateLimiter): Promise<void> => {
  const { allowed, limit, remaining, resetSeconds } = await limiter.spend(who);
  response.setHeader('RateLimit-Policy', `"default";q=${limit};w=60`);
  response.setHeader('RateLimit', `"default";r=${remaining};t=${resetSeconds}`);
  if (allowed) return;
  throw new AppError('unavailable', 'http.rate_limited', `more than ${limit} requests a minute`, {
    retryAfterSeconds: resetSeconds,
    ids: { path: request.path },
  });
};

// ── input ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const parseInput = (route: Route, request: Request): { params: object; query: object; body: object } => {
  const faults: Fault[] = [];
  const part = (name: string, shape: Shape | undefined, value: () => unknown): object => {
    if (shape === undefined) return {};
    try {
      return parseAs(shape, value(), 'refuse');
    } catch (error) {
      if (!(error instanceof AppError) || error.details.faults === undefined) throw error;
      const at = name === 'body' ? '' : `/${name}`;
      faults.push(...error.details.faults.map((fault) => ({ ...fault, pointer: `${at}${fault.pointer}` })));
      return {};
    }
  };
  const parts = {
    params: part('path', route.params, () => request.params),
    query: part('query', route.query, () => typedQuery(route.query, request.query)),
    body: part('body', route.body, () => bodyOf(route, request)),
  };
  if (faults.length > 0) {
    throw new AppError(
      'invalid',
      'input.invalid',
      faults.map(({ pointer, detail }) => `${pointer || '/'} ${detail}`).join('; '),
      { faults },
    );
  }
  return parts;
};

/** Query values are text; where the shape says whole number or flag, they become one. */
const typedQuery = (shape: Shape | undefined, query: object): object => {
  if (shape === undefined) return query;
  const { properties } = schemaOf(shape, () => ({})) as { properties: Readonly<Record<string, { type?: unknown }>> };
  return Object.fromEntries(
    Object.entries(query).map(([name, value]: [string, unknown]) => {
      const type = properties[name]?.type;
      if (type === 'integer' && typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return [name, Number(value)];
      if (type === 'boolean' && (value === 'true' || value === 'false')) return [name, value === 'true'];
      return [name, value];
    }),
  );
};

const bodyOf = (route: Route, request: Request): unknown => {
  const body: unknown = request.body;
  if (typeof body === 'string' && route.textBody) return { [route.textBody.field]: body };
  if (body !== undefined) return body;
  if (request.get('content-type') !== undefined && request.get('content-length') !== '0') {
    const types = ['application/json', ...(route.textBody?.mediaTypes ?? [])].join(', ');
    throw new AppError('invalid', 'http.unsupported_media_type', `send the body as ${types}`);
  }
  return {};
};

// ── output ────────────────────────────────────────────────────────────────────────────────────────────────────────

const send = (response: Response, { status, headers = {}, body }: Answer): void => {
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body === undefined) response.end();
  else if (typeof body === 'string' || body instanceof Uint8Array) response.send(body);
  else response.json(body);
};

export const sendProblem = (response: Response, thrown: unknown, requestId: string, logger: Logger): void => {
  const { status, headers, body } = toProblem(asHttpError(thrown), requestId);
  if (status >= 500)
    logger.log(status === 500 ? 'error' : 'warn', 'request failed', { requestId, code: body.code, cause: thrown });
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.status(status).type('application/problem+json').send(JSON.stringify(body));
};

/** What express's body readers throw, in our words. */
const asHttpError = (error: unknown): unknown => {
  if (!(error instanceof Error) || !('type' in error)) return error;
  switch (error.type) {
    case 'entity.too.large':
      return new AppError('invalid', 'http.body_too_large', 'the body is too large; send it in parts', {
        cause: error,
      });
    case 'entity.parse.failed':
      return new AppError('invalid', 'http.malformed_json', 'the body is not JSON', {
        faults: [{ pointer: '', code: 'http.malformed_json', detail: 'is not JSON' }],
        cause: error,
      });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new AppError('invalid', 'http.unsupported_media_type', error.message, { cause: error });
    case 'request.aborted':
    case 'request.size.invalid':
      return new AppError('invalid', 'http.body_incomplete', 'the body ended early', { cause: error });
    default:
      return error;
  }
};
