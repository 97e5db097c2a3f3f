/**
 * What objects born with express's prototypes are worth (`src/infrastructure/http/server.ts`): one tiny route with the
 * same middleware, served by our server and by plain express, each in a process of its own, taking turns. The clock on
 * the wall hears everything else on the machine; so requests are also counted for each second of the server's own
 * processor time.
 */
import express, { type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { HttpServer } from '../src/infrastructure/http/server.ts';
import { bench, withoutServers } from './support/bench.ts';
import { median } from './support/finding.ts';

const CONNECTIONS = 8;
const PIPELINING = 8;
const ROUNDS = 5;
const ROUND_MS = 1_200;
const WARMING_MS = 1_500;
const SERVE = 'serve';

const tiny: RequestHandler = (_request, response) => {
  response.json({ ok: true });
};

const serveOurs = async (): Promise<number> => {
  const server = new HttpServer();
  server.mount((router) => {
    router.get('/tiny', tiny);
  });
  return server.listen(0, '127.0.0.1');
};

/** The same settings, middleware and router; only who makes the objects differs. */
const servePlain = async (): Promise<number> => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } }));
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/tiny', tiny);
  app.use(router);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

// ── a server's side: says its port, and at each question how much processor time it has used, in µs ───────────────

const serve = async (which: string): Promise<void> => {
  process.send?.(await (which === 'ours' ? serveOurs() : servePlain()));
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
};

// ── the caller's side ─────────────────────────────────────────────────────────────────────────────────────────────

class Server {
  readonly perSecond: number[] = [];
  readonly perCpuSecond: number[] = [];

  private constructor(
    private readonly child: ChildProcess,
    private readonly pool: Pool,
  ) {}

  static async start(which: 'ours' | 'plain'): Promise<Server> {
    const child = fork(fileURLToPath(import.meta.url), [SERVE, which]);
    const port = await heard(child);
    const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS, pipelining: PIPELINING });
    return new Server(child, pool);
  }

  async warmUp(): Promise<void> {
    await this.ask(WARMING_MS);
  }

  async measure(): Promise<void> {
    const cpuBefore = await this.cpuUs();
    const started = performance.now();
    const count = await this.ask(ROUND_MS);
    const tookMs = performance.now() - started;
    this.perSecond.push((count / tookMs) * 1_000);
    this.perCpuSecond.push((count / ((await this.cpuUs()) - cpuBefore)) * 1_000_000);
  }

  async stop(): Promise<void> {
    await this.pool.destroy();
    this.child.kill();
  }

  private cpuUs(): Promise<number> {
    this.child.send('processor time?');
    return heard(this.child);
  }

  private async ask(ms: number): Promise<number> {
    const until = performance.now() + ms;
    let count = 0;
    const asker = async (): Promise<void> => {
      while (performance.now() < until) {
        const { statusCode, body } = await this.pool.request({ method: 'GET', path: '/tiny' });
        await body.dump();
        if (statusCode !== 200) throw new Error(`GET /tiny answered ${statusCode}`);
        count += 1;
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS * PIPELINING }, asker));
    return count;
  }
}

const heard = async (child: ChildProcess): Promise<number> => {
  const [message] = (await once(child, 'message')) as [number];
  return message;
};

const [, , role, which = ''] = process.argv;
if (role === SERVE) await serve(which);
else
  await bench(
    async () => {
      const [ours, plain] = [await Server.start('ours'), await Server.start('plain')];
      try {
        for (const server of [ours, plain]) await server.warmUp();
        for (let round = 0; round < ROUNDS; round += 1) for (const server of [ours, plain]) await server.measure();
        const beside = 'plain express, same middleware';
        return {
          title: 'A tiny route',
          findings: [
            {
              what: 'answered by our server',
              value: median(ours.perSecond),
              unit: 'requests/s',
              beside: { what: beside, value: median(plain.perSecond) },
            },
            {
              what: 'answered for each second of processor time',
              value: median(ours.perCpuSecond),
              unit: 'requests/s',
              beside: { what: beside, value: median(plain.perCpuSecond) },
            },
          ],
        };
      } finally {
        await Promise.all([ours.stop(), plain.stop()]);
      }
    },
    { servers: withoutServers },
  );
