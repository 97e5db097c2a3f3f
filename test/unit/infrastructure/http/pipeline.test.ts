import { expect } from 'chai';
import { gzipSync } from 'node:zlib';
import { connect } from 'node:net';
import { memoryCache } from '../../../../src/infrastructure/cache/memory-cache.ts';
import { created, route, type Route } from '../../../../src/infrastructure/http/route.ts';
import { PageQuery, toPageRequest } from '../../../../src/infrastructure/http/paging.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { IsBag, IsIdOf, IsListOf, IsText, IsWhole } from '../../../../src/shared/fields.ts';
import type { Id } from '../../../../src/shared/ids.ts';
import { encodeCursor } from '../../../../src/shared/page.ts';
import { idOf, TestWallClock } from '../../../support/clock.ts';
import { asJson, serve, type Serving } from '../../../support/http.ts';

class ItemBody {
  @IsText({ max: 5 }) readonly name!: string;
}
class ThingBody {
  @IsText({ max: 5 }) readonly name!: string;
  @IsListOf(() => ItemBody, { max: 3, optional: true }) readonly items?: readonly ItemBody[];
  @IsBag({ optional: true }) readonly bag?: object;
}
class ThingParams {
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
}
class ThingQuery extends PageQuery {
  @IsWhole({ min: 0, max: 9, optional: true }) readonly size?: number;
}
class FormBody {
  @IsText({ max: 100 }) readonly form!: string;
}
class ThingView {
  @IsText({ max: 5 }) readonly name!: string;
}

const fact = { tag: 'operations', summary: 'x', success: { 200: ThingView } } as const;
const thing = route({
  ...fact,
  method: 'get',
  path: '/things/{orderId}',
  operationId: 'getThing',
  access: 'public',
  params: ThingParams,
  query: ThingQuery,
  handle: ({ params, query, requestId }) =>
    Promise.resolve({ params, query, page: toPageRequest(query), requestId, big: 12345678901234567890n }),
});
const make = route({
  ...fact,
  method: 'post',
  path: '/things',
  operationId: 'makeThing',
  access: { scope: 'things:write' },
  body: ThingBody,
  handle: ({ body, actor }) => Promise.resolve({ name: body.name, by: actor.clientId }),
  respond: (value) => created('/things/1', value),
});
const form = route({
  ...fact,
  method: 'post',
  path: '/forms',
  operationId: 'postForm',
  access: 'public',
  body: FormBody,
  textBody: { mediaTypes: ['application/x-www-form-urlencoded'], field: 'form' },
  handle: ({ body }) => Promise.resolve(body),
});
const failing = (name: string, error: unknown): Route =>
  route({
    ...fact,
    method: 'get',
    path: `/fails/${name}`,
    operationId: name,
    access: 'public',
    handle: () => {
      throw error;
    },
  });
const pay = route({
  ...fact,
  method: 'post',
  path: '/pay',
  operationId: 'pay',
  access: { scope: 'things:write' },
  idempotency: 'required',
  handle: () => Promise.resolve({}),
});

const plain = (method: 'get' | 'post'): Route =>
  route({
    ...fact,
    method,
    path: '/plain',
    operationId: `${method}Plain`,
    access: { scope: 'things:write' },
    handle: () => Promise.resolve({ name: 'a' }),
  });
const open = route({
  ...fact,
  method: 'get',
  path: '/open',
  operationId: 'open',
  access: 'public',
  handle: () => Promise.resolve({ name: 'a' }),
});

const routes = [
  plain('get'),
  plain('post'),
  open,
  thing,
  make,
  form,
  pay,
  failing('bug', new Error('secret inside')),
  failing('conflict', new AppError('conflict', 'test.conflict', 'taken')),
  failing('refused', new AppError('refused', 'test.refused', 'no', { ids: { limit: 5 } })),
  failing('away', new AppError('unavailable', 'test.away', 'later', { retryAfterSeconds: 7 })),
  failing('database', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })),
];

const token = { authorization: 'Bearer me~things/write' };

interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
}

