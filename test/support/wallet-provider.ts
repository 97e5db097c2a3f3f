/** A provider of wallets behind HTTP, as the rail for it is written: what it plays is what the sandbox plays. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  drawn,
  received,
  type SimulatedItem,
  type SimulatedProvider,
  wordOf,
} from '../../src/modules/settlement/domain/rails/simulated-rail.ts';
import type { Clock } from '../../src/shared/clock.ts';

interface Sent {
  readonly key: string;
  readonly body: { readonly reference: string; readonly [field: string]: unknown };
}

export class WalletProvider {
  readonly items = new Map<string, SimulatedItem>();
  /** Every request to pay, as it came. */
  readonly sent: Sent[] = [];
  /** What it answers to whoever sends, instead of looking at the payment. */
  answersOnly: number | undefined;
  private server: Server | undefined;

  constructor(
    private readonly provider: SimulatedProvider,
    private readonly clock: Clock,
  ) {}

  script(reference: string, wanted: Partial<SimulatedItem>): void {
    this.items.set(reference, { ...drawn(this.provider, reference), ...wanted });
  }

  async listen(): Promise<string> {
    const server = createServer((request, response) => void this.handle(request, response));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.server?.closeAllConnections();
    return new Promise((resolve) => {
      if (this.server === undefined) resolve();
      else this.server.close(() => resolve());
    });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer: Answer = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.method === 'GET') this.tell(request.url?.split('/').at(-1) ?? '', answer);
    else this.take(String(request.headers['idempotency-key']), await textOf(request), answer);
  }

  private tell(reference: string, answer: Answer): void {
    const item = this.items.get(reference);
    const said = item && wordOf(this.provider, item, this.clock.now());
    if (said === undefined) answer(404, {});
    else answer(200, { status: said.word, reason: said.reason, at: said.at });
  }

  private take(key: string, text: string, answer: Answer): void {
    const body = JSON.parse(text) as Sent['body'];
    this.sent.push({ key, body });
    if (this.answersOnly !== undefined) {
      answer(this.answersOnly, { reason: 'said so' });
      return;
    }
    const known = this.items.get(body.reference) ?? drawn(this.provider, body.reference);
    const { item, answer: verdict } = received(known, this.clock.now());
    this.items.set(body.reference, item);
    if (verdict === 'silence') return; // the connection stays open, and nothing comes
    const status = { accepted: 201, refused: 422, busy: 503 }[verdict];
    answer(status, verdict === 'refused' ? { reason: 'RECEIVER_ACCOUNT_LOCKED' } : {});
  }
}

type Answer = (status: number, body: object) => void;

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};
