/** What the tables of the kernel forget, and the room they get. */
import { expect } from 'chai';
import { housekeeping } from '../../../src/infrastructure/housekeeping.ts';
import { IdempotencyKeys } from '../../../src/infrastructure/http/idempotency.ts';
import type { Job } from '../../../src/infrastructure/job.ts';
import { type Database, rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { MasterKeyVault } from '../../../src/infrastructure/system/master-key-vault.ts';
import { instant } from '../../../src/shared/instant.ts';
import type { Outbox } from '../../../src/shared/outbox.ts';
import { TestWallClock } from '../../support/clock.ts';
import { withDatabase } from '../../support/database.ts';
import { addModules } from '../../support/modules.ts';
import { eventually } from '../../support/signals.ts';
import { postgresTransaction } from '../../support/transaction.ts';

const WIDTH = 10_000_000;

describe('housekeeping', () => {
  const database = withDatabase();
  let shop: Database;
  let jobs: readonly Job[];

  beforeEach(async () => {
    await addModules(database(), 'shop');
    shop = database().as('shop');
    const wallClock = new TestWallClock('2026-03-10T12:00:00Z');
    const keys = new IdempotencyKeys(database().as('platform'), wallClock, new MasterKeyVault(Buffer.alloc(32)));
    jobs = housekeeping(database().owner, [shop], keys, wallClock);
  });

  const job = (name: string): Job => {
    const found = jobs.find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no job ${name}`);
    return found;
  };

  const owner = <Row>(sql: string): Promise<Row[]> => rowsOf<Row>(database().owner.knex, sql);

  it('forgets an Idempotency-Key after its day, and an hour more', async () => {
    await owner(`insert into platform.idempotency_keys (scope, key, fingerprint, state, locked_until, first_seen_at)
      select 'a', at::text, '', 'started', now(), at
      from unnest(array['2026-03-09T10:59:00Z', '2026-03-09T11:01:00Z', '2026-03-10T12:00:00Z']::timestamptz[]) as at`);

    expect(await job('platform.forget_idempotency_keys').run()).to.equal(true);
    expect(await job('platform.forget_idempotency_keys').run()).to.equal(false);

    expect(await owner('select key from platform.idempotency_keys')).to.have.length(2);
  });

  it('forgets a message that was handled so long ago that nobody brings it again', async () => {
    await owner(`insert into shop.inbox (consumer, event_id, done_at)
      select 'one', gen_random_uuid(), at
      from unnest(array['2026-03-02T11:59:00Z', '2026-03-02T12:01:00Z', '2026-03-10T12:00:00Z']::timestamptz[]) as at`);

    expect(await job('platform.forget_handled_messages').run()).to.equal(true);
    expect(await job('platform.forget_handled_messages').run()).to.equal(false);

    expect(await owner('select from shop.inbox')).to.have.length(2);
  });

  describe('of outboxes', () => {
    const partitions = async (): Promise<readonly string[]> =>
      (
        await owner<{ name: string }>(
          `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'shop.outbox'::regclass order by 1`,
        )
      ).map(({ name }) => name);

    const keepRoom = () => job('platform.outbox_partitions').run();

    const say = (by = shop): Promise<void> =>
      postgresTransaction(by, (_, outbox) => outbox).run((outbox: Outbox) => {
        const occurredAt = instant('2026-03-10T12:00:00Z');
        outbox.publish({ type: 'shop.sold', version: 1, aggregate: 'a', partitionKey: 'a', occurredAt, payload: {} });
        return Promise.resolve();
      });

    const goTo = (id: number) => owner(`select setval('shop.outbox_id_seq', ${id})`);
    const readUpTo = (reader: string, id: number) =>
      owner(`insert into shop.outbox_cursors (reader, position) values ('${reader}', ${id})
        on conflict (reader) do update set position = excluded.position`);

    it('makes room ahead of what is written, before it is needed', async () => {
      expect(await partitions()).to.deep.equal(['shop.outbox_p0', 'shop.outbox_p1']);

      await goTo(2 * WIDTH - 2);
      await keepRoom();
      await keepRoom();

      expect(await partitions()).to.deep.equal(['shop.outbox_p0', 'shop.outbox_p1', 'shop.outbox_p2']);
      for (let n = 0; n < 3; n += 1) await say(); // the last of one, and the first of the next
      expect(await owner('select from shop.outbox_p2')).to.have.length(2);
      expect(await rowsOf(shop.knex, 'select from shop.outbox')).to.have.length(3);
    });

    it('takes away what everybody has read, and nothing that somebody has not', async () => {
      await goTo(4 * WIDTH + 5);
      await keepRoom();
      await readUpTo('quick', 4 * WIDTH);
      await keepRoom();
      expect(await partitions())
        .to.include.members(['shop.outbox_p4', 'shop.outbox_p5'])
        .and.not.include('shop.outbox_p0');

      await readUpTo('slow', 1);
      const kept = await partitions();
      await keepRoom();
      expect(await partitions()).to.deep.equal(kept);
    });

    it('makes room and holds up no writer while somebody reads for long; what is old goes later', async () => {
      await goTo(4 * WIDTH + 5);
      await keepRoom();
      await readUpTo('quick', 4 * WIDTH);
      await goTo(5 * WIDTH + 5);
      await shop.knex.transaction(async (reader) => {
        await rowsOf(reader, 'select count(*) from shop.outbox');

        const keeping = keepRoom();
        await eventually('it waits for the reader, or has given up', async () => {
          // In this database: others run their own tests on the same server.
          const waiting = await owner(
            `select from pg_locks join pg_database on oid = database
             where not granted and relation is not null and datname = current_database()`,
          );
          return waiting.length > 0 || (await partitions()).includes('shop.outbox_p6');
        });
        await say();
        await keeping;

        expect(await partitions()).to.include.members(['shop.outbox_p0', 'shop.outbox_p5', 'shop.outbox_p6']);
      });
      await keepRoom();
      expect(await partitions()).to.not.include('shop.outbox_p0');
    });
  });
});
