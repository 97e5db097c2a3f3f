import { expect } from 'chai';
import { modules } from '../../../src/app.ts';
import { ApiClient, type Credentials } from '../../../src/cli/demo/client.ts';
import { seed } from '../../../src/cli/local/seed.ts';
import { SeededRandom } from '../../../src/cli/seeded-random.ts';
import { type Act, Customers } from '../../../src/cli/traffic/customers.ts';
import { clicksOf, missing } from '../../../src/cli/traffic/findings.ts';
import { Sender } from '../../../src/cli/traffic/sender.ts';
import { SCOPES } from '../../../src/infrastructure/http/api-info.ts';
import { rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { IdentityPort } from '../../../src/modules/identity/index.ts';
import { cloneDatabase, type TestDatabase } from '../../support/database.ts';
import { type RunningApp, startApp } from '../../support/running-app.ts';

describe('traffic', () => {
  let database: TestDatabase;
  let running: RunningApp;
  let credentials: Credentials;
  let client: ApiClient;
  let programId: Awaited<ReturnType<typeof seed>>['programId'];

  const makeClient = (): Promise<Credentials> =>
    running.app.ask(IdentityPort).createClient({ name: 'a client', scopes: Object.keys(SCOPES) });

  before(async () => {
    database = await cloneDatabase();
    running = await startApp(database, modules, { SANDBOX: 'true' });
    credentials = await makeClient();
    client = await ApiClient.on(running.url, credentials).signIn();
    const approver = await ApiClient.on(running.url, await makeClient()).signIn();
    ({ programId } = await seed({ staff: client, approver }));
    await approver.close();
  });
  after(async () => {
    await client.close();
    await running.stop();
    await database.drop();
  });

  /** So many requests of customers whose story is the same every time, each answered for. */
  const play = async (run: string, requests: number) => {
    const customers = new Customers(run, ['lena-drives', 'kupfer'], 300, new SeededRandom(3));
    const sender = new Sender(running.url, programId, credentials, new AbortController().signal);
    const clicksBefore = await clicksOf(client, programId);
    const send = async (act: Act): Promise<void> => {
      if (!(await sender.send(act))) throw new Error(sender.unexpected.join('\n'));
    };
    for (let count = 0; count < requests; count += 1) await send(customers.next(Date.now()));
    const [first] = sender.told;
    if (first !== undefined) customers.again({ kind: 'tell', events: [first] });
    for (const act of customers.rest()) await send(act);
    const { orders } = customers;
    const find = (patienceMs?: number) =>
      missing({ client, programId, orders, sender, clicksBefore, ...(patienceMs !== undefined && { patienceMs }) });
    return { sender, orders, find };
  };

  it('tells of every end an order can have, in any order and twice, and finds all of it again', async () => {
    const { sender, orders, find } = await play('all', 150);

    expect(await find()).to.be.empty;
    expect(new Set(orders.map(({ state }) => state))).to.have.keys('delivered', 'cancelled', 'returned');
    expect(sender.clicks).not.to.be.empty;
    expect(sender.duplicates).to.be.greaterThan(0);
    expect([...sender.answers.keys()]).to.have.members(['200', '202', '302']);
    expect(sender.unexpected).to.be.empty;
  });

  it('misses what was answered for and is gone', async () => {
    const { sender, orders, find } = await play('lost', 60);
    expect(await find()).to.be.empty;
    const { knex } = database.owner;
    const [event, order] = [sender.told[0]?.id, orders[0]?.ref];

    await rowsOf(knex, 'delete from attribution.touchpoints where click_id = :id', {
      id: (await rowsOf<{ id: string }>(knex, 'select click_id as id from attribution.touchpoints limit 1'))[0]?.id,
    });
    await rowsOf(
      knex,
      `update orders.orders set facts = jsonb_set(facts, '{state}', '"placed"') where order_ref = :order`,
      {
        order,
      },
    );
    await rowsOf(knex, `delete from pipeline.accepted_events where event_id = :event`, { event });

    const problems = (await find(0)).join('\n');
    expect(problems).to.match(/\d+ clicks were answered for, and only \d+ are there/);
    expect(problems).to.include(`order ${order} should be ${orders[0]?.state}, and is placed`);
    expect(problems).to.include(`event ${event} was accepted, and is now accepted`);
  });

  it('does not take a refusal for an answer', async () => {
    const sender = new Sender(running.url, programId, credentials, new AbortController().signal);
    const nonsense = { id: 'x', type: 'order.placed', subject: 'x', time: '2018-01-01T00:00:00Z' as never, data: {} };

    expect(await sender.send({ kind: 'tell', events: [nonsense] })).to.equal(false);
    expect(sender.unexpected.join()).to.include('422').and.to.include('pipeline.all_refused');
    await sender.close();
  });
});
