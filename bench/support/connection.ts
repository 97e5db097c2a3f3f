/** A connection that stays, with one request at a time on it. */
import { connect, type Socket } from 'node:net';
import { type Answer, readAnswer } from './http-answer.ts';

/** Whoever reads has done so before the next one does: one buffer is enough for all connections. */
const INCOMING = Buffer.allocUnsafe(256 * 1_024);

const TOO_SLOW = 408;

export interface ConnectionOwner {
  answered(connection: Connection, answer: Answer, sinceMs: number): void;
  /** `underWay`: with a request that was not answered. */
  ended(connection: Connection, underWay: boolean, why: string): void;
}

export class Connection {
  /** When the request under way was sent, or meant to be. */
  private sinceMs: number | undefined;
  private pending = '';
  private readonly socket: Socket;

  constructor(
    { hostname, port }: URL,
    private readonly owner: ConnectionOwner,
    ready: (connection: Connection) => void,
  ) {
    let why = 'the server closed the connection';
    const onread = {
      buffer: INCOMING,
      callback: (size: number): boolean => {
        this.read(INCOMING.toString('latin1', 0, size));
        return true;
      },
    };
    this.socket = connect({ host: hostname, port: Number(port), noDelay: true, onread });
    this.socket.once('connect', () => {
      ready(this);
    });
    this.socket.once('error', (error) => (why = error.message));
    this.socket.once('close', () => {
      this.owner.ended(this, this.sinceMs !== undefined, why);
    });
  }

  send(bytes: Buffer, sinceMs: number): void {
    this.sinceMs = sinceMs;
    this.socket.write(bytes);
  }

  end(): void {
    this.socket.destroy();
  }

  private read(text: string): void {
    const all = this.pending === '' ? text : this.pending + text;
    const answer = readAnswer(all);
    this.pending = answer === undefined ? all : '';
    if (answer === undefined) return;
    if (answer.isLast) this.socket.destroy();
    const sinceMs = this.sinceMs;
    this.sinceMs = undefined;
    // Farewell to who has not asked for anything yet; nobody was waiting.
    if (sinceMs === undefined && answer.status === TOO_SLOW && answer.isLast) return;
    // Any other answer that nobody asked for would be a fault of the server that no count shows.
    if (sinceMs === undefined) throw new Error(`an answer without a request: ${answer.head}`);
    this.owner.answered(this, answer, sinceMs);
  }
}
