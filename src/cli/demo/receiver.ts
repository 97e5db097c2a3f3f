/** A partner's webhook receiver: verifies every message with the Standard Webhooks library, and counts. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface ReceiverCount {
  readonly received: number;
  readonly verified: number;
  readonly failed: number;
  /** Messages that came more than once; their ids make them harmless. */
  readonly repeated: number;
  readonly types: ReadonlyMap<string, number>;
}

export interface Receiver {
  readonly port: number;
  /** Where a partner's messages go, and the secret they are signed with. */
  register(path: string, secret: string): void;
  count(): ReceiverCount;
  close(): Promise<void>;
}

export const startReceiver = async (): Promise<Receiver> => {
  const secrets = new Map<string, Webhook>();
  const seen = new Set<string>();
  const types = new Map<string, number>();
  let verified = 0;
  let failed = 0;
  let repeated = 0;
  const check = (path: string, headers: Readonly<Record<string, string>>, body: string): boolean => {
    try {
      const message = secrets.get(path)?.verify(body, headers) as { readonly type: string } | undefined;
      if (message === undefined) return false;
      const name = `${path} ${headers['webhook-id'] ?? ''}`;
      if (seen.has(name)) repeated += 1;
      seen.add(name);
      types.set(message.type, (types.get(message.type) ?? 0) + 1);
      return true;
    } catch {
      return false; // a signature that does not fit: counted, and refused with a 400
    }
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const good = check(request.url ?? '', request.headers as Record<string, string>, Buffer.concat(parts).toString());
      if (good) verified += 1;
      else failed += 1;
      response.writeHead(good ? 204 : 400).end();
    });
  });
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    register: (path, secret) => secrets.set(path, new Webhook(secret)),
    count: () => ({ received: verified + failed, verified, failed, repeated, types }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
};
