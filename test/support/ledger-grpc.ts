/** A client of the ledger, as a product in another language would have it: read from the same `.proto`. */
import {
  type Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type ServiceError,
  type StatusObject,
} from '@grpc/grpc-js';
import { clientOf } from './grpc.ts';

const PROTO = 'tributary/ledger/v1/ledger.proto';
const services = {
  LedgerWrites: clientOf(PROTO, 'tributary.ledger.v1.LedgerWrites'),
  LedgerReads: clientOf(PROTO, 'tributary.ledger.v1.LedgerReads'),
};

type Answer = Readonly<Record<string, unknown>>;
type Unary = (
  this: Client,
  message: object,
  metadata: Metadata,
  done: (error: ServiceError | null, reply: Answer) => void,
) => void;
type Duplex = (this: Client, metadata: Metadata) => ClientDuplexStream<object, Answer>;

export class LedgerClient {
  private readonly clients: Readonly<Record<keyof typeof services, Client>>;

  constructor(
    port: number,
    private readonly token: string | undefined,
  ) {
    const connect = (name: keyof typeof services): Client =>
      new services[name](`127.0.0.1:${port}`, credentials.createInsecure());
    this.clients = { LedgerWrites: connect('LedgerWrites'), LedgerReads: connect('LedgerReads') };
  }

  write(method: string, message: object): Promise<Answer> {
    return this.ask('LedgerWrites', method, message);
  }

  read(method: string, message: object): Promise<Answer> {
    return this.ask('LedgerReads', method, message);
  }

  /** All batches at once; their verdicts, and how it ended. */
  async post(batches: readonly object[]): Promise<{ readonly verdicts: readonly Answer[]; readonly code: number }> {
    const client = this.clients.LedgerWrites;
    const stream = (client as unknown as { readonly Post: Duplex }).Post.call(client, this.metadata);
    const verdicts: Answer[] = [];
    stream.on('data', (verdict: Answer) => verdicts.push(verdict));
    stream.on('error', () => undefined); // the status says it
    const ended = new Promise<StatusObject>((resolve) => {
      stream.on('status', resolve);
    });
    for (const batch of batches) stream.write(batch);
    stream.end();
    return { verdicts, code: (await ended).code };
  }

  close(): void {
    for (const client of Object.values(this.clients)) client.close();
  }

  private ask(service: keyof typeof services, method: string, message: object): Promise<Answer> {
    const client = this.clients[service];
    return new Promise((resolve, reject) => {
      const call = (client as unknown as Readonly<Record<string, Unary>>)[method];
      if (call === undefined) throw new Error(`${service} has no ${method}`);
      call.call(client, message, this.metadata, (error, reply) => {
        if (error) reject(error);
        else resolve(reply);
      });
    });
  }

  private get metadata(): Metadata {
    const metadata = new Metadata();
    if (this.token !== undefined) metadata.set('authorization', `Bearer ${this.token}`);
    return metadata;
  }
}
