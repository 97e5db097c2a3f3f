/** A write with an `Idempotency-Key`, sent again and again, by whoever and whatever becomes of the first. */
import { expect } from 'chai';
import type { Knex } from 'knex';
import { IdempotencyKeys } from '../../../src/infrastructure/http/idempotency.ts';
import { seenVersion } from '../../../src/infrastructure/http/precondition.ts';
import { created, type Route, route } from '../../../src/infrastructure/http/route.ts';
import { openDatabase, rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import type { PostgresTransaction } from '../../../src/infrastructure/postgres/transaction.ts';
import { MasterKeyVault } from '../../../src/infrastructure/system/master-key-vault.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { IsText } from '../../../src/shared/fields.ts';
import { instant } from '../../../src/shared/instant.ts';
import { ChaosProxy } from '../../support/chaos-proxy.ts';
import { TestWallClock } from '../../support/clock.ts';
import { type TestDatabase, withDatabase } from '../../support/database.ts';
import { asJson, serve, type Serving } from '../../support/http.ts';
import { addModules } from '../../support/modules.ts';
import { eventually, latch } from '../../support/signals.ts';
import { postgresTransaction } from '../../support/transaction.ts';

class Sale {
  @IsText({ max: 50 }) readonly what!: string;
}

type Transaction = PostgresTransaction<Knex>;

/** Runs within the transaction of a sale, before it commits; a test may fail or wait there. */
type Moment = (what: string) => Promise<void>;

const salesRoutes = (transaction: Transaction, moment: Moment): readonly Route[] => {
  const selling = (path: string, more: Partial<Route> = {}): Route => ({
    ...route({
      method: 'post',
      path,
      operationId: path.slice(1),
      tag: 'operations',
      summary: 'x',
      access: { scope: 'sell' },
      body: Sale,
      success: { 201: Sale },
      handle: ({ body: { what } }) =>
        transaction.run(async (trx) => {
          const [sale] = await rowsOf<{ id: bigint }>(
            trx,
            'insert into shop.sales (what) values (:what) returning id',
            {
              what,
            },
          );
          await moment(what);
          return { id: String(sale?.id), what };
        }),
      respond: (sale) => created(`/sales/${sale.id}`, sale),
    }),
    module: 'shop',
    ...more,
  });
  const settings = route({
    method: 'put',
    path: '/settings',
    operationId: 'settings',
    tag: 'operations',
    summary: 'x',
    access: { scope: 'sell' },
    versioned: true,
    body: Sale,
    success: { 200: Sale },
    handle: ({ header, body: { what } }) => {
      if (seenVersion(header) !== 1) throw new AppError('conflict', 'http.precondition_failed', 'changed');
      if (what === 'nothing') throw new AppError('refused', 'test.nothing', 'no');
      return Promise.resolve({ what });
    },
  });
  return [selling('/sales'), selling('/secrets', { confidential: true }), { ...settings, module: 'shop' }];
};

describe('a write with an Idempotency-Key', () => {
  const database = withDatabase();
  let wallClock: TestWallClock;
  let keys: IdempotencyKeys;
  let serving: Serving;
  let moment: Moment;
  let opened: Knex[];

  const open = async (url: string): Promise<Serving> => {
    const of = (schema: string) => openDatabase({ url, schema, role: `mod_${schema}`, poolSize: 8, timeoutMs: 500 });
    const [shop, platform] = [of('shop'), of('platform')];
    opened.push(shop.knex, platform.knex);
    keys = new IdempotencyKeys(platform, wallClock, new MasterKeyVault(Buffer.alloc(32, 1)));
    return serve(
      salesRoutes(
        postgresTransaction(shop, (trx) => trx),
        (what) => moment(what),
      ),
      { keys },
    );
  };

  beforeEach(async () => {
    await addModules(database(), 'shop');
    await makeSales(database());
    wallClock = new TestWallClock();
    moment = () => Promise.resolve();
    opened = [];
    serving = await open(database().url);
  });
  afterEach(async () => {
    await serving.close();
    await Promise.all(opened.map((knex) => knex.destroy()));
  });

  const send = async (what: string, key: string, { path = '/sales', client = 'me' } = {}) => {
    const headers = { authorization: `Bearer ${client}~sell`, 'idempotency-key': key };
    const response = await fetch(serving.url + path, asJson({ what }, headers));
    return {
      status: response.status,
      location: response.headers.get('location'),
      replayed: response.headers.get('idempotency-replayed'),
      retryAfter: response.headers.get('retry-after'),
      firstSeen: response.headers.get('idempotency-first-seen'),
      body: (await response.json()) as { readonly id?: string; readonly code?: string; readonly requestId?: string },
    };
  };

  const sales = async (): Promise<readonly string[]> =>
    (await rowsOf<{ what: string }>(database().owner.knex, 'select what from shop.sales order by id')).map(
      ({ what }) => what,
    );

  it('acts once, and is answered the same each time, and since when', async () => {
    const first = await send('a car', 'key');
    wallClock.pass(3_600_000);
    const again = await send('a car', '"key"'); // the draft writes it in quotes

    expect([first.status, first.replayed]).to.deep.equal([201, null]);
    expect(again).to.deep.equal({ ...first, replayed: 'true', firstSeen: '2026-01-01T00:00:00.000Z' });
    expect(await sales()).to.deep.equal(['a car']);
  });

  it('is free again when it named no version, or another than there is', async () => {
    const put = async (seen: Readonly<Record<string, string>>, what = 'a car') => {
      const headers = { authorization: 'Bearer me~sell', 'idempotency-key': `key-${what}`, ...seen };
      return fetch(`${serving.url}/settings`, { ...asJson({ what }, headers), method: 'PUT' });
    };

    const statuses = [];
    for (const seen of [{}, { 'if-match': '"777"' }, { 'if-match': '"00001"' }, { 'if-match': '"1"' }])
      statuses.push((await put(seen)).status);
    expect(statuses).to.deep.equal([428, 412, 412, 200]);

    // A refusal that is kept is told with the id of the request it answers.
    for (const id of ['first', 'second']) {
      const refused = await put({ 'if-match': '"1"', 'request-id': id }, 'nothing');
      expect(await refused.json()).to.include({ code: 'test.nothing', requestId: id });
    }
  });

  it('acts once though many send it at the same time; the others are told to ask again', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => send('a car', 'key')));

    for (const { status, body, retryAfter, replayed } of answers) {
      if (status === 409) expect([body.code, retryAfter]).to.deep.equal(['idempotency.in_progress', '1']);
      else expect(status, replayed ?? '').to.equal(201);
    }
    expect(answers.filter(({ status, replayed }) => status === 201 && replayed === null)).to.have.length(1);
    expect(await sales()).to.deep.equal(['a car']);
  });

  it('is refused when it asks for something else, and belongs to its client and its address alone', async () => {
    const mine = await send('a car', 'key');

    const other = await send('two cars', 'key');
    expect([other.status, other.body.code]).to.deep.equal([422, 'idempotency.key_reused']);
    const yours = await send('a car', 'key', { client: 'you' });
    const elsewhere = await send('a car', 'key', { path: '/secrets' });

    expect(new Set([mine, yours, elsewhere].map(({ body }) => body.id)).size).to.equal(3);
    expect([yours.replayed, elsewhere.replayed]).to.deep.equal([null, null]);
  });

  it('is refused when it is no key', async () => {
    for (const key of ['\xe9', 'x'.repeat(256), '""']) {
      const answer = await send('a car', key);
      expect([answer.status, answer.body.code]).to.deep.equal([400, 'idempotency.malformed_key']);
    }
    expect(await sales()).to.be.empty;
  });

  it('that was refused by a rule is refused again without asking the rule', async () => {
    let asked = 0;
    moment = () => {
      asked += 1;
      throw new AppError('refused', 'test.sold_out', 'there are no more');
    };

    const first = await send('a car', 'key');
    const again = await send('a car', 'key');

    expect([first.status, first.body.code, first.replayed]).to.deep.equal([422, 'test.sold_out', null]);
    const { requestId } = again.body;
    expect([again.status, again.body, again.replayed]).to.deep.equal([422, { ...first.body, requestId }, 'true']);
    expect(asked).to.equal(1);
    expect(await sales()).to.be.empty;
  });

  for (const [why, error, status] of [
    ['met "not now"', new AppError('unavailable', 'test.away', 'later'), 503],
    ['met "not you"', new AppError('forbidden', 'test.not_you', 'no'), 403],
    ['met a fault of ours', new Error('a bug'), 500],
  ] as const) {
    it(`that ${why} leaves the key free, and nothing else`, async () => {
      moment = () => Promise.reject(error);
      expect((await send('a car', 'key')).status).to.equal(status);
      moment = () => Promise.resolve();

      const again = await send('a car', 'key');

      expect([again.status, again.replayed]).to.deep.equal([201, null]);
      expect(await sales()).to.deep.equal(['a car']);
    });
  }

  it('may be taken over when its worker took too long; that worker then cannot commit', async () => {
    const arrived = latch(1);
    const goOn = latch(2);
    let first = true;
    moment = async () => {
      if (!first) return;
      first = false;
      await arrived.arrive();
      await goOn.arrive();
    };
    const slow = send('a car', 'key');
    await eventually('the first is at work', () => !first);
    wallClock.pass(29_000);
    expect((await send('a car', 'key')).body.code).to.equal('idempotency.in_progress');

    wallClock.pass(2_000);
    const heir = await send('a car', 'key');
    await goOn.arrive();
    const late = await slow;

    expect([heir.status, heir.replayed]).to.deep.equal([201, null]);
    expect([late.status, late.body.code]).to.deep.equal([409, 'idempotency.in_progress']);
    expect(await send('a car', 'key')).to.deep.include({ body: heir.body, replayed: 'true' });
    expect(await sales()).to.deep.equal(['a car']);
  });

  it('tells the truth when only the answer to the commit was lost', async () => {
    const proxy = await ChaosProxy.before(database().url);
    try {
      await serving.close();
      serving = await open(proxy.url);
      moment = () => {
        proxy.onPiece = (direction, bytes) => {
          if (direction === 'up' && bytes.includes('COMMIT')) proxy.blackhole('down');
        };
        return Promise.resolve();
      };

      const inDoubt = await send('a car', 'key');
      expect([inDoubt.status, inDoubt.body.code]).to.deep.equal([503, 'database.unavailable']);
      proxy.onPiece = () => undefined;
      proxy.heal();
      const again = await send('a car', 'key');

      expect([again.status, again.replayed]).to.deep.equal([201, 'true']);
      expect(await sales()).to.deep.equal(['a car']);
    } finally {
      await serving.close();
      serving = await open(database().url);
      await proxy.close();
    }
  });

  it('whose answer shows a secret keeps it sealed', async () => {
    const first = await send('whsec_1', 'key', { path: '/secrets' });
    const again = await send('whsec_1', 'key', { path: '/secrets' });

    expect(again.body).to.deep.equal(first.body);
    const rows = await rowsOf(database().owner.knex, 'select * from platform.idempotency_keys');
    expect(JSON.stringify(rows)).to.not.contain('whsec_1');
  });

  it('is forgotten when it is old enough, and then acts anew', async () => {
    await send('a car', 'old');
    wallClock.pass(3_600_000);
    await send('a car', 'young');

    expect(await keys.prune(instant('2026-01-01T00:30:00Z'))).to.equal(1);

    expect((await send('a car', 'young')).replayed).to.equal('true');
    expect((await send('a car', 'old')).replayed).to.equal(null);
    expect(await sales()).to.have.length(3);
  });
});

const makeSales = ({ owner }: TestDatabase): Promise<unknown> =>
  rowsOf(
    owner.knex,
    `create table shop.sales (id bigint generated always as identity primary key, what text not null);
     grant select, insert on shop.sales to mod_shop`,
  );
