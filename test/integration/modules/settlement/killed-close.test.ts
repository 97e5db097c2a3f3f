import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { cloneDatabase, type TestDatabase } from '../../../support/database.ts';
import { endOf } from '../../../support/process.ts';
import { settlementOn } from '../../../support/settlement-on.ts';
import { aFact } from '../../../support/settlement-story.ts';

const FACTS = [
  aFact('accrue', { n: 1, partner: 1, minor: 2_500n }),
  aFact('lock', { n: 1, partner: 1, minor: 2_500n }),
  aFact('accrue', { n: 2, partner: 2, minor: 900n }),
  aFact('lock', { n: 2, partner: 2, minor: 900n }),
  aFact('accrue', { n: 3, partner: 3, minor: 7_000n }),
  aFact('lock', { n: 3, partner: 3, minor: 7_000n }),
  aFact('claw_back', { n: 3, partner: 3, minor: 1_000n }),
];

/** January, booked and posted, waiting to be closed. */
const preparedDatabase = async (): Promise<TestDatabase> => {
  const database = await cloneDatabase();
  await settlementOn(database, '2018-02-05T00:00:00Z').book.run('settlement', FACTS);
  return database;
};

/** The signal or the exit code it ends with. */
const closeIn = (database: TestDatabase, fault = ''): Promise<string | number> => {
  const locked = FACTS.filter(({ purpose }) => purpose === 'lock').map(
    ({ occurredAt, amount }) => `${occurredAt}=${amount.minor}`,
  );
  return endOf('test/support/close-in-a-process.ts', database.url, fault, ...locked);
};

/** All that a close leaves behind, and all that it says. */
const outcomeOf = async ({ owner }: TestDatabase): Promise<unknown> => {
  const all = (table: string, order: string, columns = '*') =>
    rowsOf(owner.knex, `select ${columns} from settlement.${table} order by ${order}`);
  return [
    await all('periods', 'period'),
    await all('statements', 'number'),
    await all('payout_batches', 'id'),
    await all('payouts', 'id'),
    await all('allocations', 'payout_id, commission_id'),
    await all('payout_decisions', 'partner_id'),
    await all('outbox', 'aggregate, aggregate_version', 'type, aggregate, aggregate_version, payload'),
  ];
};

describe('a close killed with SIGKILL', function () {
  this.timeout(400_000);
  const databases: TestDatabase[] = [];
  let whole: unknown;

  before(async () => {
    const database = await preparedDatabase();
    databases.push(database);
    expect(await closeIn(database)).to.equal(0);
    whole = await outcomeOf(database);
    expect((whole as unknown[][]).map(({ length }) => length)).to.deep.equal([1, 3, 1, 2, 2, 3, 3]);
  });

  after(() => Promise.all(databases.map((database) => database.drop())));

  it('at any of its commits comes to the same rows and words when it is run again', async () => {
    for (let nth = 1; ; nth += 1) {
      const database = await preparedDatabase();
      databases.push(database);

      const end = await closeIn(database, `before_commit@settlement:${nth}`);
      const again = await closeIn(database);

      expect(again).to.equal(0);
      expect(await outcomeOf(database), `killed before commit ${nth}`).to.deep.equal(whole);
      if (end === 0) {
        expect(nth, 'commits of a close').to.be.greaterThan(8);
        return;
      }
      expect(end).to.equal('SIGKILL');
    }
  });

  for (const [when, nth] of [
    ['after it began', 1],
    ['after a part of the statements is on disk', 4],
  ] as const) {
    it(`${when} comes to the same rows and words when it is run again`, async () => {
      const database = await preparedDatabase();
      databases.push(database);

      const end = await closeIn(database, `after_commit@settlement:${nth}`);
      const again = await closeIn(database);

      expect([end, again]).to.deep.equal(['SIGKILL', 0]);
      expect(await outcomeOf(database)).to.deep.equal(whole);
    });
  }
});
