/**
 * The whole program in processes of their own, killed with SIGKILL at the worst moments (`fault.ts` names them):
 * nothing that was answered for is lost, and nothing is done twice.
 */
import { expect } from 'chai';
import { modules } from '../../../src/app.ts';
import { rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import type { TestDatabase } from '../../support/database.ts';
import { withProgram } from '../../support/process.ts';
import { amqpUrl, newNamespace, sweep } from '../../support/rabbit.ts';
import { startApp } from '../../support/running-app.ts';
import {
  brokenPromises,
  type Environment,
  type Outcome,
  outcomeOf,
  settled,
  Shop,
  startProgram,
} from '../../support/shop.ts';

/** A client of whom nobody knows whether it was heard: undefined when the connection broke. */
const post = async (
  url: string,
  token: string,
  body: unknown,
  key?: string,
): Promise<{ status: number; headers: Headers; body: Readonly<Record<string, unknown>> } | undefined> => {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    ...(key !== undefined && { 'idempotency-key': key }),
  };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => undefined);
  if (response === undefined) return undefined;
  const { status } = response;
  return { status, headers: response.headers, body: (await response.json()) as Readonly<Record<string, unknown>> };
};

const PROGRAM = {
  name: 'Second',
  currency: 'BRL',
  timeZone: 'America/Sao_Paulo',
  destination: 'https://second.example/',
  allowedHosts: ['second.example'],
  minimumPayout: { minor: '100', currency: 'BRL' },
};

