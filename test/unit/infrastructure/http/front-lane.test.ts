import { expect } from 'chai';
import { connect, type Socket } from 'node:net';
import type { FrontAnswer } from '../../../../src/infrastructure/http/front.ts';
import { plainRequest } from '../../../../src/infrastructure/http/plain-request.ts';
import { HttpServer } from '../../../../src/infrastructure/http/server.ts';
import { eventually, pauseMs } from '../../../support/signals.ts';

const HEAD = 'GET /fast?a=1 HTTP/1.1\r\nHost: click.example\r\nUser-Agent: a browser\r\n';
const ASKED = `${HEAD}\r\n`;

describe('a plain request', () => {
  const read = (text: string) => plainRequest(Buffer.from(text, 'latin1'), '203.0.113.7');

  it('is read from its bytes', () => {
    const request = read(`${HEAD}accept-LANGUAGE: en, de;q=0.5\r\nConnection: Keep-Alive\r\n\r\n`);
    expect(request).to.deep.include({ method: 'GET', url: '/fast?a=1', httpVersion: '1.1' });
    expect(request?.remoteAddress).to.equal('203.0.113.7');
    expect(request?.header('user-agent')).to.equal('a browser');
    expect(request?.header('accept-language')).to.equal('en, de;q=0.5');
    expect(request?.header('referer')).to.equal(undefined);
  });

  const others: Readonly<Record<string, string>> = {
    'part of one': HEAD,
    'two at once': ASKED + ASKED,
    'another method': ASKED.replace('GET', 'HEAD'),
    'another version': ASKED.replace('1.1', '1.0'),
    'one without a host': ASKED.replace('Host', 'Guest'),
    'a whole address': ASKED.replace('/fast', 'http://click.example/fast'),
    'a header that comes twice': `${HEAD}user-agent: another\r\n\r\n`,
    'a length': `${HEAD}Content-Length: 0\r\n\r\n`,
    'a body in pieces': `${HEAD}Transfer-Encoding: chunked\r\n\r\n`,
    'an expectation': `${HEAD}Expect: 100-continue\r\n\r\n`,
    'an upgrade': `${HEAD}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
    'the last one of its connection': `${HEAD}Connection: close\r\n\r\n`,
    'lines without a return': ASKED.replaceAll('\r\n', '\n'),
    'a lonely return': ASKED.replace('a browser', 'a\rbrowser'),
    'a folded line': ASKED.replace('a browser', 'a\r\n browser'),
    'a blank before the colon': ASKED.replace('Host:', 'Host :'),
    'an empty value': ASKED.replace('a browser', ''),
    'a value with blanks around': ASKED.replace('a browser', 'a browser '),
    'a letter beyond ASCII': ASKED.replace('a browser', 'ein Brösel'),
    'a null': ASKED.replace('a browser', 'a\0browser'),
    'a very long one': ASKED.replace('a browser', 'a'.repeat(9_000)),
    'no HTTP at all': '\x16\x03\x01\x02\x00\x01\x00\x01',
  };
  for (const [what, text] of Object.entries(others))
    it(`is not ${what}`, () => {
      expect(read(text)).to.equal(undefined);
    });
});

describe('a connection that begins with a front', () => {
  let server: HttpServer;
  let socket: Socket;
  let heard: string;
  let waiting: FrontAnswer[];
  let ends: boolean;

  beforeEach(async () => {
    server = new HttpServer({ headersMs: 150, requestMs: 300 });
    server.mount((router) => {
      router.get('/slow', (asked, answer) => void answer.json({ by: 'express', agent: asked.get('user-agent') }));
    });
    waiting = [];
    server.addFront(({ url }, answer) => {
      if (url.startsWith('/fast')) waiting.push(answer);
      return url.startsWith('/fast');
    });
    const port = await server.listen(0, '127.0.0.1');
    heard = '';
    ends = false;
    socket = connect(port, '127.0.0.1');
    socket.on('data', (bytes: Buffer) => (heard += bytes.toString('latin1'))).on('close', () => (ends = true));
  });
  afterEach(async () => {
    socket.destroy();
    await server.stop(0);
  });

  const taken = (count: number) => eventually('a front has it', () => waiting.length === count);
  const answers = (): number => heard.split('HTTP/1.1 ').length - 1;

  it('is answered as the front says, again and again', async () => {
    for (let n = 1; n <= 3; n += 1) {
      socket.write(ASKED);
      await taken(n);
      waiting[n - 1]?.(302, ['Location', `https://shop.example/${n}`]);
      await eventually('an answer', () => answers() === n);
    }
    expect(heard).to.match(
      /^HTTP\/1\.1 302 Found\r\nLocation: https:\/\/shop\.example\/1\r\nContent-Length: 0\r\nDate: /,
    );
    expect(heard).to.contain('\r\nConnection: keep-alive\r\nKeep-Alive: timeout=65\r\n\r\n');
  });

  it('goes to express with the first request that no front takes, and fronts still see what follows', async () => {
    socket.write(ASKED);
    await taken(1);
    waiting[0]?.(204, []);
    await eventually('an answer', () => answers() === 1);
    socket.write(ASKED.replace('/fast', '/slow'));
    await eventually('it is heard', () => heard.includes('{"by":"express","agent":"a browser"}'));
    socket.write(ASKED);
    await taken(2);
    waiting[1]?.(302, ['Location', '/there']);
    await eventually('it is heard', () => /302 Found\r\nLocation: \/there\r\nContent-Length: 0\r\n.*$/s.test(heard));
  });

  it('answers a request that comes in pieces, and several that come at once, in their order', async () => {
    socket.write(ASKED.slice(0, 20));
    await pauseMs(20);
    socket.write(ASKED.slice(20));
    await taken(1);
    waiting[0]?.(302, ['Location', '/first']);
    await eventually('it is heard', () => heard.includes('/first'));
    socket.write(ASKED + ASKED.replace('/fast', '/slow'));
    await taken(2);
    waiting[1]?.(302, ['Location', '/second']);
    await eventually('it is heard', () => /\/second.*express/s.test(heard));
  });

  it('leaves unread what is sent before the answer, and answers it then', async () => {
    socket.write(ASKED);
    await taken(1);
    socket.write(ASKED.replace('/fast', '/fast2'));
    await pauseMs(30);
    expect(waiting).to.have.length(1);
    waiting[0]?.(302, ['Location', '/first']);
    await taken(2);
    waiting[1]?.(302, ['Location', '/second']);
    await eventually('it is heard', () => /\/first.*\/second/s.test(heard));
  });

  it('cannot be told a header within a header', async () => {
    socket.write(ASKED);
    await taken(1);
    waiting[0]?.(302, ['Location', '/a\r\nSet-Cookie: b=c\u2028']);
    await eventually('it is heard', () => heard.includes('Location: /aSet-Cookie: b=c\r\n'));
  });

  it('is cut off when nothing comes, with a word', async () => {
    await eventually('it is heard', () => /^HTTP\/1\.1 408 .*http\.request_timeout/s.test(heard));
    await eventually('it ends', () => ends);
  });

  it('may be gone before its answer', async () => {
    socket.write(ASKED);
    await taken(1);
    socket.destroy();
    await eventually('it ends', () => ends);
    await pauseMs(20);
    waiting[0]?.(302, ['Location', '/nowhere']);
  });

  it('has its answer when the server stops, and hears that it was the last', async () => {
    socket.write(ASKED);
    await taken(1);
    const stopped = server.stop(2_000);
    waiting[0]?.(302, ['Location', '/last']);
    await stopped;
    await eventually('it ends', () => ends);
    expect(heard).to.contain('Location: /last').and.to.contain('\r\nConnection: close\r\n');
  });

  it('is closed when the server stops and nobody asks for anything', async function () {
    this.timeout(8_000);
    await eventually('it is open', () => !socket.connecting);
    await server.stop(10_000);
    await eventually('it ends', () => ends);
  });
});
