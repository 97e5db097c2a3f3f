import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { availableCode, clearingCode } from '../../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import { idOf } from '../../../support/clock.ts';
import { cloneDatabase, type TestDatabase } from '../../../support/database.ts';
import { endOf } from '../../../support/process.ts';
import { ledgerOn } from '../../../support/ledger.ts';
import { settlementOn } from '../../../support/settlement-on.ts';
import { aFact, batchOf, programId } from '../../../support/settlement-story.ts';

const FACTS = [1, 2].flatMap((n) => [
  aFact('accrue', { n, partner: n, minor: 5_000n }),
  aFact('lock', { n, partner: n, minor: 5_000n }),
]);

const ACCOUNTS = [
  ...[1, 2].map((n) => availableCode({ programId, partnerId: idOf('par', n) })),
  clearingCode(programId, batchOf('2018-01')),
];

/** January is closed and approved, and waits to be sent. */
const preparedDatabase = async (): Promise<TestDatabase> => {
  const database = await cloneDatabase();
  const { book, commission, closed, approve } = settlementOn(database, '2018-02-05T00:00:00Z');
  for (const { purpose, occurredAt, amount } of FACTS)
    if (purpose === 'lock') commission.locked.push({ at: occurredAt, minor: amount.minor });
  await book.run('settlement', FACTS);
  await closed('2018-01');
  await approve.run(batchOf('2018-01'), 'boss');
  return database;
};

/** The signal or the exit code it ends with. */
const submitIn = (database: TestDatabase, fault = ''): Promise<string | number> =>
  endOf('test/support/submit-in-a-process.ts', database.url, fault);

/** All that it leaves behind, and all that it says. */
const outcomeOf = async (database: TestDatabase): Promise<unknown> => {
  const { knex } = database.owner;
  return [
    await rowsOf(knex, `select * from settlement.payout_batches order by id`),
    await rowsOf(knex, `select * from settlement.payouts order by id`),
    await rowsOf(knex, `select batch_id, digest from settlement.payout_files`),
    await rowsOf(
      knex,
      `select id, purpose, amount_minor, posted_at is not null as is_posted from settlement.bookings order by id`,
    ),
    await ledgerOn(database, '2018-02-05T00:00:00Z').ledger.balances(ACCOUNTS),
    await rowsOf(knex, `select type, aggregate, aggregate_version, payload from settlement.outbox order by aggregate`),
  ];
};

describe('a batch that is being sent, killed with SIGKILL', function () {
  this.timeout(90_000);
  const databases: TestDatabase[] = [];
  let whole: unknown;

  before(async () => {
    const database = await preparedDatabase();
    databases.push(database);
    expect(await submitIn(database)).to.equal(0);
    whole = await outcomeOf(database);
  });

  after(() => Promise.all(databases.map((database) => database.drop())));

  for (const [when, nth] of [
    ['before anything is on disk', 'before_commit@settlement:1'],
    ['when file, states and bookings are', 'after_commit@settlement:1'],
    ['before the ledger has it', 'after_commit@settlement:2'],
    ['when the ledger has it, before anybody noted that', 'before_commit@settlement:3'],
    ['when it is noted', 'after_commit@settlement:3'],
  ] as const) {
    it(`${when} comes to the same rows, entries and words when it is run again`, async () => {
      const database = await preparedDatabase();
      databases.push(database);

      const end = await submitIn(database, nth);
      const again = await submitIn(database);

      expect([end, again]).to.deep.equal(['SIGKILL', 0]);
      expect(await outcomeOf(database)).to.deep.equal(whole);
    });
  }
});
