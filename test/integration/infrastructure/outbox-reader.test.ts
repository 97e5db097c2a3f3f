/**
 * The reader behind the lock barrier, beside the two designs it replaces, all three on one load: writers that draw an
 * id and commit later or never, in transactions whose numbers were given out in another order than the ids.
 */
import { expect } from 'chai';
import type { Knex } from 'knex';
import pg from 'pg';
import { type Database, rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { PostgresOutbox } from '../../../src/infrastructure/postgres/outbox.ts';
import { OutboxReader } from '../../../src/infrastructure/postgres/outbox-reader.ts';
import { SystemWallClock } from '../../../src/infrastructure/system/system.ts';
import { TimeOrderedIds } from '../../../src/infrastructure/system/time-ordered-ids.ts';
import { instant } from '../../../src/shared/instant.ts';
import type { Announcement } from '../../../src/shared/outbox.ts';
import { SeededRandom } from '../../support/clock.ts';
import { cloneDatabase, serverUrl, withDatabase } from '../../support/database.ts';
import { addModules } from '../../support/modules.ts';
import { eventually, pauseMs } from '../../support/signals.ts';
import { postgresTransaction } from '../../support/transaction.ts';

interface Seen {
  readonly id: bigint;
  readonly aggregate: string;
  readonly version: bigint;
}

/** A reader that keeps what it saw, and is asked again and again. */
interface Follower {
  readonly seen: Seen[];
  look(): Promise<number>;
}

const behindBarrier = (database: Database): Follower => {
  const reader = new OutboxReader(database);
  const seen: Seen[] = [];
  let cursor = 0n;
  return {
    seen,
    look: async () => {
      const { events, upTo } = await reader.read(cursor, 100);
      cursor = upTo;
      for (const { position, event } of events)
        seen.push({ id: position, aggregate: event.aggregate, version: BigInt(event.aggregateVersion) });
      return events.length;
    },
  };
};

const COLUMNS = 'id, aggregate, aggregate_version as version';

/** What everybody writes first: "give me what has a higher id than the last I saw". */
const naive = ({ knex }: Database): Follower => {
  const seen: Seen[] = [];
  return {
    seen,
    look: async () => {
      const after = seen.at(-1)?.id ?? 0n;
      const rows = await rowsOf<Seen>(
        knex,
        `select ${COLUMNS} from shop.outbox where id > :after order by id limit 100`,
        { after },
      );
      seen.push(...rows);
      return rows.length;
    },
  };
};

/** What people write next: in the order of transactions, as far as all of them have ended. */
const byTransaction = ({ knex }: Database): Follower => {
  const seen: Seen[] = [];
  let last = { xid: 0n, id: 0n };
  return {
    seen,
    look: async () => {
      const rows = await rowsOf<Seen & { xid: bigint }>(
        knex,
        `select ${COLUMNS}, xmin::text::bigint as xid from shop.outbox
         where (xmin::text::bigint, id) > (:xid::bigint, :id::bigint)
           and xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
         order by xmin::text::bigint, id
         limit 100`,
        last,
      );
      seen.push(...rows.map(({ id, aggregate, version }) => ({ id, aggregate, version })));
      last = rows.at(-1) ?? last;
      return rows.length;
    },
  };
};

const reordered = (seen: readonly Seen[]): number => {
  const latest = new Map<string, bigint>();
  return seen.filter(({ aggregate, version }) => {
    const before = latest.get(aggregate) ?? 0n;
    latest.set(aggregate, version);
    return version <= before;
  }).length;
};

const fact = (aggregate: string): Announcement => ({
  type: 'shop.sold',
  version: 1,
  aggregate,
  partitionKey: aggregate,
  occurredAt: instant('2026-01-01T00:00:00Z'),
  payload: {},
});

const undone = new Error('changed my mind');

describe('reading an outbox while it is written', () => {
  const database = withDatabase();
  let shop: Database;

  beforeEach(async () => {
    await addModules(database(), 'shop');
    shop = database().as('shop');
  });

  /** One transaction that says something early and ends late: committed, undone, or undone in part. */
  const speak = async (random: SeededRandom, aggregates: readonly string[]): Promise<void> => {
    const say = async (trx: Knex): Promise<void> => {
      const outbox = new PostgresOutbox('shop', new TimeOrderedIds(new SystemWallClock()));
      outbox.publish(...aggregates.map(fact));
      await outbox.flush(trx);
    };
    const think = () => pauseMs(random.below(12));
    const fate = random.fraction();
    await shop.knex
      .transaction(async (trx) => {
        await rowsOf(trx, 'select pg_current_xact_id()'); // the number is drawn here, the id much later
        await think();
        if (fate < 0.2) {
          await trx
            .transaction(async (savepoint) => {
              await say(savepoint);
              throw undone;
            })
            .catch(() => undefined); // only the savepoint is undone
        }
        await say(trx);
        await think();
        if (fate > 0.9) throw undone;
      })
      .catch((error: unknown) => {
        if (error !== undone) throw error;
      });
  };

  const committed = async (): Promise<readonly Seen[]> =>
    rowsOf<Seen>(database().owner.knex, `select ${COLUMNS} from shop.outbox order by id`);

  it('loses nothing and keeps every aggregate in order, where a cursor on ids loses, and one on transactions reorders', async () => {
    const others = database().as('shop');
    const followers = [behindBarrier(others), naive(others), byTransaction(others)];
    let writing = true;
    const following = followers.map(async (follower) => {
      for (let calm = 0; writing || calm < 3;) {
        calm = (await follower.look()) === 0 ? calm + 1 : 0;
        await pauseMs(1);
      }
    });

    await Promise.all(
      Array.from({ length: 6 }, async (_, writer) => {
        const random = new SeededRandom(writer + 1);
        const pairs = [['a'], ['b'], ['a', 'c'], ['b', 'a'], ['d'], [`own of ${writer}`]];
        for (let n = 0; n < 80; n += 1) await speak(random, random.pick(pairs));
      }),
    );
    writing = false;
    await Promise.all(following);

    const [barrier, byId, byXid] = followers.map(({ seen }) => seen) as [Seen[], Seen[], Seen[]];
    const all = await committed();
    expect(all.length).to.be.greaterThan(400);
    expect(barrier, 'the barrier: everything, once, in order').to.deep.equal(all);
    expect(reordered(barrier)).to.equal(0);
    expect(byId.length, 'the naive cursor loses events').to.be.lessThan(all.length);
    expect(reordered(byXid), 'the transactions’ order is not the aggregates’').to.be.greaterThan(0);
  });

  it('counts the versions of an aggregate 1, 2, 3 … whoever speaks of it, and however many give up', async () => {
    await Promise.all(
      Array.from({ length: 6 }, async (_, writer) => {
        const random = new SeededRandom(100 + writer);
        for (let n = 0; n < 15; n += 1) await speak(random, ['hot', 'hot', `cool of ${writer % 2}`]);
      }),
    );

    const versions = new Map<string, bigint[]>();
    for (const { aggregate, version } of await committed())
      versions.set(aggregate, [...(versions.get(aggregate) ?? []), version]);
    expect(versions.size).to.equal(3);
    for (const each of versions.values()) {
      expect(each).to.deep.equal(Array.from(each, (_, index) => BigInt(index + 1)));
    }
  });

  it('cannot deadlock: aggregates are locked in one order, in whatever order they were named', async () => {
    const names = Array.from({ length: 8 }, (_, n) => `aggregate ${n}`);
    const transaction = postgresTransaction(shop, (_, outbox) => outbox);

    await Promise.all(
      Array.from({ length: 6 }, async (_, writer) => {
        const random = new SeededRandom(writer);
        for (let n = 0; n < 20; n += 1) {
          await transaction.run((outbox) => {
            outbox.publish(...random.shuffled(names).map(fact));
            return Promise.resolve();
          });
        }
      }),
    );

    const [{ deadlocks } = { deadlocks: -1n }] = await rowsOf<{ deadlocks: bigint }>(
      database().owner.knex,
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
    expect(deadlocks).to.equal(0n);
    expect((await committed()).length).to.equal(6 * 20 * 8);
  });

  it('does not wait for a foreign writer in another database, as a reader in the order of transactions must', async () => {
    const foreign = new pg.Client({ connectionString: serverUrl() });
    await foreign.connect();
    await foreign.query('begin');
    await foreign.query('select pg_current_xact_id()');
    const random = new SeededRandom(1);
    for (let n = 0; n < 5; n += 1) await speak(random, ['a']);
    const [barrier, byXid] = [behindBarrier(shop), byTransaction(shop)];

    await barrier.look();
    await byXid.look();
    expect(barrier.seen).to.deep.equal(await committed());
    expect(byXid.seen).to.be.empty;

    await foreign.end();
    await eventually('the transactions end', async () => (await byXid.look()) > 0);
  });

  it('does not wait for writers of another outbox, or for readers of its own', async () => {
    await addModules(database(), 'bank');
    const bank = database().as('bank');
    await speak(new SeededRandom(3), ['a']);
    await bank.knex.transaction(async (elsewhere) => {
      const outbox = new PostgresOutbox('bank', new TimeOrderedIds(new SystemWallClock()));
      outbox.publish(fact('x'));
      await outbox.flush(elsewhere);
      await shop.knex.transaction(async (reading) => {
        await rowsOf(reading, 'select count(*) from shop.outbox');

        const reader = behindBarrier(shop);
        await reader.look();

        expect(reader.seen).to.deep.equal(await committed());
      });
    });
  });

  it('waits for a prepared transaction, goes on answering meanwhile, and says how long it has waited', async function () {
    const [{ max } = { max: '0' }] = await rowsOf<{ max: string }>(
      database().owner.knex,
      `select setting as max from pg_settings where name = 'max_prepared_transactions'`,
    );
    if (max === '0') {
      console.log('    skipped: this server allows no prepared transactions (max_prepared_transactions)');
      this.skip();
    }
    const name = `prepared_${process.pid}`;
    await shop.knex.transaction(async (trx) => {
      const outbox = new PostgresOutbox('shop', new TimeOrderedIds(new SystemWallClock()));
      outbox.publish(fact('prepared'));
      await outbox.flush(trx);
      await rowsOf(trx, `prepare transaction '${name}'`); // knex commits what is no longer there: a warning
    });
    await speak(new SeededRandom(5), ['later']);
    const reader = new OutboxReader(shop);

    const started = performance.now();
    expect(await reader.read(0n, 100)).to.deep.equal({ events: [], upTo: 0n });
    expect(await reader.read(0n, 100)).to.deep.equal({ events: [], upTo: 0n });
    expect(performance.now() - started).to.be.lessThan(2_000);
    expect(reader.barrierAgeMs).to.be.greaterThan(150);

    await rowsOf(shop.knex, `commit prepared '${name}'`);
    const { events } = await reader.read(0n, 100);
    expect(events.map(({ event }) => event.aggregate)).to.deep.equal(['prepared', 'later']);
    expect(events.map(({ position }) => position)).to.deep.equal((await committed()).map(({ id }) => id));
  });

  it('is not starved by slow writers that never pause all at once', async () => {
    let writing = true;
    const writers = Array.from({ length: 5 }, async (_, writer) => {
      await pauseMs(writer * 60);
      while (writing) {
        await shop.knex.transaction(async (trx) => {
          const outbox = new PostgresOutbox('shop', new TimeOrderedIds(new SystemWallClock()));
          outbox.publish(fact(`of ${writer}`));
          await outbox.flush(trx);
          await pauseMs(300);
        });
      }
    });
    const reader = behindBarrier(database().as('shop'));

    await eventually('events come through', async () => {
      await reader.look();
      return reader.seen.length >= 10;
    });
    writing = false;
    await Promise.all(writers);
  });

  it('narrows to types, and still passes what it did not ask for', async () => {
    await shop.knex.transaction(async (trx) => {
      const outbox = new PostgresOutbox('shop', new TimeOrderedIds(new SystemWallClock()));
      outbox.publish(fact('a'), { ...fact('a'), type: 'shop.returned' }, fact('a'), { ...fact('a'), version: 2 });
      await outbox.flush(trx);
    });
    const reader = new OutboxReader(shop);

    const { events, upTo } = await reader.read(0n, 100, ['shop.returned.v1', 'shop.sold.v2']);
    expect(events.map(({ event }) => event.aggregateVersion)).to.deep.equal([2, 4]);
    expect(upTo).to.equal(4n);
    const first = await reader.read(0n, 1, ['shop.sold.v1']);
    expect(first.upTo).to.equal(first.events[0]?.position);
    expect(await reader.read(4n, 100)).to.deep.equal({ events: [], upTo: 4n });
  });

  it('keeps a cursor for each reader that never moves back', async () => {
    const reader = new OutboxReader(shop);
    expect(await reader.cursorOf('one')).to.equal(0n);

    await reader.moveCursor('one', 7n);
    await reader.moveCursor('one', 5n);
    await reader.moveCursor('two', 1n);

    expect([await reader.cursorOf('one'), await reader.cursorOf('two')]).to.deep.equal([7n, 1n]);
  });

  it('knows since when the oldest event waits, and who has not passed it', async () => {
    const reader = new OutboxReader(shop);
    expect(await reader.oldestWaiting('one')).to.equal(undefined);
    await speak(new SeededRandom(5), ['a']);
    expect(await reader.oldestWaiting('one')).to.be.greaterThan(0);
    expect(await reader.oldestWaiting('one', ['shop.returned.v1'])).to.equal(undefined);

    const [last] = (await committed()).toReversed();
    const sold = ['shop.sold.v1'];
    const lanes = [0, 1, 2].map((lane) => ({ reader: `one#${lane}`, types: sold, lane }));
    expect(await reader.behind(lanes, 3)).to.have.length(1);
    expect(
      await reader.behind([
        { reader: 'one', types: sold },
        { reader: 'one', types: ['shop.returned.v1'] },
      ]),
    ).to.deep.equal(['one']);
    await reader.moveCursor('one', last?.id ?? 0n);
    expect(await reader.oldestWaiting('one')).to.equal(undefined);
    expect(await reader.behind([{ reader: 'one', types: sold }])).to.be.empty;
  });
});

describe('an outbox', () => {
  it('can neither be changed nor emptied by its module', async () => {
    const database = await cloneDatabase();
    try {
      await addModules(database, 'shop');
      const { knex } = database.as('shop');
      for (const sql of ['update shop.outbox set type = null', 'delete from shop.outbox', 'truncate shop.outbox']) {
        expect(await rowsOf(knex, sql).catch(String)).to.contain('permission denied');
      }
    } finally {
      await database.drop();
    }
  });
});
