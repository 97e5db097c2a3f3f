/**
 * Whoever wants a request before express sees it: answers it and says true, or leaves it alone. The tracking edge is
 * one. Runs synchronously and in order; one that says true answers once, now or later, and without a body.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface FrontRequest {
  readonly method: string;
  /** The path and the query as they came. */
  readonly url: string;
  readonly httpVersion: string;
  /** Of whoever is at the other end of the connection. */
  readonly remoteAddress: string | undefined;
  readonly header: (name: string) => string | undefined;
}

/** Names and values of headers, in turn. */
export type FrontAnswer = (status: number, headers: readonly string[]) => void;

export type Front = (request: FrontRequest, answer: FrontAnswer) => boolean;

/** The first of the fronts that takes it, with node's own objects. */
export const isTaken = (fronts: readonly Front[], request: IncomingMessage, response: ServerResponse): boolean => {
  if (fronts.length === 0) return false;
  const { method = '', url = '', httpVersion, headers, socket } = request;
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const asked: FrontRequest = { method, url, httpVersion, remoteAddress: socket.remoteAddress, header };
  const answer: FrontAnswer = (status, lines) => {
    if (response.destroyed) return; // whoever asked has gone
    response.writeHead(status, [...lines, 'Content-Length', '0']);
    response.end();
  };
  return fronts.some((front) => front(asked, answer));
};
