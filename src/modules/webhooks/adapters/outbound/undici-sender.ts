import { createHash } from 'node:crypto';
import { Agent, type Dispatcher, request } from 'undici';
import type { WallClock } from '../../../../shared/clock.ts';
import type { Outcome } from '../../domain/delivery.ts';
import type { Letter, Sender } from '../../ports/sender.ts';
import { signatures } from './standard-webhooks.ts';
import { guardedConnector, type GuardOptions } from './undici-guard.ts';

/** To one receiver. More would only queue there. */
const CONNECTIONS = 64;
const KEEP_ALIVE_MS = 10_000;
/** What is read of an answer: enough to see what it is about, too little to fill our memory. */
const READ_BYTES = 1_024;
const HEAD_CHARACTERS = 80;

export class UndiciSender implements Sender {
  private readonly agent: Agent;

  constructor(
    private readonly wallClock: WallClock,
    private readonly timeoutMs: number,
    guard: GuardOptions,
  ) {
    this.agent = new Agent({
      connect: guardedConnector(guard, timeoutMs),
      connections: CONNECTIONS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
  }

  async send({ url, postback, secrets, id, body, sequence }: Letter): Promise<Outcome> {
    const timestamp = String(Math.floor(this.wallClock.nowMs() / 1_000));
    try {
      // `request` follows no redirect: a 3xx is an answer like any other, and not a good one.
      const response = await request(url, {
        dispatcher: this.agent,
        method: postback ?? 'POST',
        ...(postback === undefined && { body }),
        headers: {
          'user-agent': 'Tributary-Webhooks/1',
          'webhook-id': id,
          ...(postback === undefined && {
            'content-type': 'application/json',
            'webhook-timestamp': timestamp,
            'webhook-signature': signatures(secrets, { id, timestamp, body }),
          }),
          ...(sequence !== undefined && { 'webhook-sequence': String(sequence) }),
        },
        // For all of it together: an answer that trickles in would renew the other time-outs for ever.
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      const { statusCode: status, headers } = response;
      const answer = await firstBytes(response.body);
      const bodyHash = createHash('sha256').update(answer).digest('hex');
      return { kind: 'answered', status, retryAfterMs: this.retryAfter(headers), bodyHash, bodyHead: headOf(answer) };
    } catch (error) {
      return { kind: 'unreachable', detail: codeOf(error) };
    }
  }

  /** For whoever ends well, and for tests: nothing keeps the process up. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private retryAfter(headers: Dispatcher.ResponseData['headers']): number | undefined {
    const value = [headers['retry-after']].flat()[0];
    if (value === undefined) return undefined;
    const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - this.wallClock.nowMs();
    return Number.isNaN(ms) || ms < 0 ? undefined : ms;
  }
}

/** Up to 1 KiB. An answer that goes on is cut off, with its connection; one that breaks off is as good as over. */
const firstBytes = async (body: Dispatcher.ResponseData['body']): Promise<Buffer> => {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      parts.push(part);
      size += part.length;
      if (size >= READ_BYTES) break; // leaving the loop destroys the body
    }
  } catch {
    // the status has been said; that is what counts
  }
  return Buffer.concat(parts).subarray(0, READ_BYTES);
};

/** Printable, and with everything masked that could be a number of somebody's or a token. */
const headOf = (answer: Buffer): string =>
  answer
    .toString('latin1')
    .replace(/[^\x21-\x7e]+/g, ' ')
    .replace(/[\w.+-]+@[\w.-]+|\d{4,}|[\w-]{20,}/g, '…')
    .slice(0, HEAD_CHARACTERS)
    .trim();

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  const own = 'code' in error ? String(error.code) : error.name;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : own;
};
