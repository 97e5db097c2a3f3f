/**
 * What never becomes a request of express's: broken HTTP, headers too large or too slow, CONNECT, an expectation nobody
 * meets. Node would answer these itself, without a body; here they are problems like all others, and the last words on
 * their connection.
 */
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '../../shared/errors.ts';
import { toProblem } from './problem.ts';

/** Closing at once, with bytes of theirs unread, would reset the connection and take our answer with it. */
const LINGER_MS = 500;

export type PendingAnswer = (socket: Duplex) => ServerResponse | undefined;

export const answerNeverRequests = (server: Server, pendingOn: PendingAnswer): void => {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const pending = pendingOn(socket);
    if (error.code === 'ECONNRESET' || !socket.writable || pending?.headersSent) socket.destroy(error);
    // Nonsense behind a whole request: that one is answered for itself, and nothing after it.
    else if (pending?.req.complete) pending.setHeader('Connection', 'close');
    else sayOnSocket(socket, asRefusal(error.code));
  });
  server.on('checkExpectation', (_request, response) => {
    sayAndClose(response, new AppError('invalid', 'http.expectation_failed', 'of Expect we know 100-continue alone'));
  });
  server.on('connect', (_request, socket) => {
    sayOnSocket(socket, new AppError('invalid', 'http.method_not_allowed', 'this is no proxy: there is no CONNECT'), {
      Allow: 'GET, HEAD, POST, PUT, PATCH, DELETE',
    });
  });
};

/** RFC 9112, 3.2: a request of HTTP/1.1 names its host. */
export const lacksHost = ({ httpVersion, headers }: IncomingMessage): boolean =>
  httpVersion === '1.1' && headers.host === undefined;

export const sayHostMissing = (response: ServerResponse): void => {
  sayAndClose(response, malformed('the Host header is missing'));
};

const malformed = (detail: string): AppError => new AppError('invalid', 'http.malformed_request', detail);

const asRefusal = (code: string | undefined): AppError => {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new AppError('invalid', 'http.headers_too_large', 'the address and the headers are too large together');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new AppError('invalid', 'http.body_too_large', 'the extensions of the chunks are too large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError('invalid', 'http.request_timeout', 'the request took too long to arrive');
    default:
      return malformed(`this is not HTTP/1.1 as we read it${code === undefined ? '' : ` (${code})`}`);
  }
};

const problemOf = (error: AppError) => {
  const requestId = `req_${randomUUID()}`;
  const { status, headers, body } = toProblem(error, requestId);
  const text = JSON.stringify(body);
  return {
    status,
    text,
    headers: {
      ...headers,
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(text)),
      'Request-Id': requestId,
      Connection: 'close',
    },
  };
};

const sayAndClose = (response: ServerResponse, error: AppError): void => {
  const { status, headers, text } = problemOf(error);
  response.writeHead(status, headers).end(text);
};

const sayOnSocket = (socket: Duplex, error: AppError, more: Readonly<Record<string, string>> = {}): void => {
  const { status, headers, text } = problemOf(error);
  const lines = Object.entries({ ...headers, ...more }).map(([name, value]) => `${name}: ${value}`);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket
    .once('close', () => {
      clearTimeout(timer);
    })
    .on('error', () => socket.destroy()) // whoever left does not hear it
    .resume()
    .end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', text].join('\r\n'));
};
