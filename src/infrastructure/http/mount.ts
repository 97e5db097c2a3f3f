import type { ErrorRequestHandler, RequestHandler } from 'express';
import { AppError } from '../../shared/errors.ts';
import { preflight } from './cross-origin.ts';
import { sendProblem } from './output.ts';
import { pipelineOf, type PipelineParts, requestIdOf } from './pipeline.ts';
import type { Route } from './route.ts';
import type { HttpServer } from './server.ts';

/** Puts the route table on the server, and an answer for everything that is not in it. */
export const mountRoutes = (server: HttpServer, routes: readonly Route[], parts: PipelineParts): void => {
  const methods = new Map<string, string[]>();
  const open = new Set<string>();
  server.mount((router) => {
    for (const route of routes.toSorted(wordsFirst)) {
      const path = route.path.replace(/\{(\w+)\}/g, ':$1');
      router[route.method](path, pipelineOf(route, parts));
      const more = route.method === 'get' ? ['GET', 'HEAD'] : [route.method.toUpperCase()];
      methods.set(path, [...(methods.get(path) ?? []), ...more]);
      if (route.crossOrigin) open.add(path);
    }
    // A page may ask for the wrong thing as well, and is to read that it was.
    for (const path of open) router.all(path, preflight(methods.get(path) ?? []));
    for (const [path, allowed] of methods) router.all(path, methodNotAllowed(allowed));
  });
  server.use(notFound);
  const failed: ErrorRequestHandler = (error, request, response, _next) => {
    sendProblem(response, error, requestIdOf(request, response), parts.logger);
  };
  server.useOnError(failed);
};

/** An address that is written out comes before one with a place for an id, which would take its last word for one. */
const wordsFirst = (a: Route, b: Route): number => Number(a.path.includes('{')) - Number(b.path.includes('{'));

const methodNotAllowed =
  (allowed: readonly string[]): RequestHandler =>
  (_request, response) => {
    response.setHeader('Allow', allowed.join(', '));
    throw new AppError('invalid', 'http.method_not_allowed', `this address takes ${allowed.join(', ')}`);
  };

const notFound: RequestHandler = (request) => {
  throw new AppError(
    'not_found',
    'http.not_found',
    `there is nothing at ${request.method} ${request.path}; see /openapi.json`,
  );
};
