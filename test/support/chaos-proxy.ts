/**
 * A TCP proxy that makes a network misbehave, between a client of ours and a real server.
 *
 *     client ──up──▶ proxy ──up──▶ server
 *            ◀─down─       ◀─down─
 *
 * A link that was open when a black hole began stays dead for good, as behind a firewall that forgot it: neither side
 * hears of it. `heal` lets new links through.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type Direction = 'both' | 'up' | 'down';

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  deaf: { up: boolean; down: boolean };
}

export class ChaosProxy {
  private readonly links = new Set<Link>();
  private hole: Direction | undefined;
  private refusing = false;
  latencyMs = 0;
  /** Called with the bytes of each piece before it goes on; a test may start a fault just then. */
  onPiece: (direction: 'up' | 'down', bytes: Buffer) => void = () => undefined;

  private constructor(
    private readonly listener: Server,
    private readonly original: URL,
  ) {}

  static async before(url: string): Promise<ChaosProxy> {
    const original = new URL(url);
    const listener = createServer((client) => {
      proxy.join(client);
    });
    const proxy: ChaosProxy = new ChaosProxy(listener, original);
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    const url = new URL(this.original);
    url.host = `127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
    return url.href;
  }

  /** From now on nothing passes in that direction, on old links and new ones, and nobody is told. */
  blackhole(direction: Direction): void {
    this.hole = direction;
    for (const link of this.links) deafen(link, direction);
  }

  /** New links are cut off at once; with `cut`, the old ones too. */
  refuse({ cut = true } = {}): void {
    this.refusing = true;
    if (cut) this.reset();
  }

  /** Every link gets a TCP reset. */
  reset(): void {
    for (const { client, server } of this.links) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  heal(): void {
    this.hole = undefined;
    this.refusing = false;
    this.latencyMs = 0;
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise<void>((resolve) => {
      this.listener.close(() => {
        resolve();
      });
    });
  }

  private join(client: Socket): void {
    client.on('error', () => undefined); // a fault of ours, seen by the other side
    if (this.refusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ host: this.original.hostname, port: Number(this.original.port) });
    server.on('error', () => undefined);
    const link: Link = { client, server, deaf: { up: false, down: false } };
    if (this.hole) deafen(link, this.hole);
    this.links.add(link);
    this.carry(link, 'up', client, server);
    this.carry(link, 'down', server, client);
  }

  private carry(link: Link, direction: 'up' | 'down', from: Socket, to: Socket): void {
    const passOn = (act: () => void): void => {
      if (this.latencyMs > 0) setTimeout(act, this.latencyMs);
      else act();
    };
    from.on('data', (bytes: Buffer) => {
      this.onPiece(direction, bytes);
      if (link.deaf[direction]) return;
      passOn(() => to.write(bytes));
    });
    from.on('close', () => {
      if (to.destroyed) this.links.delete(link);
      // A dead link carries no farewell either.
      if (!link.deaf[direction]) passOn(() => to.destroy());
    });
  }
}

const deafen = (link: Link, direction: Direction): void => {
  link.deaf = { up: link.deaf.up || direction !== 'down', down: link.deaf.down || direction !== 'up' };
};
