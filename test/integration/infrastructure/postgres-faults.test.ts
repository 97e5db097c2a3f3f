/** What can happen to PostgreSQL itself: killed under load, deaf, not there yet. The program is not restarted. */
import { expect } from 'chai';
import { modules } from '../../../src/app.ts';
import { rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { migrate } from '../../../src/cli/migrate.ts';
import { databaseAt, type TestDatabase } from '../../support/database.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { withProgram } from '../../support/process.ts';
import { type Reply, type RunningApp, startApp } from '../../support/running-app.ts';
import { type OwnPostgres, startOwnPostgres } from '../../support/services/postgres.ts';
import { brokenPromises, settled, Shop, startProgram } from '../../support/shop.ts';
import { eventually, pauseMs } from '../../support/signals.ts';

const CLIENTS = 6;

/** Sends order after order, each once, and keeps what it was answered; whoever wants to know may look. */
class Load {
  readonly answers = new Map<string, Reply>();
  private going = true;
  private next = 0;
  private readonly clients: Promise<unknown>;

  constructor(private readonly send: (n: number) => Promise<Reply>) {
    this.clients = Promise.all(Array.from({ length: CLIENTS }, () => this.work()));
  }

  with(status: number): readonly string[] {
    return [...this.answers].filter(([, reply]) => reply.status === status).map(([ref]) => ref);
  }

  async stop(): Promise<void> {
    this.going = false;
    await this.clients;
  }

  private async work(): Promise<void> {
    while (this.going) {
      const n = this.next;
      this.next += 1;
      const answer = await this.send(n);
      this.answers.set(`order ${n}`, answer);
      if (answer.status === 503) await pauseMs(50);
    }
  }
}

describe('a PostgreSQL of our own', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const start = withProgram();
  let postgres: OwnPostgres;
  let database: TestDatabase;
  let shop: Shop;

  before(async () => {
    postgres = await startOwnPostgres(folder.path);
    await migrate(postgres.url, undefined, () => undefined);
    database = databaseAt(postgres.url);
    shop = await Shop.open(database);
  });
  after(async () => {
    await database.drop();
    await postgres.stop();
    folder.remove();
  });

  const open = (more = {}): Promise<RunningApp> =>
    startApp(database, modules, shop.environment(database, { DATABASE_TIMEOUT_MS: '1000', ...more }));

  const loadOn = (running: RunningApp): Load =>
    new Load((n) =>
      running.call('POST', '/v1/events', { token: shop.token, body: { events: shop.order(n).slice(0, 1) } }),
    );

  const sayNotNow = (replies: Iterable<Reply>): void => {
    for (const { status, headers, body } of replies) {
      if (status === 202) continue;
      expect([status, body['code']]).to.deep.equal([503, 'database.unavailable']);
      expect(Number(headers.get('retry-after'))).to.be.greaterThan(0);
    }
  };

  const ordersThere = async (): Promise<readonly string[]> =>
    (await rowsOf<{ subject: string }>(database.owner.knex, `select order_ref as subject from orders.orders`)).map(
      ({ subject }) => subject,
    );

  it('killed under load loses no write that was answered for; while it is away the answer is "not now", and then all goes on', async () => {
    const running = await open();
    try {
      const load = loadOn(running);
      await eventually('work has begun', () => load.with(202).length > 100);
      await postgres.kill();
      const before = load.with(202).length;
      await eventually('it is missed', () => load.with(503).length > 50);
      await postgres.restart();
      await eventually('work goes on', () => load.with(202).length > before + 100, 30_000);
      await load.stop();
      sayNotNow(load.answers.values());

      await settled(running.app);
      expect(await ordersThere()).to.include.members(load.with(202));
      // Nobody knows of these whether they were heard. Sent again, each is there once.
      for (const ref of load.with(503)) {
        const events = shop.order(Number(ref.slice('order '.length))).slice(0, 1);
        const again = await running.call('POST', '/v1/events', { token: shop.token, body: { events } });
        expect(again.status).to.equal(202);
      }
      await settled(running.app);
      const refs = await ordersThere();
      expect(refs).to.have.members([...load.answers.keys()]);
      expect(await brokenPromises(running.app)).to.deep.equal([]);
    } finally {
      await running.stop();
    }
  });

  it('deaf for a while is given up on in time, and found again', async () => {
    const running = await open();
    const ask = () => running.call('GET', '/v1/programs', { token: shop.token });
    try {
      expect((await ask()).status).to.equal(200);

      postgres.hang();
      const answers = await Promise.all([ask(), ask(), running.call('GET', '/readyz')]);
      postgres.resume();

      expect(answers.map(({ status }) => status)).to.deep.equal([503, 503, 503]);
      await eventually('it is well', async () => (await ask()).status === 200);
      expect((await running.call('GET', '/readyz')).status).to.equal(200);
    } finally {
      postgres.resume();
      await running.stop();
    }
  });

  it('that hangs does not keep the program from ending in time when it is asked to', async () => {
    const program = await startProgram(start, shop.environment(database, { SHUTDOWN_GRACE_MS: '1000' }));
    try {
      expect((await fetch(`${program.url}/readyz`)).status).to.equal(200);

      postgres.hang();
      program.signal('SIGTERM');

      expect(await program.ends(10_000)).to.equal(0);
    } finally {
      postgres.resume();
    }
  });

  it('that is not there yet is waited for', async () => {
    await postgres.kill();
    const program = await startProgram(start, shop.environment(database));

    const [alive, ready] = await Promise.all([fetch(`${program.url}/healthz`), fetch(`${program.url}/readyz`)]);
    expect([alive.status, ready.status, ready.headers.get('retry-after')]).to.deep.equal([200, 503, '1']);
    await postgres.restart();

    await eventually('it is ready', async () => (await fetch(`${program.url}/readyz`)).status === 200);
    const events = shop.order(100_000);
    const headers = { authorization: `Bearer ${shop.token}`, 'content-type': 'application/json' };
    const { status } = await fetch(`${program.url}/v1/events`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ events }),
    });
    expect(status).to.equal(202);
    await eventually('workers are at work', async () => (await ordersThere()).includes('order 100000'));
    expect(program.said, 'Node found no leak').to.not.contain('Warning');
  });
});
