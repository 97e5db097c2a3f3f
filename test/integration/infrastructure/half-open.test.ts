/** A link to PostgreSQL that died without telling anybody, and what knex makes of it. */
import { expect } from 'chai';
import knex, { type Knex } from 'knex';
import { type Database, openDatabase, rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { isUnavailable } from '../../../src/infrastructure/postgres/errors.ts';
import { ChaosProxy } from '../../support/chaos-proxy.ts';
import { type TestDatabase, withDatabase } from '../../support/database.ts';
import { addModules } from '../../support/modules.ts';
import { rejects } from '../../support/rejects.ts';
import { postgresTransaction } from '../../support/transaction.ts';

const TIMEOUT_MS = 200;

/** Gives up a second after the server should have: see `openDatabase`. */
const impatient = (url: string): Database =>
  openDatabase({ url, schema: 'shop', role: 'mod_shop', poolSize: 2, timeoutMs: TIMEOUT_MS });

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a link to PostgreSQL that died silently', () => {
  const database = withDatabase();
  let proxy: ChaosProxy;
  let opened: Knex[];

  beforeEach(async () => {
    await addModules(database(), 'shop');
    await prepareTable(database());
    proxy = await ChaosProxy.before(database().url);
    opened = [];
  });
  afterEach(async () => {
    await proxy.close();
    await Promise.all(opened.map((each) => each.destroy()));
  });

  const open = (): Database => {
    const shop = impatient(proxy.url);
    opened.push(shop.knex);
    return shop;
  };

  it('poisons the pool of plain knex: also after the network has healed', async () => {
    const plain = knex({
      client: 'pg',
      connection: { connectionString: proxy.url, query_timeout: TIMEOUT_MS, connectionTimeoutMillis: TIMEOUT_MS },
      pool: { min: 0, max: 2 },
      acquireConnectionTimeout: TIMEOUT_MS,
    });
    opened.push(plain);
    await plain.raw('select 1');

    proxy.blackhole('both');
    expect(String(await failure(plain.raw('select 1')))).to.contain('Query read timeout');
    proxy.heal();

    // The dead connection went back into the pool, and is handed out again.
    expect(String(await failure(plain.raw('select 1')))).to.contain('Query read timeout');
  });

  it('costs ours one query: the next one takes another link', async () => {
    const { knex: ours } = open();
    await rowsOf(ours, 'select 1');

    proxy.blackhole('both');
    const error = await failure(rowsOf(ours, 'select 1'));
    expect(String(error)).to.contain('Query read timeout');
    expect(isUnavailable(error), 'known as "not now"').to.equal(true);
    proxy.heal();

    await rowsOf(ours, 'select 1');
  });

  it('ends a transaction with "not now", and the next transaction is well', async () => {
    const shop = open();
    const transaction = postgresTransaction(shop, (trx) => trx);
    await transaction.run((trx) => rowsOf(trx, 'select 1'));

    const dying = transaction.run(async (trx) => {
      await rowsOf(trx, `insert into shop.notes values ('lost')`);
      proxy.blackhole('both');
      await rowsOf(trx, 'select 1');
    });
    await rejects(dying, 'database.unavailable');
    proxy.heal();

    await transaction.run((trx) => rowsOf(trx, `insert into shop.notes values ('kept')`));
    expect(await notes(database())).to.deep.equal(['kept']);
  });

  it('that is refused, reset, or never answers a new link is "not now" each time, and heals', async () => {
    const shop = open();
    const transaction = postgresTransaction(shop, (trx) => trx);
    const faults: readonly (() => void)[] = [
      () => {
        proxy.refuse();
      },
      () => {
        proxy.blackhole('down');
      },
      () => {
        proxy.blackhole('up');
      },
      () => {
        proxy.latencyMs = 3_000;
      },
    ];
    for (const fault of faults) {
      await transaction.run((trx) => rowsOf(trx, 'select 1'));
      proxy.reset(); // idle links first, so that new ones must be made during the fault
      fault();
      await rejects(
        transaction.run((trx) => rowsOf(trx, 'select 1')),
        'database.unavailable',
      );
      proxy.heal();
      await transaction.run((trx) => rowsOf(trx, 'select 1'));
    }
  });

  it('that loses only the answer to a commit leaves the effect there, though the caller heard "not now"', async () => {
    const transaction = postgresTransaction(open(), (trx) => trx);
    await transaction.run((trx) => rowsOf(trx, 'select 1'));

    proxy.onPiece = (direction, bytes) => {
      if (direction === 'up' && bytes.includes('COMMIT')) proxy.blackhole('down');
    };
    await rejects(
      transaction.run((trx) => rowsOf(trx, `insert into shop.notes values ('in doubt')`)),
      'database.unavailable',
    );
    proxy.heal();

    // Only an Idempotency-Key tells the caller: idempotency.test.ts.
    expect(await notes(database())).to.deep.equal(['in doubt']);
  });
});

const prepareTable = ({ owner }: TestDatabase): Promise<unknown> =>
  rowsOf(owner.knex, 'create table shop.notes (note text); grant select, insert on shop.notes to mod_shop');

const notes = async ({ owner }: TestDatabase): Promise<readonly string[]> =>
  (await rowsOf<{ note: string }>(owner.knex, 'select note from shop.notes')).map(({ note }) => note);
