import { expect } from 'chai';
import { idOf } from '../../../../support/clock.ts';
import { aStory, batchOf, programId } from '../../../../support/settlement-story.ts';
import { derivedId } from '../../../../../src/shared/ids.ts';

describe('the payouts of a close', () => {
  it('are cut into a batch for each rail and currency; the plain one keeps the name it always had', async () => {
    const story = aStory();
    story.partners.wants(idOf('par', 2), { method: 'ach' });
    story.partners.wants(idOf('par', 3), { method: 'wallet', wallet: { id: 'ana@example.com' } });
    story.partners.wants(idOf('par', 4), { currency: 'EUR' });
    for (const n of [1, 2, 3, 4, 5]) await story.earn({ n, partner: n, minor: 5_000n });

    await story.closed('2018-01');

    const batches = story.db.tables.batches.committed.values();
    expect(batches.map(({ id, rail, currency }) => [id, rail, currency])).to.have.deep.members([
      [batchOf('2018-01'), 'bank', 'BRL'],
      [derivedId('bat', programId, '2018-01', 'bank', 'EUR'), 'bank', 'EUR'],
      [derivedId('bat', programId, '2018-01', 'ach', 'BRL'), 'ach', 'BRL'],
      [derivedId('bat', programId, '2018-01', 'wallet', 'BRL'), 'wallet', 'BRL'],
    ]);
    expect(story.db.payouts().map(({ rail }) => rail)).to.deep.equal(['bank', 'ach', 'wallet', 'bank', 'bank']);
    expect(story.db.payouts().filter(({ batchId }) => batchId === batchOf('2018-01'))).to.have.length(2);
    const period = story.db.tables.periods.committed.values()[0];
    expect(period?.batchId).to.equal(batchOf('2018-01'));
  });

  it('make one batch, and the period names it, when nobody is paid by a bank', async () => {
    const story = aStory();
    story.partners.wants(idOf('par', 1), { method: 'wallet', wallet: { id: 'ana@example.com' } });
    await story.earn({ minor: 5_000n });

    await story.closed('2018-01');

    const walletBatch = derivedId('bat', programId, '2018-01', 'wallet', 'BRL');
    expect(story.db.tables.periods.committed.values().map(({ batchId }) => batchId)).to.deep.equal([walletBatch]);
  });
});
