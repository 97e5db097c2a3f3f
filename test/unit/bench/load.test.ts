import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { LoadGenerator, type Plan, requestText } from '../../../bench/support/load.ts';
import { temporaryFolder } from '../../support/folder.ts';

describe('the load generator', () => {
  const folder = temporaryFolder();
  let server: Server;
  let answer: RequestListener;
  let plan: Pick<Plan, 'url' | 'connections' | 'requests' | 'expected'>;
  let generator: LoadGenerator;

  before(async () => {
    generator = new LoadGenerator();
    server = createServer((request, response) => {
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    plan = {
      url,
      connections: 8,
      requests: [requestText({ path: '/r/a' }), requestText({ path: '/r/b' })],
      expected: [302],
    };
  });

  after(() => {
    generator.stop();
    folder.remove();
    server.closeAllConnections();
    server.close();
  });

  it('asks for exactly so many answers, takes requests in turn, and keeps what stands behind the mark', async () => {
    const paths = { '/r/a': 0, '/r/b': 0 };
    let clicks = 0;
    answer = ({ url }, response) => {
      paths[url as '/r/a'] += 1;
      response.writeHead(302, { Location: `https://shop.example/?click_id=clk_${(clicks += 1)}&sub1=x` }).end();
    };
    const file = join(folder.path, 'answered');

    const outcome = await generator.run({
      ...plan,
      shape: { kind: 'closed', answers: 1_001 },
      keep: { mark: 'click_id=', file },
    });

    expect(outcome).to.include({ answered: 1_001, failed: 0, cut: 0 });
    expect(Math.abs(paths['/r/a'] - paths['/r/b'])).to.equal(1);
    const kept = readFileSync(file, 'utf8').trim().split('\n');
    expect(new Set(kept)).to.deep.equal(new Set(Array.from({ length: 1_001 }, (_, n) => `clk_${n + 1}`)));
  });

  it('counts an answer with another status, or without what it must hold, as failed', async () => {
    let asked = 0;
    answer = (_, response) => {
      asked += 1;
      if (asked === 5) response.writeHead(500).end();
      else response.writeHead(302, asked === 9 ? {} : { Location: 'https://shop.example/' }).end();
    };

    const outcome = await generator.run({
      ...plan,
      shape: { kind: 'closed', answers: 50 },
      mustHold: 'Location: https',
    });

    expect(outcome).to.include({ answered: 50, failed: 2 });
    expect(outcome.fault).to.include('answered 500');
  });

  it('opens connections again that broke, and tells what was cut off from what failed', async () => {
    let asked = 0;
    answer = (request, response) => {
      asked += 1;
      if (asked % 10 === 0) request.socket.destroy();
      else response.writeHead(302, { Location: '/' }).end();
    };

    const shape = { kind: 'closed', answers: 46 } as const;
    expect(await generator.run({ ...plan, shape, survives: true })).to.include({ answered: 46, failed: 0, cut: 5 });
    asked = 0;
    expect(await generator.run({ ...plan, shape })).to.include({ answered: 46, failed: 5, cut: 0 });
  });

  it('counts what a stall keeps waiting from the moment it was meant for, and sends all of it', async () => {
    let asked = 0;
    answer = (_, response) => {
      asked += 1;
      const stall = asked > 58 && asked <= 66;
      setTimeout(() => response.writeHead(302, { Location: '/' }).end(), stall ? 300 : 0);
    };

    const outcome = await generator.run({ ...plan, shape: { kind: 'open', perSecond: 200, ms: 1_000 } });

    // Each connection was answered once before.
    expect(outcome).to.include({ answered: 208, failed: 0 });
    // All eight connections were silent for 0.3 s, in which sixty requests fell due.
    expect(outcome.latency.p90Ms).to.be.within(100, 320);
    expect(outcome.latency.p50Ms).to.be.below(100);
  });

  it('begins an open loop when the server has answered on each connection, and measures none of that', async () => {
    let asked = 0;
    answer = (_, response) => {
      asked += 1;
      setTimeout(() => response.writeHead(302, { Location: '/' }).end(), asked <= 8 ? 400 : 0);
    };

    const outcome = await generator.run({ ...plan, shape: { kind: 'open', perSecond: 200, ms: 500 } });

    expect(outcome).to.include({ answered: 108, failed: 0 });
    expect(outcome.latency.maxMs).to.be.below(300);
    expect(outcome.perSecond).to.be.within(150, 210);
  });

  it('rests when it is told that it asks too much, if it is to', async () => {
    let asked = 0;
    answer = (_, response) => {
      asked += 1;
      if (asked === 3) response.writeHead(429, { 'Retry-After': '0' }).end();
      else response.writeHead(302, { Location: '/' }).end();
    };

    const shape = { kind: 'closed', answers: 20 } as const;
    expect(await generator.run({ ...plan, shape, yields: true })).to.include({
      answered: 20,
      failed: 0,
      turnedAway: 1,
    });
  });

  it('sums what bodies tell, and gives every body new serials', async () => {
    const seen = new Set<string>();
    answer = (request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      request.on('end', () => {
        const { events } = JSON.parse(text) as { events: { id: string }[] };
        for (const { id } of events) seen.add(id);
        response.end(JSON.stringify({ accepted: events.length }));
      });
    };
    const body = JSON.stringify({ events: [{ id: 'a-~~~~~~~~' }, { id: 'b-~~~~~~~~' }, { id: 'c-~~~~~~~~' }] });
    const requests = [requestText({ method: 'POST', path: '/v1/events', body })];

    const outcome = await generator.run({
      ...plan,
      requests,
      items: 3,
      expected: [200],
      shape: { kind: 'closed', answers: 40 },
      tally: ['"accepted":'],
    });

    expect(outcome).to.include({ answered: 40, failed: 0, nextSerial: 120 });
    expect(outcome.tally).to.deep.equal({ '"accepted":': 120 });
    expect(seen.size).to.equal(120);
  });
});
