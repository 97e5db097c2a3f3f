/** The whole program with an archive, and what an operator does with it from a shell. */
import { expect } from 'chai';
import { modules } from '../../../../src/app.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import type { TestDatabase } from '../../../support/database.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { withProgram } from '../../../support/process.ts';
import { type RunningApp, startApp } from '../../../support/running-app.ts';
import { type Environment, outcomeOf, settled, Shop } from '../../../support/shop.ts';
import { eventually } from '../../../support/signals.ts';

const OUTBOXES = modules.map(({ name }) => `select event_id from ${name}.outbox`).join(' union all ');

describe('an archive of the whole program', function () {
  this.timeout(180_000);
  const start = withProgram();
  const folder = temporaryFolder();
  let shop: Shop;
  let database: TestDatabase;
  let environment: Environment;
  let running: RunningApp;

  before(async () => {
    shop = await Shop.open();
    database = await shop.copy();
    const more = { ARCHIVE_TO: folder.path, ARCHIVE_LATENESS_SECONDS: '0', ARCHIVE_FLUSH_SECONDS: '1' };
    environment = shop.environment(database, more);
    running = await startApp(database, modules, environment);
    for (let n = 0; n < 4; n += 1)
      await running.call('POST', '/v1/events', { token: shop.token, body: { events: shop.order(n) } });
    await settled(running.app);
    await archivedWhole();
    await eventually('it shows that nothing is in hand', async () => {
      const { body } = await running.call<string>('GET', '/metrics');
      return /^tributary_archive_in_hand(\{.*\})? 0$/m.test(body) && /^tributary_archive_let_out_early/m.test(body);
    });
    await running.stop();
  });
  after(async () => {
    await database.drop();
    await shop.close();
    folder.remove();
  });

  const numberOf = async (sql: string): Promise<number> => {
    const [row] = await rowsOf<{ n: number }>(database.owner.knex, `select (${sql})::integer as n`);
    return row?.n ?? -1;
  };
  const told = (): Promise<number> => numberOf(`select count(*) from (${OUTBOXES}) as told`);
  const archivedWhole = async (): Promise<void> => {
    const archived = `select coalesce(sum(rows), 0) from pipeline.archive_files where state = 'current'`;
    await eventually('all is archived', async () => (await numberOf(archived)) === (await told()), 30_000);
  };
  const tributary = async (...args: readonly string[]): Promise<{ readonly code: unknown; readonly said: string }> => {
    const process = start('cli/tributary', { args: ['archive', ...args], environment });
    const code = await process.ends(60_000);
    return { code, said: process.said };
  };

  it('is whole, says how it stands, and is counted the same when it is counted anew', async () => {
    const rows = await told();

    const verified = await tributary('verify');
    expect(verified.said).to.match(new RegExp(`^all \\d+ files are as the manifest says: ${rows} rows, \\d+ bytes\n$`));
    expect((await tributary('status')).said).to.match(/^orders[.]order_placed +\d+ +4 /m);
    const rebuilt = await tributary('replay', '--projection', 'hourly_counts');
    expect(rebuilt.said).to.match(/both are the same\n$/);
    expect([verified.code, rebuilt.code]).to.deep.equal([0, 0]);
  });

  it('is brought to a consumer again, who does nothing twice', async () => {
    const before = await outcomeOf(database);

    for (const name of ['orders', 'attribution', 'commission'])
      expect(await tributary('replay', '--to-consumer', name), name).to.include({ code: 0 });

    expect(await outcomeOf(database)).to.deep.equal(before);
    expect(await numberOf(`select count(*) from orders.parked`)).to.equal(0);
  });

  it('is brought to a consumer who lost everything, who then has it again', async () => {
    const orders = () =>
      rowsOf(database.owner.knex, 'select event_id, occurred_at, data from orders.order_events order by event_id');
    const before = await orders();
    await rowsOf(database.owner.knex, 'truncate orders.orders, orders.order_events, orders.inbox cascade');
    expect(await orders()).to.deep.equal([]);

    const type = ['--type', 'pipeline.order_event_received', 'pipeline.event_received', 'pipeline.click_received'];
    const replayed = await tributary('replay', '--from', '2000-01-01T00:00:00Z', ...type, '--to-consumer', 'orders');

    expect(replayed.said).to.match(/^12 events brought to orders/);
    expect(await orders()).to.deep.equal(before);
  });

  it('says what it cannot do', async () => {
    const nobody = await tributary('replay', '--to-consumer', 'nobody');
    expect([nobody.code, nobody.said]).to.satisfy(
      ([code, said]: [number, string]) => code === 1 && /no consumer is named nobody; there are: .*orders/.test(said),
    );
    const halves = await tributary('replay', '--from', '2026-11-21T00:30:00Z', '--projection', 'hourly_counts');
    expect(halves.said).to.contain('give whole hours');
  });

  it('forgets a visitor', async () => {
    expect((await tributary('erase', '--visitor', 'nobody')).said).to.equal(
      '0 files written anew without the visitor\n',
    );
    expect((await tributary('verify')).code).to.equal(0);
  });

  it('is let go of where it is switched off: its cursors hold up nobody', async () => {
    const without = shop.environment(database);
    const off = await startApp(database, modules, without);
    const behind = `select count(*) from pipeline.archive_logs`;
    await eventually('the logs are let go', async () => (await numberOf(behind)) === 0);
    await off.stop();

    const lag = `select last_value - (select position from pipeline.outbox_cursors where reader = 'archive')
                 from pipeline.outbox_id_seq`;
    expect(await numberOf(lag)).to.equal(0);
  });
});
