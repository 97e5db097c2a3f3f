/**
 * What happens to a request, in this order: who asks · how often · what is asked, checked field by field · once only ·
 * the handler. What fails early leaves no trace; what fails is answered with a problem.
 */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Actor } from '../../shared/actor.ts';
import { AppError } from '../../shared/errors.ts';
import { digest } from '../../shared/digest.ts';
import type { RateLimiter } from '../cache/cache.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { inSpan, SpanKind } from '../telemetry/tracing.ts';
import { authenticate, type TokenVerifier } from './authenticate.ts';
import { clientAddress } from './client-address.ts';
import { openToAll } from './cross-origin.ts';
import { withClaim } from './claim.ts';
import { type IdempotencyKeys, KeyClaim, readKey, type Replay } from './idempotency.ts';
import { bodyReader, type Leave, parseInput } from './input.ts';
import { send, sendProblem } from './output.ts';
import { statusOf, toProblem } from './problem.ts';
import type { Answer, Route, RouteRequest } from './route.ts';

export interface PipelineParts {
  readonly verifier: TokenVerifier;
  readonly limiter: RateLimiter;
  readonly keys: IdempotencyKeys;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly bodyLimitBytes: number;
  /** Of ours, between the visitors and us. */
  readonly proxies: number;
}

const PROBLEM = 'application/problem+json';
const REQUEST_ID = /^[\w.-]{1,100}$/;

export const pipelineOf = (route: Route, parts: PipelineParts): RequestHandler => {
  const successStatus = Number(Object.keys(route.success)[0] ?? 200);
  const respond = (value: unknown): Answer => route.respond?.(value) ?? { status: successStatus, body: value };
  const readBody = bodyReader(route, parts.bodyLimitBytes);
  return async (request, response) => {
    const started = performance.now();
    const attributes = { 'http.request.method': request.method, 'http.route': route.path };
    await inSpan(
      `${request.method} ${route.path}`,
      { kind: SpanKind.SERVER, attributes, parent: request.get('traceparent') },
      async () => {
        const requestId = requestIdOf(request, response);
        if (route.crossOrigin) openToAll(response);
        let leave: Leave | undefined;
        try {
          const actor = await whoMay(route, request, response, parts);
          leave = await readBody(request, response);
          const asked = { ...askedBy(route, request, parts.proxies), actor, requestId };
          await send(response, await answerTo(route, asked, respond, parts));
        } catch (error) {
          sendProblem(response, error, requestId, parts.logger);
        } finally {
          leave?.();
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

/** The caller's own, or one of ours: on every answer, whatever becomes of the request. */
export const requestIdOf = (request: Request, response: Response): string => {
  const known = response.getHeader('Request-Id');
  if (typeof known === 'string') return known;
  const given = request.get('request-id');
  const id = given !== undefined && REQUEST_ID.test(given) ? given : `req_${randomUUID()}`;
  response.setHeader('Request-Id', id);
  return id;
};

const whoMay = async (route: Route, request: Request, response: Response, parts: PipelineParts): Promise<Actor> => {
  const actor = await authenticate(route.access, request.get('authorization'), parts.verifier);
  const who = route.access === 'public' ? `ip:${clientAddress(request, parts.proxies) ?? ''}` : actor.clientId;
  await limitRate(request, response, who, parts.limiter);
  return actor;
};

type Asked = RouteRequest<object, object, object>;

const askedBy = (route: Route, request: Request, proxies: number): Omit<Asked, 'actor' | 'requestId'> => {
  const { method, url, httpVersion } = request;
  const header = (name: string): string | undefined => request.get(name);
  return { ...parseInput(route, request), method, header, url, httpVersion, address: clientAddress(request, proxies) };
};

const answerTo = async (
  route: Route,
  asked: Asked,
  respond: (value: unknown) => Answer,
  parts: PipelineParts,
): Promise<Answer> => {
  const key = takesKey(route) ? readKey(asked.header('idempotency-key')) : undefined;
  if (key === undefined) {
    if (route.idempotency === 'required') throw keyMissing();
    return respond(await route.handle(asked));
  }
  const owner = {
    scope: `${asked.actor.clientId} ${route.method} ${route.path}`,
    key,
    fingerprint: digest([asked.params, asked.query, asked.body]),
    confidential: route.confidential === true,
  };
  const claim = await parts.keys.claim(owner, respond);
  if (!(claim instanceof KeyClaim)) return replayed(claim, asked.requestId);
  return once(claim, () => withClaim(route.module ?? '', claim, () => route.handle(asked)), respond, asked.requestId);
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

/** The request that is answered is this one: a problem names it, not the first. */
const replayed = ({ answer, firstSeenAt }: Replay, requestId: string): Answer => ({
  ...answer,
  ...(answer.headers?.['Content-Type'] === PROBLEM && { body: { ...(answer.body as object), requestId } }),
  headers: { ...answer.headers, 'Idempotency-Replayed': 'true', 'Idempotency-First-Seen': firstSeenAt },
});

const once = async (
  claim: KeyClaim,
  work: () => Promise<unknown>,
  respond: (value: unknown) => Answer,
  requestId: string,
): Promise<Answer> => {
  try {
    const answer = respond(await work());
    await claim.finish(answer);
    claim.mustHaveStored(answer);
    return answer;
  } catch (error) {
    if (error instanceof AppError && isLasting(error)) {
      const { body } = toProblem(error, requestId);
      await claim.finish({ status: statusOf(error), headers: { 'Content-Type': PROBLEM }, body });
    } else {
      await claim.release();
    }
    throw error;
  }
};

/**
 * A refusal that would be the same again is an answer; "not now", "not you" and bugs leave the key free. So does a
 * version that is missing or not the current one: headers are no part of what was asked, and the same request with
 * another `If-Match` may pass.
 */
const isLasting = (error: AppError): boolean =>
  error.kind !== 'unavailable' && error.kind !== 'forbidden' && ![412, 428].includes(statusOf(error));

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
