import { expect } from 'chai';
import express, { type ErrorRequestHandler, type Router } from 'express';
import helmet from 'helmet';
import { Agent, createServer, request, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { HttpServer } from '../../../../src/infrastructure/http/server.ts';
import { rejects } from '../../../support/rejects.ts';
import { eventually, latch, pauseMs } from '../../../support/signals.ts';

/** What a program may do with express: the same on both servers. */
const fill = (router: Router): void => {
  router.use(express.json());
  router.post('/json', (asked, answer) => {
    answer.status(201).json({ got: asked.body as unknown, type: asked.get('content-type') });
  });
  router.get('/params/:one/:two', (asked, answer) => {
    answer.json({ ...asked.params, path: asked.path, url: asked.originalUrl });
  });
  router.get('/query', (asked, answer) => {
    answer.json({ ...asked.query });
  });
  router.get('/cookies', (asked, answer) => {
    answer.cookie('a', 'b', { httpOnly: true }).json({ sent: asked.headers.cookie });
  });
  router.get('/redirect', (_, answer) => {
    answer.redirect(302, '/query?x=1');
  });
  router.get('/throws', () => {
    throw new Error('at once');
  });
  router.get('/rejects', async () => {
    await Promise.resolve();
    throw new Error('later');
  });
  router.get('/text', (_, answer) => {
    answer.set('X-Own', 'y').type('text').send('plain');
  });
};

const failed: ErrorRequestHandler = (error: Error & { status?: number }, _asked, answer, _next) => {
  answer.status(error.status ?? 500).json({ message: error.message });
};

const plainExpress = (): Promise<Server> => {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple');
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } }));
  const router = express.Router({ caseSensitive: true, strict: true });
  fill(router);
  app.use(router);
  app.use(failed);
  const server = createServer({ keepAliveTimeout: 65_000 }, app);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
};

const CASES: readonly (readonly [what: string, path: string, init?: RequestInit])[] = [
  ['a JSON body', '/json', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":[1]}' }],
  ['path parameters', '/params/a%20b/%C3%A9'],
  ['a query', '/query?a=1&b=x%20y&c[d]=2&a=3'],
  ['cookies', '/cookies', { headers: { cookie: 'k=v' } }],
  ['a redirect', '/redirect'],
  ['an error thrown', '/throws'],
  ['an error later', '/rejects'],
  ['nothing there', '/nowhere'],
  ['HEAD', '/text', { method: 'HEAD' }],
  ['OPTIONS', '/text', { method: 'OPTIONS' }],
  ['a badly encoded address', '/params/%E0%A4%A/x'],
];

describe('the server with born prototypes', () => {
  let plain: Server;
  let born: HttpServer;
  let urls: readonly string[];

  before(async () => {
    plain = await plainExpress();
    born = new HttpServer();
    born.mount(fill);
    born.useOnError(failed);
    const ports = [(plain.address() as AddressInfo).port, await born.listen(0, '127.0.0.1')];
    urls = ports.map((port) => `http://127.0.0.1:${port}`);
  });
  after(async () => {
    plain.closeAllConnections();
    plain.close();
    await born.stop(0);
  });

  const heard = async (url: string, init: RequestInit = {}): Promise<unknown> => {
    const answer = await fetch(url, { redirect: 'manual', ...init });
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'date'));
    return { status: answer.status, headers, body: await answer.text() };
  };

  for (const [what, path, init] of CASES) {
    it(`answers as plain express does: ${what}`, async () => {
      const [expected, actual] = await Promise.all(urls.map((url) => heard(url + path, init)));
      expect(actual).to.deep.equal(expected);
    });
  }
});

