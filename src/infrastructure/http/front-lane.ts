/**
 * Connections on which nobody has asked for anything but what a front answers. They are read here, without node's HTTP:
 * its parser, its two streams a request and its header objects cost more than all that a redirect does, and 256 of them
 * under way outlive the nursery of the heap. The first bytes that are not a plain request of a front (`plain-request.ts`)
 * go to node's server with the connection, and it stays there:
 *
 * ```
 * opened ──► waiting ──plain request──► answering ──answer──► waiting …
 *               └────────────anything else──────► node:http, for good
 * ```
 * What is sent while an answer is on its way waits for it, unread. `bench/tracking.ts` measures what it is worth.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Front } from './front.ts';
import { plainRequest } from './plain-request.ts';

export interface FrontLaneParts {
  readonly fronts: readonly Front[];
  readonly isStopping: () => boolean;
  /** Node's server takes the connection over, with what it has not read. */
  readonly handOver: (socket: Socket) => void;
  /** Nothing came in time. */
  readonly late: (socket: Socket) => void;
  /** For the first bytes. */
  readonly firstMs: number;
  /** For the next request. */
  readonly keepAliveMs: number;
}

export class FrontLane {
  private readonly held = new Set<Held>();

  constructor(private readonly parts: FrontLaneParts) {}

  take(socket: Socket): void {
    const held: Held = new Held(socket, this.parts, () => this.held.delete(held));
    this.held.add(held);
  }

  /** Those on which nothing is under way. */
  closeIdle(): void {
    for (const each of this.held) each.closeIfIdle();
  }

  closeAll(): void {
    for (const each of this.held) each.close();
  }
}

class Held {
  private isAnswering = false;
  private hasAnswered = false;

  constructor(
    private readonly socket: Socket,
    private readonly parts: FrontLaneParts,
    private readonly gone: () => void,
  ) {
    socket.setTimeout(parts.firstMs);
    socket.on('data', this.read).on('timeout', this.timeOut).on('end', this.ended).on('error', this.close);
    socket.on('close', gone);
  }

  readonly close = (): void => void this.socket.destroy();

  closeIfIdle(): void {
    if (!this.isAnswering) this.close();
  }

  private readonly read = (bytes: Buffer): void => {
    if (this.isAnswering) {
      this.socket.pause();
      this.socket.unshift(bytes);
      return;
    }
    const request = this.socket.writableNeedDrain ? undefined : plainRequest(bytes, this.socket.remoteAddress);
    if (request !== undefined) {
      this.isAnswering = true;
      for (const front of this.parts.fronts) if (front(request, this.answer)) return;
      this.isAnswering = false;
    }
    this.handOver(bytes);
  };

  private readonly answer = (status: number, headers: readonly string[]): void => {
    const { socket, parts } = this;
    this.isAnswering = false;
    if (socket.destroyed || !socket.writable) return; // whoever asked has gone
    const isLast = parts.isStopping();
    socket.write(headOf(status, headers, isLast ? 'close' : keepAlive(parts.keepAliveMs)), 'latin1');
    if (isLast) socket.end();
    else if (!this.hasAnswered) socket.setTimeout(parts.keepAliveMs);
    this.hasAnswered = true;
    if (socket.isPaused()) socket.resume();
  };

  private readonly timeOut = (): void => {
    if (this.isAnswering) return;
    if (this.hasAnswered) this.close();
    else {
      this.leave();
      this.parts.late(this.socket);
    }
  };

  /** As node does: who says no more is told no more. */
  private readonly ended = (): void => void this.socket.end();

  private handOver(bytes: Buffer): void {
    this.leave();
    this.socket.pause();
    this.socket.unshift(bytes);
    this.parts.handOver(this.socket);
    this.socket.resume();
  }

  private leave(): void {
    const { socket } = this;
    socket.setTimeout(0);
    socket.off('data', this.read).off('timeout', this.timeOut).off('end', this.ended).off('error', this.close);
    socket.off('close', this.gone);
    this.gone();
  }
}

const keepAlive = (ms: number): string => `keep-alive\r\nKeep-Alive: timeout=${Math.floor(ms / 1_000)}`;

/** What must not stand in a header, lest it be another one. */
const UNSAFE = /[^\t\x20-\x7e\x80-\xff]/g;

const headOf = (status: number, headers: readonly string[], connection: string): string => {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  for (let at = 0; at < headers.length; at += 2)
    head += `${headers[at] ?? ''}: ${(headers[at + 1] ?? '').replace(UNSAFE, '')}\r\n`;
  return `${head}Content-Length: 0\r\nDate: ${dateNow()}\r\nConnection: ${connection}\r\n\r\n`;
};

let second = 0;
let date = '';

/** Made once a second. */
const dateNow = (): string => {
  const now = Math.floor(Date.now() / 1_000);
  if (now !== second) {
    second = now;
    date = new Date(now * 1_000).toUTCString();
  }
  return date;
};