describe('a request', () => {
  let serving: Serving;
  let generous: Serving;
  before(async () => {
    serving = await serve(routes, { bodyLimitBytes: 2_000 });
    generous = await serve(routes, { bodyLimitBytes: 5_000_000 });
  });
  after(() => Promise.all([serving.close(), generous.close()]));

  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(serving.url + path, { redirect: 'manual', ...init });

  const problem = async (answer: Response, status: number, code: string): Promise<ProblemBody> => {
    const body = (await answer.json()) as ProblemBody;
    expect(body.code).to.equal(code);
    expect(answer.status).to.equal(status);
    expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/);
    expect(body.status).to.equal(status);
    expect(body.type).to.equal(`/docs/errors#${code}`);
    expect(body.requestId).to.equal(answer.headers.get('request-id'));
    return body;
  };

  it('is handed to its route with every part checked and typed', async () => {
    const id = idOf('ord', 1);
    const answer = await ask(`/things/${id}?size=3&limit=2&after=${encodeCursor(['a', 'b'])}`, {
      headers: { 'request-id': 'mine-1' },
    });

    expect(await answer.json()).to.deep.equal({
      params: { orderId: id },
      query: { size: 3, limit: 2, after: encodeCursor(['a', 'b']) },
      page: { limit: 2, after: ['a', 'b'] },
      requestId: 'mine-1',
      big: '12345678901234567890',
    });
    expect(answer.headers.get('request-id')).to.equal('mine-1');
  });

  it('gets a request id of ours when it brings none, or one that is none', async () => {
    for (const given of [undefined, 'with space', 'x'.repeat(101), 'a"b']) {
      const answer = await ask('/things/x', given === undefined ? {} : { headers: { 'request-id': given } });
      expect(answer.headers.get('request-id')).to.match(/^req_[0-9a-f-]{36}$/);
      await answer.text();
    }
  });

  it('is refused with a pointer to every part that is wrong', async () => {
    const wrong = await problem(await ask('/things/x?size=ten&limit=0&more=1&size=1'), 400, 'input.invalid');
    const pointers = wrong.errors?.map(({ pointer }) => pointer);
    expect(new Set(pointers)).to.deep.equal(new Set(['/path/orderId', '/query/size', '/query/limit', '/query/more']));

    const body = await ask('/things', asJson({ name: 'too long', items: [{ name: '' }, null], extra: 1 }, token));
    const faults = (await problem(body, 400, 'input.invalid')).errors ?? [];
    expect(faults.map(({ pointer, code }) => `${pointer} ${code}`)).to.have.members([
      '/extra input.unknown_field',
      '/name input.invalid',
      '/items/0/name input.invalid',
      '/items/1 input.not_an_object',
    ]);
  });

  it('is told the first hundred of its faults, and that there are more, however many it has', async () => {
    const extra = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${index}`, 1]));
    for (const body of [
      { name: 'a', ...extra(150_000) },
      { name: 'a', items: [extra(60), extra(60), null] },
      { name: 'a', ['y'.repeat(100_000)]: 1, ...extra(150) },
    ]) {
      const answer = await fetch(`${generous.url}/things`, asJson(body, token));
      const wrong = await problem(answer, 400, 'input.invalid');
      expect(wrong.errors).to.have.length(100);
      expect(wrong.detail).to.match(/^more is wrong than the first 100 faults/);
      expect(JSON.stringify(wrong)).to.have.length.below(100_000);
    }
    const few = await problem(
      await fetch(`${generous.url}/things`, asJson({ name: 'a', ...extra(100) }, token)),
      400,
      'input.invalid',
    );
    expect(few.detail).to.not.contain('more is wrong');
  });

  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    it(`is not confused by a field called ${name}`, async () => {
      const faults = (
        await problem(await ask('/things', asJson(`{"name":"a","${name}":{"x":1}}`, token)), 400, 'input.invalid')
      ).errors;
      expect(faults?.map(({ pointer }) => pointer)).to.deep.equal([`/${name}`]);
      await problem(await ask(`/things/${idOf('ord', 1)}?${name}=1`), 400, 'input.invalid');
    });
  }

  it('finds nothing, or another method, at other addresses', async () => {
    await problem(await ask('/nowhere'), 404, 'http.not_found');
    await problem(await ask('/things/'), 404, 'http.not_found');
    await problem(await ask('/Things', asJson({ name: 'a' }, token)), 404, 'http.not_found');
    const other = await ask('/things', { method: 'PUT' });
    expect(other.headers.get('allow')).to.equal('POST');
    await problem(other, 405, 'http.method_not_allowed');
    const options = await ask(`/things/${idOf('ord', 1)}`, { method: 'OPTIONS' });
    expect(options.headers.get('allow')).to.equal('GET, HEAD');
    await problem(options, 405, 'http.method_not_allowed');
  });

  it('may be a HEAD where there is a GET', async () => {
    const answer = await ask(`/things/${idOf('ord', 1)}`, { method: 'HEAD' });
    expect(answer.status).to.equal(200);
    expect(await answer.text()).to.equal('');
  });

  it('is refused when its address is badly encoded', async () => {
    await problem(await ask('/things/%E0%A4%A'), 400, 'http.malformed_path');
  });

  const bodies: readonly (readonly [what: string, init: RequestInit, status: number, code: string])[] = [
    ['is not JSON', asJson('{"name":', token), 400, 'http.malformed_json'],
    ['is a bare value', asJson('"name"', token), 400, 'http.malformed_json'],
    ['is null', asJson('null', token), 400, 'http.malformed_json'],
    ['is a list', asJson([], token), 400, 'input.invalid'],
    ['is too large', asJson({ name: 'x'.repeat(2_001) }, token), 413, 'http.body_too_large'],
    [
      'is too deep',
      asJson(`{"name":"a","bag":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`, token),
      400,
      'http.body_too_deep',
    ],
    [
      'is XML',
      { method: 'POST', headers: { ...token, 'content-type': 'text/xml' }, body: '<a/>' },
      415,
      'http.unsupported_media_type',
    ],
    [
      'is of no type',
      { method: 'POST', headers: { ...token }, body: new Blob(['{"name":"a"}']) },
      415,
      'http.unsupported_media_type',
    ],
    [
      'is compressed in a way we do not know',
      asJson('x', { ...token, 'content-encoding': 'zstd' }),
      415,
      'http.unsupported_media_type',
    ],
    [
      'is not compressed as it says',
      asJson('{"name":"a"}', { ...token, 'content-encoding': 'gzip' }),
      400,
      'http.body_incomplete',
    ],
    [
      'speaks another charset',
      asJson('{}', { ...token, 'content-type': 'application/json; charset=latin1' }),
      415,
      'http.unsupported_media_type',
    ],
    ['is missing', { method: 'POST', headers: { ...token } }, 400, 'input.invalid'],
    [
      'is small when compressed, and too large when not',
      {
        method: 'POST',
        headers: { ...token, 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body: gzipSync(JSON.stringify({ name: 'x'.repeat(50_000) })),
      },
      413,
      'http.body_too_large',
    ],
  ];
  for (const [what, init, status, code] of bodies) {
    it(`is refused when its body ${what}: ${status} ${code}`, async () => {
      await problem(await ask('/things', init), status, code);
    });
  }

  it('is refused though its body is deep enough to run out of stack', async () => {
    const levels = 100_000;
    const deep = await serve(routes, { bodyLimitBytes: 5_000_000 });
    const body = `{"name":"a","bag":{"x":${'['.repeat(levels)}${']'.repeat(levels)}}}`;
    const answer = await fetch(`${deep.url}/things`, asJson(body, token));
    expect(answer.status).to.equal(400);
    expect(((await answer.json()) as ProblemBody).code).to.equal('http.body_too_deep');
    await deep.close();
  });

  it('may bring a text of a media type its route names, and no other', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const sent = await ask('/forms', { method: 'POST', headers, body: 'a=1&b=2' });
    expect(await sent.json()).to.deep.equal({ form: 'a=1&b=2' });
    const other = await ask('/forms', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'a=1' });
    await problem(other, 415, 'http.unsupported_media_type');
  });

  it('is asked who sends it before its body is read', async () => {
    const unknown = await ask('/things', asJson('{"name":'));
    expect(unknown.headers.get('www-authenticate')).to.equal('Bearer realm="tributary"');
    await problem(unknown, 401, 'http.unauthenticated');
    for (const authorization of ['me', 'Basic me', 'Bearer', 'Bearer wrong~x', 'Bearer a b', 'Bearer "x"']) {
      await problem(await ask('/things', asJson({ name: 'a' }, { authorization })), 401, 'http.unauthenticated');
    }
    const scope = await problem(
      await ask('/things', asJson('{', { authorization: 'Bearer me~other' })),
      403,
      'http.missing_scope',
    );
    expect(scope.detail).to.contain('things:write');
  });

  it('is answered with the status, headers and body its route gives', async () => {
    const answer = await ask('/things', asJson({ name: 'a' }, token));
    expect(answer.status).to.equal(201);
    expect(answer.headers.get('location')).to.equal('/things/1');
    expect(await answer.json()).to.deep.equal({ name: 'a', by: 'me' });
    expect(answer.headers.get('x-powered-by')).to.equal(null);
    expect(answer.headers.get('x-content-type-options')).to.equal('nosniff');
    expect(answer.headers.get('content-security-policy')).to.contain("default-src 'none'");
  });

  it('that fails is answered with its problem, and says nothing of what is inside', async () => {
    await problem(await ask('/fails/conflict'), 409, 'test.conflict');
    await problem(await ask('/fails/refused'), 422, 'test.refused');
    const away = await ask('/fails/away');
    expect(away.headers.get('retry-after')).to.equal('7');
    await problem(away, 503, 'test.away');
    const database = await ask('/fails/database');
    expect(database.headers.get('retry-after')).to.equal('1');
    await problem(database, 503, 'database.unavailable');

    serving.logged.length = 0;
    const bug = await problem(await ask('/fails/bug'), 500, 'internal.bug');
    expect(JSON.stringify(bug)).to.not.contain('secret inside');
    const [logged] = serving.logged;
    expect(logged?.level).to.equal('error');
    expect(logged?.about).to.include({ requestId: bug.requestId, code: 'internal.bug' });
  });

  it('that moves money needs an Idempotency-Key', async () => {
    await problem(await ask('/pay', { method: 'POST', headers: token }), 400, 'idempotency.key_missing');
    for (const key of ['x'.repeat(256), 'ä', '""', 'a\tb']) {
      const headers = { ...token, 'idempotency-key': Buffer.from(key).toString('latin1') };
      await problem(await ask('/pay', { method: 'POST', headers }), 400, 'idempotency.malformed_key');
    }
  });

  it('that brings a query or a body where none is read is refused, not half heard', async () => {
    const unknown = await problem(await ask('/plain?nonsense=1', { headers: token }), 400, 'input.invalid');
    expect(unknown.errors).to.deep.equal([
      { pointer: '/query/nonsense', code: 'input.unknown_field', detail: 'is not a field we know' },
    ]);
    const body = await problem(await ask('/plain', asJson({ a: 1 }, token)), 400, 'input.invalid');
    expect(body.errors?.map(({ pointer }) => pointer)).to.deep.equal(['/a']);
    await problem(await ask('/plain', asJson('{not json', token)), 400, 'http.malformed_json');
    await problem(await ask('/plain', asJson([1], token)), 400, 'input.invalid');
    await problem(await ask('/plain', asJson('a', { ...token, 'content-type': 'text/plain' })), 400, 'input.invalid');

    const emptyStream = {
      method: 'POST',
      headers: token,
      body: new ReadableStream({ start: (it) => it.close() }),
      duplex: 'half' as const,
    };
    for (const nothing of [{ method: 'POST', headers: token }, asJson({}, token), asJson('', token), emptyStream]) {
      expect((await ask('/plain', nothing)).status).to.equal(200);
    }
    expect((await ask('/open?utm_source=x')).status).to.equal(200);
  });

  it('that is cut off in the middle of its body harms nobody', async () => {
    const { port } = new URL(serving.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          'POST /things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer me~things/write\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na',
          () => {
            socket.destroy();
            resolve();
          },
        );
      });
    });
    const answer = await ask('/things', asJson({ name: 'a' }, token));
    expect(answer.status).to.equal(201);
  });
});

describe('a body that is looked at before it is read', () => {
  it('is answered with what is thrown then, though nobody could read it; all others are read as ever', async () => {
    const glance = (body: Buffer): undefined => {
      if (body.includes('flood'))
        throw new AppError('unavailable', 'http.rate_limited', 'later', { retryAfterSeconds: 7 });
    };
    const serving = await serve([
      { ...make, glance },
      { ...form, glance },
    ]);
    const ask = async (path: string, type: string, body: string): Promise<unknown> => {
      const headers = { authorization: 'Bearer me~things/write', 'content-type': type };
      const response = await fetch(serving.url + path, { method: 'POST', headers, body });
      const { code, name, form: sent } = (await response.json()) as { code?: string; name?: string; form?: string };
      return [response.status, response.headers.get('retry-after'), code ?? name ?? sent];
    };

    const answers = [
      await ask('/things', 'application/json', '{"flood'),
      await ask('/forms', 'application/x-www-form-urlencoded', 'flood'),
      await ask('/things', 'application/json', '\ufeff{"name":"ä"}'),
      await ask('/forms', 'application/x-www-form-urlencoded', 'ebb'),
    ];
    await serving.close();

    expect(answers).to.deep.equal([
      [429, '7', 'http.rate_limited'],
      [429, '7', 'http.rate_limited'],
      [201, null, 'ä'],
      [200, null, 'ebb'],
    ]);
  });

  it('waits as bytes until it is let in; whoever looks hears when it is answered, or when nobody can read it', async () => {
    const said: unknown[] = [];
    const glance = async (body: Buffer): Promise<() => void> => {
      said.push(body.length);
      await new Promise((resolve) => setTimeout(resolve, 1));
      said.push('let in');
      return () => said.push('gone');
    };
    const handle: Route['handle'] = ({ body }) => Promise.resolve(said.push((body as FormBody).form.length));
    const looked = { ...form, glance, handle, respond: () => ({ status: 200, body: { name: 'a' } }) };
    const serving = await serve([looked], { bodyLimitBytes: 200_000 });
    const statuses: number[] = [];
    const large = 'a'.repeat(100_000);

    for (const body of ['{"form":"abc"}', '{"form":', `{"form":"${large}"}`, '['.repeat(40) + ']'.repeat(40)]) {
      const headers = { 'content-type': 'application/json' };
      statuses.push((await fetch(`${serving.url}/forms`, { method: 'POST', headers, body })).status);
    }
    await serving.close();

    expect(statuses).to.deep.equal([200, 400, 400, 400]);
    expect(said).to.deep.equal([
      ...[14, 'let in', 3, 'gone'],
      ...[8, 'let in', 'gone'],
      ...[100_011, 'let in', 'gone'],
      ...[80, 'let in', 'gone'],
    ]);
  });
});

describe('requests that come too often', () => {
  it('are counted for each client, told how many are left, and refused with the time to wait', async () => {
    const { limiter } = memoryCache(new TestWallClock(), 2);
    const serving = await serve(routes, { limiter });
    const ask = (client: string): Promise<Response> =>
      fetch(`${serving.url}/things`, asJson({ name: 'a' }, { authorization: `Bearer ${client}~things/write` }));

    const answers = [await ask('me'), await ask('me'), await ask('me'), await ask('you')];
    await serving.close();

    expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 429, 201]);
    expect(answers.map(({ headers }) => headers.get('ratelimit-policy'))).to.deep.equal(
      Array(4).fill('"default";q=2;w=60'),
    );
    expect(answers.map(({ headers }) => headers.get('ratelimit'))).to.deep.equal([
      '"default";r=1;t=60',
      '"default";r=0;t=60',
      '"default";r=0;t=60',
      '"default";r=1;t=60',
    ]);
    expect(answers[2]?.headers.get('retry-after')).to.equal('60');
    expect(((await answers[2]?.json()) as ProblemBody).code).to.equal('http.rate_limited');
  });
});
