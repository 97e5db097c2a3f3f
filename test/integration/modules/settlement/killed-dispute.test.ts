import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { derivedId, toUuid } from '../../../../src/shared/ids.ts';
import { idOf } from '../../../support/clock.ts';
import { cloneDatabase, type TestDatabase } from '../../../support/database.ts';
import { endOf } from '../../../support/process.ts';
import { ADA, ANA, BOB, brl } from '../../../support/dispute-story.ts';
import { disputesOn } from '../../../support/disputes-on.ts';
import { programId } from '../../../support/settlement-story.ts';

const openedOn = async (database: TestDatabase) => {
  const disputes = disputesOn(database, '2018-03-10T00:00:00Z');
  const request = {
    programId,
    partnerId: ANA.partnerId,
    about: { orderRef: 'B-1' },
    claimed: brl(1_500),
    text: 'Mine.',
  };
  await disputes.open.run({ ...request, kind: 'missing_conversion' }, { side: 'partner', by: ANA.by });
  return disputes;
};

/** The signal or the exit code it ends with. */
const resolveIn = (database: TestDatabase, fault = ''): Promise<string | number> =>
  endOf('test/support/resolve-in-a-process.ts', database.url, fault);

/** What is left behind, and what was said. */
const outcomeOf = async ({ owner: { knex } }: TestDatabase): Promise<unknown> => [
  await rowsOf(knex, `select id, amount_minor, proposed_by, note from commission.adjustments`),
  await rowsOf(knex, `select type, payload ->> 'subject' as subject from commission.outbox`),
  await rowsOf(knex, `select purpose, amount_minor from settlement.bookings order by seq`),
  await rowsOf(knex, `select state, reserved_minor, granted_minor, entries from settlement.disputes`),
  await rowsOf(
    knex,
    `select adjustment_id, adjusted_at is not null as is_adjusted from settlement.dispute_resolutions`,
  ),
  await rowsOf(knex, `select type from settlement.outbox order by aggregate_version`),
];

const WHOLE = [
  [
    {
      id: toUuid(derivedId('adj', idOf('dsp', 1), '1')),
      amount_minor: 1_500n,
      proposed_by: 'ada',
      note: `Dispute ${idOf('dsp', 1)}: You are right.`,
    },
  ],
  [{ type: 'commission.adjusted', subject: idOf('dsp', 1) }],
  [
    { purpose: 'dispute_open', amount_minor: 1_500n },
    { purpose: 'dispute_close', amount_minor: 1_500n },
  ],
  [{ state: 'upheld', reserved_minor: 0n, granted_minor: 1_500n, entries: 3 }],
  [{ adjustment_id: toUuid(derivedId('adj', idOf('dsp', 1), '1')), is_adjusted: true }],
  [{ type: 'settlement.dispute_opened' }, { type: 'settlement.dispute_resolved' }],
];

describe('a dispute whose decision is killed with SIGKILL', () => {
  const databases: TestDatabase[] = [];
  after(() => Promise.all(databases.map((database) => database.drop())));

  const prepared = async (): Promise<TestDatabase> => {
    const database = await cloneDatabase();
    databases.push(database);
    await openedOn(database);
    return database;
  };

  for (const [when, fault] of [
    ['before it is on disk', 'before_commit@settlement:1'],
    ['after it, before anybody made an adjustment', 'after_commit@settlement:1'],
    ['before the adjustment is on disk', 'before_commit@commission:1'],
    ['after the adjustment, before settlement knows', 'after_commit@commission:1'],
    ['before the reserve is closed', 'before_commit@settlement:3'],
    ['after all of it', 'after_commit@settlement:3'],
  ] as const) {
    it(`${when} comes to exactly one adjustment when it is run again`, async () => {
      const database = await prepared();

      const end = await resolveIn(database, fault);
      const again = await resolveIn(database);

      expect([end, again]).to.deep.equal(['SIGKILL', 0]);
      expect(await outcomeOf(database)).to.deep.equal(WHOLE);
    });
  }

  it('by two reviewers at once, on two connections, is the first one’s', async () => {
    const database = await prepared();
    const [one, two] = [disputesOn(database, '2018-03-11T00:00:00Z'), disputesOn(database, '2018-03-11T00:00:00Z')];
    const verdict = { outcome: 'rejected', reason: 'order_unknown', text: 'No such order.' } as const;

    const ends = await Promise.allSettled([
      one.work.resolve(idOf('dsp', 1), { ...verdict, outcome: 'upheld', reason: 'goodwill' }, ADA),
      two.work.resolve(idOf('dsp', 1), verdict, BOB),
    ]);

    expect(ends.map(({ status }) => status).toSorted()).to.deep.equal(['fulfilled', 'rejected']);
    const refused = ends.find((end) => end.status === 'rejected');
    expect(refused?.reason).to.have.property('code', 'settlement.illegal_move');
    expect((await one.reader.find(idOf('dsp', 1)))?.resolutions).to.have.length(1);
  });

  it('and its deadline, run by two at once, decides it once', async () => {
    const database = await prepared();
    const [one, two] = [disputesOn(database, '2018-06-01T00:00:00Z'), disputesOn(database, '2018-06-01T00:00:00Z')];

    await Promise.all([one.run.run(), two.run.run()]);
    await one.run.run();

    const [adjustments, said, bookings] = (await outcomeOf(database)) as unknown[][];
    expect([adjustments?.length, said?.length, bookings?.length]).to.deep.equal([1, 1, 2]);
    expect(await one.reader.oddReserves()).to.deep.equal([]);
  });
});
