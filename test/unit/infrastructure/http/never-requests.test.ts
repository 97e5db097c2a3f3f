import { expect } from 'chai';
import { connect } from 'node:net';
import { route } from '../../../../src/infrastructure/http/route.ts';
import { IsText } from '../../../../src/shared/fields.ts';
import { serve, type Serving } from '../../../support/http.ts';
import { latch } from '../../../support/signals.ts';

class Thing {
  @IsText({ max: 5 }) readonly name!: string;
}

const HEAD = 'Host: x\r\nAuthorization: Bearer me~s\r\nContent-Type: application/json\r\n';

const CASES: readonly (readonly [what: string, sent: string, status: number, code: string])[] = [
  [
    'whose address is too long',
    `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    431,
    'http.headers_too_large',
  ],
  [
    'with an expectation nobody meets',
    'GET / HTTP/1.1\r\nHost: x\r\nExpect: x\r\n\r\n',
    417,
    'http.expectation_failed',
  ],
  ['of a method that is none', 'NONE / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'http.malformed_request'],
  ['without a host', 'GET / HTTP/1.1\r\n\r\n', 400, 'http.malformed_request'],
  [
    'of two lengths',
    `POST /things HTTP/1.1\r\n${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    400,
    'http.malformed_request',
  ],
  [
    'with a broken chunk',
    `POST /things HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}`,
    400,
    'http.malformed_request',
  ],
  ['with slow headers', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ', 408, 'http.request_timeout'],
  ['with a slow body', `POST /things HTTP/1.1\r\n${HEAD}Content-Length: 9\r\n\r\n{`, 408, 'http.request_timeout'],
  ['for a tunnel', 'CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n', 405, 'http.method_not_allowed'],
];

describe('what never becomes a request', () => {
  let serving: Serving;
  let release: () => void;

  before(async () => {
    const gate = latch(2);
    release = () => void gate.arrive();
    const fact = { tag: 'operations', summary: 'x', success: { 200: Thing } } as const;
    serving = await serve(
      [
        route({
          ...fact,
          method: 'post',
          path: '/things',
          operationId: 'make',
          access: { scope: 's' },
          body: Thing,
          handle: ({ body }) => Promise.resolve(body),
        }),
        route({
          ...fact,
          method: 'get',
          path: '/held',
          operationId: 'held',
          access: 'public',
          handle: async () => {
            await gate.arrive();
            return { name: 'done' };
          },
        }),
      ],
      { patience: { headersMs: 200, requestMs: 400 } },
    );
  });
  after(() => serving.close());

  /** Everything that is said until the connection ends. */
  const told = (sent: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(serving.url).port), '127.0.0.1', () => socket.write(sent));
      let text = '';
      socket.on('data', (bytes) => (text += bytes.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        resolve(text);
      });
    });

  for (const [what, sent, status, code] of CASES) {
    it(`is answered with a problem, and its connection ends: one ${what}, ${status}`, async () => {
      const [head = '', body = ''] = (await told(sent)).split('\r\n\r\n');

      expect(head).to.match(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(head).to.match(/^content-type: application\/problem\+json/im);
      expect(head).to.match(/^connection: close$/im);
      const problem = JSON.parse(body) as Readonly<Record<string, unknown>>;
      expect(problem).to.include({ status, code, type: `/docs/errors#${code}` });
      expect(head).to.contain(String(problem['requestId']));
    });
  }

  const stranger = HEAD.replace('Bearer me~s', 'Bearer wrong~s');
  const unread: readonly (readonly [what: string, sent: string, status: number, code: string])[] = [
    ['announces too large a body', `${HEAD}Content-Length: 10001\r\n\r\n{`, 413, 'http.body_too_large'],
    [
      'asks whether to send too large a body',
      `${HEAD}Expect: 100-continue\r\nContent-Length: 10001\r\n\r\n`,
      413,
      'http.body_too_large',
    ],
    [
      'has sent too much already and does not say how much follows',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n4000\r\n${' '.repeat(0x4000)}\r\n`,
      413,
      'http.body_too_large',
    ],
    ['is a stranger who sends slowly', `${stranger}Content-Length: 9\r\n\r\n{`, 401, 'http.unauthenticated'],
  ];
  for (const [what, sent, status, code] of unread) {
    it(`is the rest of a body when its sender ${what}: ${status}, and the connection ends`, async () => {
      const text = await told(`POST /things HTTP/1.1\r\n${sent}`);

      expect(text).to.match(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(text.split('\r\n\r\n')[0]).to.match(/^connection: close$/im);
      expect(text).to.contain(`"${code}"`);
      expect(text.match(/HTTP\/1\.1 /g)).to.have.length(1);
    });
  }

  it('is told to go on when who sends it may, and it is not too large', async () => {
    const asks = `POST /things HTTP/1.1\r\n${HEAD}Connection: close\r\nExpect: 100-continue\r\nContent-Length: 12\r\n\r\n`;
    expect(await told(`${asks}{"name":"a"}`)).to.match(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  });

  it('leaves the answer to the whole request before it as it is', async () => {
    const hearing = told('GET /held HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n');
    setImmediate(release);
    const text = await hearing;

    expect(text)
      .to.match(/^HTTP\/1\.1 200 /)
      .and.to.contain('"done"');
    expect(text.match(/HTTP\/1\.1 /g)).to.have.length(1);
  });
});