describe('the program killed with SIGKILL', function () {
  this.timeout(120_000);
  const start = withProgram();
  let shop: Shop;
  let database: TestDatabase;

  before(async () => {
    shop = await Shop.open();
  });
  after(() => shop.close());
  beforeEach(async () => {
    database = await shop.copy();
  });
  afterEach(() => database.drop());

  const count = async (table: string): Promise<number> => {
    const [row] = await rowsOf<{ n: bigint }>(database.owner.knex, `select count(*) as n from ${table}`);
    return Number(row?.n);
  };
  const api = (more: Environment = {}) => startProgram(start, shop.environment(database, { ROLE: 'api', ...more }));

  describe('while it takes a write', () => {
    for (const [when, point, again] of [
      ['before events are on disk', 'before_commit@pipeline', { accepted: 3, duplicate: 0 }],
      ['after they are, before the answer', 'after_commit@pipeline', { accepted: 0, duplicate: 3 }],
    ] as const) {
      it(`${when}: sent again, each is accepted once`, async () => {
        const dying = await api({ FAULT: point });
        const accepted = await count('pipeline.accepted_events');
        const told = await count('pipeline.outbox');
        const events = { events: shop.order(1) };

        expect(await post(`${dying.url}/v1/events`, shop.token, events)).to.equal(undefined);
        expect(await dying.ends()).to.equal('SIGKILL');
        const { url } = await api();
        const answer = await post(`${url}/v1/events`, shop.token, events);

        expect(answer?.status).to.equal(202);
        expect(answer?.body).to.include(again);
        expect((await count('pipeline.accepted_events')) - accepted).to.equal(3);
        expect((await count('pipeline.outbox')) - told).to.equal(3);
      });
    }

    it('after it is on disk, before the answer: the same Idempotency-Key brings the answer that was never sent', async () => {
      const dying = await api({ FAULT: 'after_commit@partners' });
      const programs = await count('partners.programs');

      expect(await post(`${dying.url}/v1/programs`, shop.token, PROGRAM, 'once')).to.equal(undefined);
      expect(await dying.ends()).to.equal('SIGKILL');
      const { url } = await api();
      const answer = await post(`${url}/v1/programs`, shop.token, PROGRAM, 'once');
      const replay = await post(`${url}/v1/programs`, shop.token, PROGRAM, 'once');

      expect([answer?.status, answer?.headers.get('idempotency-replayed')]).to.deep.equal([201, 'true']);
      expect(replay?.body).to.deep.equal(answer?.body);
      expect((await count('partners.programs')) - programs).to.equal(1);
    });

    it('before it is on disk: the key is held until its lease is over, and then the work is taken over', async () => {
      const dying = await api({ FAULT: 'before_commit@partners' });
      const programs = await count('partners.programs');

      expect(await post(`${dying.url}/v1/programs`, shop.token, PROGRAM, 'once')).to.equal(undefined);
      expect(await dying.ends()).to.equal('SIGKILL');
      const { url } = await api();
      const early = await post(`${url}/v1/programs`, shop.token, PROGRAM, 'once');
      expect([early?.status, early?.body['code']]).to.deep.equal([409, 'idempotency.in_progress']);
      expect(Number(early?.headers.get('retry-after'))).to.be.greaterThan(0);
      await rowsOf(database.owner.knex, `update platform.idempotency_keys set locked_until = '2026-01-01'`);
      const answer = await post(`${url}/v1/programs`, shop.token, PROGRAM, 'once');
      const replay = await post(`${url}/v1/programs`, shop.token, PROGRAM, 'once');

      expect([answer?.status, answer?.headers.get('idempotency-replayed')]).to.deep.equal([201, null]);
      expect([replay?.headers.get('idempotency-replayed'), replay?.body]).to.deep.equal(['true', answer?.body]);
      expect((await count('partners.programs')) - programs).to.equal(1);
    });
  });

  describe('while it carries and hears events', () => {
    /** Where the worker of each round dies; each round brings an order. */
    const EMBEDDED = [
      'before_commit@orders',
      'after_commit@orders',
      'before_ack:3',
      'before_commit@commission',
      'after_commit@settlement',
      'before_commit@ledger',
    ];
    const ON_RABBIT = [
      'before_confirm',
      'after_publish:2',
      'before_ack',
      'before_ack:4',
      'after_commit@orders',
      'before_commit@ledger',
    ];

    /** What comes of as many orders when nobody is killed. */
    const undisturbed = async (): Promise<Outcome> => {
      const own = await shop.copy();
      const whole = await startApp(own, modules, shop.environment(own));
      try {
        for (const [n] of EMBEDDED.entries())
          await whole.call('POST', '/v1/events', { token: shop.token, body: { events: shop.order(n) } });
        await settled(whole.app);
        return await outcomeOf(own);
      } finally {
        await whole.stop();
        await own.drop();
      }
    };

    /** A front that stays, and behind it a worker a round that is killed; then one that may live. */
    const killedAt = async (points: readonly string[], broker: Environment = {}): Promise<Outcome> => {
      const front = await startApp(database, modules, shop.environment(database, { ...broker, ROLE: 'api' }));
      consumers = front.app.inbounds.map(({ consumer }) => consumer.name);
      const behind = shop.environment(database, { ...broker, ROLE: 'relay,worker,scheduler' });
      try {
        for (const [n, point] of points.entries()) {
          const body = { events: shop.order(n) };
          expect((await front.call('POST', '/v1/events', { token: shop.token, body })).status).to.equal(202);
          const worker = start('main', { environment: { ...behind, FAULT: point } });
          expect(await worker.ends(), point).to.equal('SIGKILL');
        }
        const alive = await startProgram(start, behind);
        await settled(front.app);
        expect(alive.said, 'Node found no leak').to.not.contain('Warning');
        expect(await brokenPromises(front.app)).to.deep.equal([]);
        return await outcomeOf(database);
      } finally {
        await front.stop();
      }
    };

    let whole: Outcome;
    let consumers: readonly string[];
    before(async () => {
      whole = await undisturbed();
      expect(whole['commissions']).to.have.length(EMBEDDED.length);
    });

    it('on embedded parts, comes to what it comes to when nobody is killed', async () => {
      expect(await killedAt(EMBEDDED)).to.deep.equal(whole);
    });

    it('on RabbitMQ, comes to the same', async () => {
      const namespace = newNamespace();
      try {
        const broker = { AMQP_URL: amqpUrl(), BROKER_NAMESPACE: namespace, BROKER_LANES: '2' };
        expect(await killedAt(ON_RABBIT, broker)).to.deep.equal(whole);
      } finally {
        await sweep(amqpUrl(), namespace, consumers);
      }
    });
  });
});
