/** What goes back: an answer, or the problem that an error is. */
import type { Response } from 'express';
import { AppError } from '../../shared/errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import { bodyTooLarge, bringsBody } from './input.ts';
import { toProblem } from './problem.ts';
import type { Answer } from './route.ts';
import { isStream, sendStream } from './stream.ts';

/** Resolves at once, but for an answer in pieces: when the last one is sent. */
export const send = async (response: Response, { status, headers = {}, body }: Answer): Promise<void> => {
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (isStream(body)) await sendStream(response, body);
  else if (body === undefined) response.end();
  else if (typeof body === 'string' || body instanceof Uint8Array) response.send(body);
  else sendJson(response, jsonTextOf(body));
};

const sendJson = (response: Response, text: string): void => {
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.send(text);
};

/**
 * To ask a function for every value of an answer that has thousands costs more than all else about it; and few have
 * a bigint in them, which `JSON.stringify` refuses.
 */
export const jsonTextOf = (body: unknown): string => {
  try {
    return JSON.stringify(body);
  } catch {
    return JSON.stringify(body, bigintAsText); // what is wrong for another reason is so again
  }
};

const bigintAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

export const sendProblem = (response: Response, thrown: unknown, requestId: string, logger: Logger): void => {
  const { status, headers, body } = toProblem(asHttpError(thrown), requestId);
  if (status >= 500)
    logger.log(status === 500 ? 'error' : 'warn', 'request failed', { requestId, code: body.code, cause: thrown });
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.status(status).type('application/problem+json');
  if (bringsBody(response.req) && !response.req.complete) sendAndClose(response, JSON.stringify(body));
  else response.send(JSON.stringify(body));
};

/** How long we let the rest of a body pass that nobody reads; closing before would take the answer along. */
const LINGER_MS = 500;

/** The answer is whole once it is written; whoever goes on sending is listened to no further. */
const sendAndClose = (response: Response, text: string): void => {
  response.setHeader('Connection', 'close');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.write(text);
  const timer = setTimeout(() => response.end(), LINGER_MS);
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  response.req.once('end', end).once('close', end).resume();
};

/** What express and its body readers throw, in our words. */
const asHttpError = (error: unknown): unknown => {
  if (!(error instanceof Error) || error instanceof AppError) return error;
  if (error instanceof URIError)
    return new AppError('invalid', 'http.malformed_path', 'the address is not percent-encoded UTF-8', { cause: error });
  switch ('type' in error ? error.type : undefined) {
    case 'entity.too.large':
      return bodyTooLarge(error);
    case 'entity.parse.failed':
      return new AppError('invalid', 'http.malformed_json', 'the body is not JSON', {
        faults: [{ pointer: '', code: 'http.malformed_json', detail: 'is not JSON' }],
        cause: error,
      });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new AppError('invalid', 'http.unsupported_media_type', error.message, { cause: error });
    default:
      return isTheirs(error)
        ? new AppError('invalid', 'http.body_incomplete', 'the body ended early, or is not what it says', {
            cause: error,
          })
        : error;
  }
};

/** Cut off, of another length than announced, or not the compression it claims to be. */
const isTheirs = (error: Error): boolean =>
  'status' in error && typeof error.status === 'number' && error.status >= 400 && error.status < 500;
