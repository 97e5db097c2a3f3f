import { expect } from 'chai';
import { idOf } from '../../../support/clock.ts';
import { FakeSettlementTransaction } from '../../../support/fakes/fake-settlement.ts';
import { rejects } from '../../../support/rejects.ts';
import { aFact, aStory, batchOf, payoutOf, programId, type Story } from '../../../support/settlement-story.ts';

/** Five partners have earned in January; two are decided about at a time, unless told otherwise. */
const earned = async (partners = 2): Promise<Story> => {
  const story = aStory({ chunk: { partners, lines: 100 }, transaction: new FakeSettlementTransaction() });
  for (const partner of [1, 2, 3, 4, 5]) await story.earn({ n: partner, partner });
  await story.close.run(programId, '2018-01', 'finance');
  return story;
};

/** Until the first page is decided, and no further. */
const begun = async (): Promise<Story> => {
  const story = await earned();
  while (story.db.payouts().length === 0) await story.finish.run();
  return story;
};

const outcomeOf = ({ db }: Story) => [
  db.payouts(),
  db.tables.batches.committed.values(),
  db.tables.decisions.committed.values().toSorted((a, b) => (a.partnerId < b.partnerId ? -1 : 1)),
  db.tables.periods.committed.values(),
  [...db.payouts()].map(({ id }) => db.tables.shares.committed.get(id)),
];

describe('deciding who is paid', () => {
  it('takes some partners at a time, and comes to what it comes to at once', async () => {
    const atOnce = await earned(100);
    while (await atOnce.finish.run());
    const story = await begun();

    expect(story.db.payouts()).to.have.length(2);
    expect(story.db.tables.periods.committed.values()[0]?.state).to.equal('closing');
    while (await story.finish.run());

    expect(outcomeOf(story)).to.deep.equal(outcomeOf(atOnce));
    expect(story.db.payouts()).to.have.length(5);
    expect(story.db.tables.periods.committed.values()[0]).to.include({ state: 'closed', batchId: batchOf('2018-01') });
  });

  it('goes on behind the last when it was cut off, and decides about nobody twice', async () => {
    const atOnce = await earned(100);
    while (await atOnce.finish.run());
    const before = await begun();

    const story = aStory({ chunk: { partners: 2, lines: 100 }, transaction: before.db, ledger: before.ledger });
    while (await story.finish.run());

    expect(outcomeOf(story)).to.deep.equal(outcomeOf(atOnce));
  });

  it('ends with a page that is empty when the last one was full', async () => {
    const story = await earned(5);

    while (await story.finish.run());

    expect(story.db.payouts()).to.have.length(5);
    expect(story.db.tables.periods.committed.values()[0]?.state).to.equal('closed');
  });

  it('lets nobody approve, cancel or take out what still grows', async () => {
    const story = await begun();
    const batchId = batchOf('2018-01');

    for (const tried of [
      () => story.approve.run(batchId, 'boss'),
      () => story.cancel.run(batchId),
      () => story.takeOut.run(payoutOf('2018-01'), 'wrong', 'boss'),
    ]) {
      const refusal = await rejects(tried(), 'settlement.period_not_ready');
      expect(refusal.details.retryAfterSeconds).to.equal(1);
    }
    while (await story.finish.run());

    expect((await story.approve.run(batchId, 'boss')).batch.state).to.equal('approved');
    expect(story.db.payouts().map(({ state }) => state)).to.deep.equal(Array(5).fill('approved'));
  });

  it('pays no more than there is to whom it comes later, when something is taken back between', async () => {
    const story = await begun();

    await story.hear(aFact('claw_back', { n: 5, partner: 5, minor: 1_000n, on: '02-04' }));
    while (await story.finish.run());

    const last = story.db.payouts().find(({ partnerId }) => partnerId === idOf('par', 5));
    expect(last?.amount.minor).to.equal(4_000n);
  });
});
