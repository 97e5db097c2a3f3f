/**
 * A load generator for HTTP/1.1 in a process of its own, on raw sockets, so that it takes little of the processors that
 * it shares with what it measures: N connections that stay, one request at a time on each.
 *
 *   closed loop   each connection asks again as soon as it has its answer: how much the server can do
 *   open loop     so many requests a second, whatever the server does; latency counts from the moment a request was
 *                 meant for (`schedule.ts`): how long people wait
 *
 * Answers are checked, and counted one by one; what stands behind a mark in them can be kept in a file, to be held
 * against what the server stored.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Latency } from './histogram.ts';

/** One of the three: so long, so many right answers, or an open loop. */
export type Shape =
  | { readonly kind: 'closed'; readonly ms: number }
  | { readonly kind: 'closed'; readonly answers: number }
  | { readonly kind: 'open'; readonly perSecond: number; readonly ms: number };

export interface Plan {
  readonly url: string;
  readonly connections: number;
  /** As they go over the wire, in turn; with `items`, one with marks for serials (`spliced-body.ts`). */
  readonly requests: readonly string[];
  readonly items?: number;
  readonly duplicates?: number;
  /** The first serial nobody has used yet. */
  readonly serial?: number;
  readonly shape: Shape;
  /** Statuses of right answers. */
  readonly expected: readonly number[];
  /** What every right answer has in its headers or its body. */
  readonly mustHold?: string;
  /** Of every right answer, what stands behind `mark`, up to a `&` or the end of the line, goes to a line of `file`. */
  readonly keep?: { readonly mark: string; readonly file: string };
  /** The whole numbers that stand behind these in bodies are summed. */
  readonly tally?: readonly string[];
  /** A connection that breaks is opened again, and the request on it counted as cut off instead of failed. */
  readonly survives?: boolean;
  /** A 429 is no failure: its connection rests as `Retry-After` asks, a second at most. */
  readonly yields?: boolean;
}

export interface Outcome {
  readonly answered: number;
  /** Wrong, or never answered, or meant to be sent and not sent in time. */
  readonly failed: number;
  readonly cut: number;
  readonly turnedAway: number;
  /** Right answers; those that came after the end of a closed loop are not in it. */
  readonly perSecond: number;
  readonly latency: Latency;
  readonly tally: Readonly<Record<string, number>>;
  readonly nextSerial: number;
  /** The generator's own processor time, a right answer. */
  readonly cpuUs: number;
  /** The first thing that went wrong, in words. */
  readonly fault?: string;
}

/** Both loops end so long after the last request was meant to go, whoever is still waiting. */
export const PATIENCE_MS = 10_000;

export const CUT_SHORT = 'cut short';

export class LoadGenerator {
  private readonly child: ChildProcess = fork(fileURLToPath(new URL('./load-in-a-process.ts', import.meta.url)), {
    serialization: 'advanced',
  });

  private readonly died = once(this.child, 'exit').then(([code, signal]: (number | string | null)[]): never => {
    throw new Error(`the load generator ended (${signal ?? code})`);
  });

  constructor() {
    this.died.catch(() => undefined); // whoever has a run under way hears of it there
  }

  async run(plan: Plan): Promise<Outcome> {
    this.child.send(plan);
    const [outcome] = (await Promise.race([once(this.child, 'message'), this.died])) as [Outcome];
    return outcome;
  }

  /** Ends the run under way now; what waits for an answer counts as cut off. */
  cutShort(): void {
    this.child.send(CUT_SHORT);
  }

  stop(): void {
    this.child.kill();
  }
}

export interface RequestOptions {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request as it goes over the wire. */
export const requestText = ({ method = 'GET', path, headers = {}, body }: RequestOptions): string => {
  const all = {
    Host: 'click.example',
    ...headers,
    ...(body !== undefined && {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
    }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
};
