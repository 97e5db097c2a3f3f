import { expect } from 'chai';
import { connect, type Socket } from 'node:net';
import { type Route, route } from '../../../../src/infrastructure/http/route.ts';
import { isStream, sendStream } from '../../../../src/infrastructure/http/stream.ts';
import type { Response } from 'express';
import { EventEmitter } from 'node:events';
import { serve, type Serving } from '../../../support/http.ts';
import { eventually, pauseMs } from '../../../support/signals.ts';

const PIECE = 'x'.repeat(64 * 1_024);

/** What became of a source: how many pieces were asked for, and whether it was told to stop. */
class Source {
  given = 0;
  ended = false;

  async *pieces(count: number): AsyncGenerator<string | Uint8Array> {
    try {
      for (; this.given < count; this.given += 1) {
        await Promise.resolve();
        yield this.given % 2 === 0 ? PIECE : Buffer.from(PIECE);
      }
    } finally {
      this.ended = true;
    }
  }

  /** Gives one piece, and then waits for ever, unless it is told to stop. */
  silent(): AsyncIterable<string> {
    let wake: (end: IteratorResult<string>) => void = () => undefined;
    const end: IteratorResult<string> = { done: true, value: undefined };
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          this.given += 1;
          return this.given === 1
            ? Promise.resolve({ done: false, value: 'first' })
            : new Promise((resolve) => (wake = resolve));
        },
        return: () => {
          this.ended = true;
          wake(end);
          return Promise.resolve(end);
        },
      }),
    };
  }
}

const streaming = (path: string, body: () => AsyncIterable<unknown>): Route =>
  route({
    method: 'get',
    path,
    operationId: path.slice(1),
    tag: 'operations',
    summary: 'x',
    access: 'public',
    success: { 200: { mediaType: 'text/plain' } },
    handle: () => Promise.resolve(body()),
    respond: (pieces) => ({ status: 200, headers: { 'Content-Type': 'text/plain' }, body: pieces }),
  });

const ask = (url: string, path: string, method = 'GET'): Socket => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  return socket;
};

describe('an answer in pieces', () => {
  let source: Source;
  let serving: Serving;

  before(async () => {
    serving = await serve([
      streaming('/short', () => source.pieces(3)),
      streaming('/endless', () => source.pieces(Number.MAX_SAFE_INTEGER)),
      streaming('/silent', () => source.silent()),
      streaming('/broken', async function* () {
        await Promise.resolve();
        yield 'half';
        throw new Error('the source broke');
      }),
    ]);
  });
  beforeEach(() => {
    source = new Source();
  });
  after(() => serving.close());

  it('is the pieces in their order, texts and bytes alike', async () => {
    const response = await fetch(`${serving.url}/short`);

    expect(await response.text()).to.equal(PIECE.repeat(3));
    expect(response.headers.get('content-type')).to.equal('text/plain');
    expect(source.ended).to.equal(true);
  });

  it('waits for a reader that takes nothing, and goes on when it does', async () => {
    const socket = ask(serving.url, '/endless').pause();
    let before = -1;
    await eventually('the source stands still', async () => {
      const stands = before === source.given && before > 0;
      before = source.given;
      await pauseMs(50);
      return stands;
    });
    expect(source.given).to.be.lessThan(500); // 32 MB: what the connection itself holds

    socket.resume();
    await eventually('it goes on', () => source.given > before + 500);
    socket.destroy();
    await eventually('it ends', () => source.ended);
  });

  it('tells its source when the reader leaves, also while the source waits for something to happen', async () => {
    const socket = ask(serving.url, '/silent');
    await eventually('it waits', () => source.given === 2);

    socket.destroy();

    await eventually('it was told', () => source.ended);
  });

  it('is asked for nothing by HEAD, and is let go', async () => {
    const response = await fetch(`${serving.url}/endless`, { method: 'HEAD' });

    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.equal('text/plain');
    expect(source.given).to.equal(0);
  });

  it('is cut off when its source breaks, for it must not look whole', async () => {
    const response = await fetch(`${serving.url}/broken`);

    const failure = await response.text().catch((error: unknown) => error);

    expect(failure).to.be.instanceOf(Error);
    expect(serving.logged.at(-1)?.level).to.equal('error');
  });

  it('is no list, text or bytes', () => {
    expect([[1], 'text', Buffer.from('bytes'), null, {}].filter(isStream)).to.deep.equal([]);
    expect(isStream(source.pieces(1))).to.equal(true);
  });

  it('is given up when nothing of it is taken for too long', async () => {
    const deaf = Object.assign(new EventEmitter(), {
      req: { method: 'GET' },
      destroyed: false,
      flushHeaders: () => undefined,
      write: () => false,
      end: () => undefined,
      destroy: () => {
        deaf.destroyed = true;
        deaf.emit('close');
      },
    });

    await sendStream(deaf as unknown as Response, source.pieces(10), 5);

    expect([deaf.destroyed, source.ended, source.given]).to.deep.equal([true, true, 0]);
  });
});

describe('a server that stops', () => {
  it('lets an answer in pieces have the grace, and cuts it off then', async () => {
    const source = new Source();
    const serving = await serve([streaming('/endless', () => source.pieces(Number.MAX_SAFE_INTEGER))]);
    const socket = ask(serving.url, '/endless').resume();
    await eventually('it flows', () => source.given > 10);

    const stopped = serving.server.stop(200);
    const atStop = source.given;
    await stopped;

    expect(source.given).to.be.greaterThan(atStop);
    await eventually('the source is told', () => source.ended);
    await eventually('the connection is gone', () => socket.closed);
  });
});
