import { expect } from 'chai';
import { consumer } from '../../../src/infrastructure/messaging/consumer.ts';
import { type Database, rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { withClaim } from '../../../src/infrastructure/http/claim.ts';
import { isUniqueViolation } from '../../../src/infrastructure/postgres/errors.ts';
import type { PostgresTransaction } from '../../../src/infrastructure/postgres/transaction.ts';
import { OutboxReader } from '../../../src/infrastructure/postgres/outbox-reader.ts';
import type { Envelope } from '../../../src/shared/events.ts';
import { instant } from '../../../src/shared/instant.ts';
import type { Announcement, Outbox } from '../../../src/shared/outbox.ts';
import type { Knex } from 'knex';
import { idOf } from '../../support/clock.ts';
import { withDatabase } from '../../support/database.ts';
import { addModules } from '../../support/modules.ts';
import { rejects } from '../../support/rejects.ts';
import { latch } from '../../support/signals.ts';
import { postgresTransaction } from '../../support/transaction.ts';

interface Stores {
  readonly trx: Knex;
  readonly outbox: Outbox;
}

const fact = (aggregate: string, payload: object = {}): Announcement => ({
  type: 'shop.sold',
  version: 1,
  aggregate,
  partitionKey: aggregate,
  occurredAt: instant('2026-01-01T00:00:00Z'),
  payload,
});

describe('a transaction of PostgreSQL', () => {
  const database = withDatabase();
  let shop: Database;
  let transaction: PostgresTransaction<Stores>;

  beforeEach(async () => {
    await addModules(database(), 'shop');
    await rowsOf(
      database().owner.knex,
      `create table shop.stock (name text primary key, pieces integer not null check (pieces >= 0), note text);
       insert into shop.stock values ('left', 10), ('right', 10);
       grant select, insert, update on shop.stock to mod_shop`,
    );
    shop = database().as('shop');
    transaction = postgresTransaction(shop, (trx, outbox) => ({ trx, outbox }));
  });

  const pieces = async (name: string): Promise<number | undefined> => {
    const [row] = await rowsOf<{ pieces: number }>(shop.knex, 'select pieces from shop.stock where name = :name', {
      name,
    });
    return row?.pieces;
  };
  const take = (trx: Knex, name: string): Promise<unknown> =>
    rowsOf(trx, 'update shop.stock set pieces = pieces - 1 where name = :name', { name });
  const told = async (): Promise<readonly Envelope[]> =>
    (await new OutboxReader(shop).read(0n, 1_000)).events.map(({ event }) => event);

  it('saves state and announcement together', async () => {
    await transaction.run(async ({ trx, outbox }) => {
      await take(trx, 'left');
      outbox.publish(fact('left', { pieces: 9, huge: '12345678901234567890', text: `it's "quoted" {,} \\ ?:name` }));
    });

    expect(await pieces('left')).to.equal(9);
    const [event] = await told();
    expect(event).to.include({ type: 'shop.sold', version: 1, source: 'shop', aggregate: 'left', aggregateVersion: 1 });
    expect(event?.payload).to.deep.equal({
      pieces: 9,
      huge: '12345678901234567890',
      text: `it's "quoted" {,} \\ ?:name`,
    });
  });

  it('tells what stands alone beside what is told in order, whatever its text', async () => {
    const text = 'tab\t line\n return\r slash\\ null \\N quote" {,}';
    await transaction.run(({ outbox }) => {
      outbox.publish({ ...fact('click:1', { text }), alone: true }, fact('left'), { ...fact('a\tb\\'), alone: true });
      return Promise.resolve();
    });

    const events = await told();
    expect(events.map(({ aggregate, aggregateVersion }) => [aggregate, aggregateVersion])).to.have.deep.members([
      ['click:1', 1],
      ['left', 1],
      ['a\tb\\', 1],
    ]);
    expect(events.find(({ aggregate }) => aggregate === 'click:1')?.payload).to.deep.equal({ text });
  });

  it('saves nothing when what should stand alone does not', async () => {
    const alone = { ...fact('click:1'), alone: true as const };
    const say = (): Promise<void> =>
      transaction.run(async ({ trx, outbox }) => {
        await take(trx, 'left');
        outbox.publish(alone);
      });
    await say();

    const refusal = await say().catch((error: unknown) => error);
    expect(isUniqueViolation(refusal)).to.equal(true);

    expect(await pieces('left')).to.equal(9);
    expect(await told()).to.have.length(1);
  });

  it('saves neither when the work throws, and throws what it threw', async () => {
    const mistake = new Error('no');
    const thrown: unknown = await transaction
      .run(async ({ trx, outbox }) => {
        await take(trx, 'left');
        outbox.publish(fact('left'));
        throw mistake;
      })
      .catch((error: unknown) => error);

    expect(thrown).to.equal(mistake);
    expect(await pieces('left')).to.equal(10);
    expect(await told()).to.be.empty;
  });

  it('saves neither when the announcement cannot be saved', async () => {
    const unsaid = transaction.run(async ({ trx, outbox }) => {
      await take(trx, 'left');
      outbox.publish({ ...fact('left'), occurredAt: 'no moment' as never });
    });

    expect(await unsaid.catch((error: unknown) => error)).to.be.instanceOf(Error);
    expect(await pieces('left')).to.equal(10);
  });

  it('does not run within another', async () => {
    const nested = transaction.run(() => transaction.run(() => Promise.resolve()));

    expect(await nested.catch((error: unknown) => String(error))).to.contain('a transaction within a transaction');
  });

  it('is refused beyond its own schema', async () => {
    await addModules(database(), 'bank');
    const over = transaction.run(({ trx }) => rowsOf(trx, 'select * from bank.outbox'));

    expect(await over.catch((error: unknown) => String(error))).to.contain('permission denied');
  });

  it('is done again after a deadlock, and both take effect', async () => {
    const bothHoldOne = latch(2);
    let attempts = 0;
    const cross = (first: string, second: string) =>
      transaction.run(async ({ trx }) => {
        attempts += 1;
        await take(trx, first);
        await bothHoldOne.arrive();
        await take(trx, second);
      });

    await Promise.all([cross('left', 'right'), cross('right', 'left')]);

    expect(attempts).to.equal(3);
    expect(await pieces('left')).to.equal(8);
    expect(await pieces('right')).to.equal(8);
  });

  it('is done again after a serialization failure, with what it said said once', async () => {
    const bothRead = latch(2);
    let attempts = 0;
    const decrement = () =>
      transaction.run(async ({ trx, outbox }) => {
        attempts += 1;
        await rowsOf(trx, 'set transaction isolation level serializable');
        const [row] = await rowsOf<{ pieces: number }>(trx, `select pieces from shop.stock where name = 'left'`);
        await bothRead.arrive();
        await rowsOf(trx, `update shop.stock set pieces = :pieces where name = 'left'`, {
          pieces: (row?.pieces ?? 0) - 1,
        });
        outbox.publish(fact(`attempt ${attempts}`));
      });

    await Promise.all([decrement(), decrement()]);

    expect(attempts).to.equal(3);
    expect(await pieces('left')).to.equal(8);
    expect((await told()).length).to.equal(2);
  });

  it('gives up after three lost races, and says "not now"', async () => {
    let attempts = 0;
    const losing = transaction.run(async ({ trx }) => {
      attempts += 1;
      await rowsOf(trx, `do $$ begin raise exception 'again' using errcode = '40001'; end $$`);
    });

    const refusal = await rejects(losing, 'database.unavailable');
    expect(refusal.kind).to.equal('unavailable');
    expect(attempts).to.equal(3);
  });

  it('leaves a broken rule of the database for what it is: a bug', async () => {
    const broken: unknown = await transaction
      .run(({ trx }) => rowsOf(trx, `update shop.stock set pieces = -1 where name = 'left'`))
      .catch((error: unknown) => error);

    expect((broken as { code?: string }).code).to.equal('23514');
  });

  it('refuses text that no database stores as the mistake of whoever sent it', async () => {
    const noted = transaction.run(({ trx }) =>
      rowsOf(trx, `update shop.stock set note = :note where name = 'left'`, { note: 'a\u0000b' }),
    );
    const said = transaction.run(({ outbox }) => {
      outbox.publish(fact('left', { note: 'a\u0000b' }));
      return Promise.resolve();
    });

    expect((await rejects(noted, 'database.unstorable_text')).kind).to.equal('invalid');
    await rejects(said, 'database.unstorable_text');
  });

  it('refuses half a character in JSON in the same way, and leaves JSON that is none for what it is: a bug', async () => {
    const halved = transaction.run(({ outbox }) => {
      outbox.publish(fact('left', { note: 'a\ud800' }));
      return Promise.resolve();
    });
    expect((await rejects(halved, 'database.unstorable_text')).kind).to.equal('invalid');

    const broken: unknown = await transaction
      .run(({ trx }) => rowsOf(trx, `select :text::jsonb`, { text: '{' }))
      .catch((error: unknown) => error);
    expect((broken as { code?: string }).code).to.equal('22P02');
  });

  it('writes the answer of the request in progress beside its effect, again at each attempt', async () => {
    const written: unknown[] = [];
    let committed = 0;
    const claim = {
      writeWithin: (_: Knex, value: unknown) => Promise.resolve(void written.push(value)),
      committed: () => void (committed += 1),
    };

    const value = await withClaim('shop', claim, () =>
      transaction.run(async ({ trx }) => {
        await take(trx, 'left');
        if (written.length === 0)
          await rowsOf(trx, `do $$ begin raise exception 'x' using errcode = '40001'; end $$`).catch(
            (error: unknown) => {
              written.push('lost');
              throw error;
            },
          );
        return 'won';
      }),
    );

    expect(value).to.equal('won');
    expect(written).to.deep.equal(['lost', 'won']);
    expect(committed).to.equal(1);
    expect(await pieces('left')).to.equal(9);
  });

  it('leaves the answer alone when it is asked on the way by another module', async () => {
    const claim = { writeWithin: () => Promise.reject(new Error('not mine')), committed: () => undefined };

    const value = await withClaim('elsewhere', claim, () => transaction.run(() => Promise.resolve('asked')));

    expect(value).to.equal('asked');
  });

  describe('that follows messages', () => {
    const take3 = [1, 2, 3].map((n) => idOf('evt', n));
    const sell = (ids: readonly `evt_${string}`[], seen: string[] = []) =>
      transaction.once('selling', ids, async ({ trx }, fresh) => {
        seen.push(...fresh);
        for (const _ of fresh) await take(trx, 'left');
      });

    it('does each once, in the order given, however often they are brought', async () => {
      const seen: string[] = [];

      await sell([take3[1]!, take3[0]!], seen);
      await sell(take3, seen);
      await sell(take3, seen);

      expect(seen).to.deep.equal([take3[1], take3[0], take3[2]]);
      expect(await pieces('left')).to.equal(7);
    });

    it('does each once though five bring them at the same time, in different orders', async () => {
      const many = Array.from({ length: 8 }, (_, n) => idOf('evt', n));

      await Promise.all([many, many.toReversed(), many.toSorted(), many.toReversed(), many].map((ids) => sell(ids)));

      expect(await pieces('left')).to.equal(2);
    });

    it('does them again when the work was undone', async () => {
      const failing = transaction.once('selling', take3, async ({ trx }) => {
        await take(trx, 'left');
        throw new Error('no');
      });
      expect(await failing.catch(String)).to.contain('no');

      await sell(take3);

      expect(await pieces('left')).to.equal(7);
    });

    it('counts for each consumer by itself', async () => {
      const [first = idOf('evt', 1)] = take3;
      const counts = { one: 0, two: 0 };
      for (const name of ['one', 'two', 'one'] as const) {
        await transaction.once(name, [first], () => Promise.resolve(void (counts[name] += 1)));
      }

      expect(counts).to.deep.equal({ one: 1, two: 1 });
    });

    it('is what a consumer of a batch does', async () => {
      const handled: string[] = [];
      const selling = consumer('selling', transaction, [], async ({ trx }, events) => {
        handled.push(...events.map(({ id }) => id));
        for (const _ of events) await take(trx, 'left');
      });
      const brought = take3.map((id, n) => ({ ...envelope, id, aggregateVersion: n }));

      await selling.handle([...brought, ...brought]);
      await selling.handle(brought);

      expect(handled).to.deep.equal(take3);
      expect(await pieces('left')).to.equal(7);
    });
  });
});

const envelope: Envelope = {
  id: idOf('evt', 0),
  type: 'shop.sold',
  version: 1,
  source: 'shop',
  aggregate: 'a',
  aggregateVersion: 1,
  partitionKey: 'a',
  occurredAt: instant('2026-01-01T00:00:00Z'),
  payload: {},
};