describe('a server', () => {
  it('lets a front answer before express, and passes on what the front leaves', async () => {
    const server = new HttpServer();
    server.mount(fill);
    server.addFront((asked, answer) => {
      if (asked.url !== '/fast') return false;
      answer(204, []);
      return true;
    });
    const port = await server.listen(0, '127.0.0.1');

    expect((await fetch(`http://127.0.0.1:${port}/fast`)).status).to.equal(204);
    expect((await fetch(`http://127.0.0.1:${port}/text`)).status).to.equal(200);
    await server.stop(0);
  });

  it('says in one line that its port is in use, or its address not to be had', async () => {
    const first = new HttpServer();
    const port = await first.listen(0, '127.0.0.1');

    const refusal = await rejects(new HttpServer().listen(port, '127.0.0.1'), 'http.port_in_use');
    expect(refusal.message).to.contain(String(port)).and.to.contain('PORT=');
    await rejects(new HttpServer().listen(0, '203.0.113.1'), 'http.cannot_listen');
    await first.stop(0);
  });

  it('does not wait for ever for those who send a little at a time', async () => {
    const server = new HttpServer({ headersMs: 100, requestMs: 200 });
    server.mount(fill);
    const port = await server.listen(0, '127.0.0.1');
    const told = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('GET /text HTTP/1.1\r\nHost: x\r\nX-Slow: '));
      let text = '';
      socket.on('data', (bytes) => (text += bytes.toString()));
      socket.on('close', () => {
        resolve(text);
      });
    });

    expect(told).to.contain('408');
    await server.stop(0);
  });
});

describe('stopping a server', () => {
  const slow = async (hold: Promise<void>): Promise<{ server: HttpServer; port: number; begun: () => number }> => {
    const server = new HttpServer();
    let begun = 0;
    server.mount((router) => {
      router.get('/slow', async (_, answer) => {
        begun += 1;
        await hold;
        answer.send('done');
      });
      router.get('/fast', (_, answer) => {
        answer.send('done');
      });
    });
    return { server, port: await server.listen(0, '127.0.0.1'), begun: () => begun };
  };

  it('lets requests in progress finish, and tells their connections that this was the last', async () => {
    const { arrive: release, held } = releasable();
    const { server, port, begun } = await slow(held);
    const answering = fetch(`http://127.0.0.1:${port}/slow`);
    await eventually('it has begun', () => begun() === 1);

    const started = performance.now();
    const stopping = server.stop(15_000);
    await pauseMs(30);
    release();
    const answer = await answering;
    await stopping;

    expect(await answer.text()).to.equal('done');
    expect(answer.headers.get('connection')).to.equal('close');
    expect(performance.now() - started).to.be.lessThan(10_000);
    expect(await fetch(`http://127.0.0.1:${port}/fast`).catch(() => 'refused')).to.equal('refused');
  });

  it('cuts off those who take longer than its grace', async () => {
    const { arrive: release, held } = releasable();
    const { server, port, begun } = await slow(held);
    const answering = fetch(`http://127.0.0.1:${port}/slow`).catch(() => 'cut off');
    await eventually('it has begun', () => begun() === 1);

    await server.stop(50);

    expect(await answering).to.equal('cut off');
    release();
  });

  it('loses no request of clients who go on asking until they are told that their connection ends', async () => {
    const { server, port } = await slow(Promise.resolve());
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    let answered = 0;
    const lost: string[] = [];
    const asking = Promise.all(
      Array.from({ length: 8 }, async () => {
        for (;;) {
          const outcome = await askOnce(agent, port);
          if (outcome.startsWith('done')) answered += 1;
          else lost.push(outcome);
          if (outcome !== 'done keep-alive') return;
        }
      }),
    );
    await eventually('it is under load', () => answered > 200);

    await server.stop(5_000);
    await asking;
    agent.destroy();

    expect(lost).to.deep.equal([]);
  });

  it('needs nothing of a server that never listened', () => new HttpServer().stop(1_000));
});

const releasable = (): { arrive: () => void; held: Promise<void> } => {
  const gate = latch(2);
  return { arrive: () => void gate.arrive(), held: gate.arrive() };
};

const askOnce = (agent: Agent, port: number): Promise<string> =>
  new Promise((resolve) => {
    const asked = request({ agent, port, host: '127.0.0.1', path: '/fast' }, (answer: IncomingMessage) => {
      let text = '';
      answer.on('data', (bytes: Buffer) => (text += bytes.toString()));
      answer.on('end', () => {
        resolve(`${text} ${answer.headers.connection ?? ''}`);
      });
      answer.on('error', (error: NodeJS.ErrnoException) => {
        resolve(`answer ${error.code ?? error.message}`);
      });
    });
    asked.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    asked.end();
  });
