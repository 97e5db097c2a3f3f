/**
 * What pages of other origins need to read an answer, by the Fetch standard: a header on every answer, the problems
 * too, and a word beforehand where a browser asks whether it may send what is no simple request.
 */
import type { RequestHandler, Response } from 'express';

const A_DAY_SECONDS = 86_400;

export const openToAll = (response: Response): void => {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
};

/** Answers a preflight (`OPTIONS`), and leaves all else to whoever comes next. */
export const preflight =
  (methods: readonly string[]): RequestHandler =>
  (request, response, next) => {
    openToAll(response);
    if (request.method !== 'OPTIONS') {
      next();
      return;
    }
    response.setHeader('Access-Control-Allow-Methods', methods.join(', '));
    response.setHeader('Access-Control-Allow-Headers', 'Content-Type');
    response.setHeader('Access-Control-Max-Age', String(A_DAY_SECONDS));
    response.setHeader('Allow', [...methods, 'OPTIONS'].join(', '));
    response.status(204).end();
  };
