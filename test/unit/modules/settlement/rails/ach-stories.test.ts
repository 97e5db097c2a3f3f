import { expect } from 'chai';
import { NachaFiles } from '../../../../../src/modules/settlement/adapters/nacha/nacha-files.ts';
import { NachaRail } from '../../../../../src/modules/settlement/adapters/nacha/nacha-rail.ts';
import { ImportAchReturns } from '../../../../../src/modules/settlement/application/rails/import-ach-returns.ts';
import { SimulateAchReturns } from '../../../../../src/modules/settlement/application/rails/simulate-ach-returns.ts';
import { derivedId } from '../../../../../src/shared/ids.ts';
import { idOf } from '../../../../support/clock.ts';
import { rejects } from '../../../../support/rejects.ts';
import { aStory, GlassVault, payoutOf, programId, type Story } from '../../../../support/settlement-story.ts';

const batchId = derivedId('bat', programId, '2018-01', 'ach', 'BRL');

/** A rail that carries reais as it carries dollars: the story's books are in reais. */
class NachaInReais extends NachaRail {
  override readonly can = { mostPerPayment: 9_999_999_999n, mostPayments: 100, byHand: true };
}

const sentStory = async (prepare: (story: Story) => void = () => undefined) => {
  const story = aStory({ carriers: [new NachaInReais({ companyId: '1234567890', routing: '999999992' })] });
  for (const partner of [1, 2, 3]) {
    story.partners.wants(idOf('par', partner), {
      method: 'ach',
      account: { scheme: 'domestic', number: `000${partner}` },
      bank: { scheme: 'domestic', code: '021000021' },
    });
    await story.earn({ n: partner, partner, minor: 10_000n * BigInt(partner) });
  }
  prepare(story);
  await story.closed('2018-01');
  await story.sent(batchId);
  const files = new NachaFiles();
  return {
    ...story,
    story,
    answers: new SimulateAchReturns(story.file, files, story.clock),
    returns: new ImportAchReturns(story.db, files, new GlassVault(), story.clock),
  };
};

const payout = (partner: number) => payoutOf('2018-01', partner);

describe('payouts by ACH', () => {
  it('go into a file of NACHA, each named by the end of its id', async () => {
    const { file, db } = await sentStory();

    expect((await file.of(batchId)).startsWith('101 999999992')).to.equal(true);
    expect(db.payouts().map(({ state }) => state)).to.deep.equal(['submitted', 'submitted', 'submitted']);
  });

  it('come back by a file of returns, with the bank’s reason, and the balance is the partner’s again', async () => {
    const { story, db, answers, returns, post } = await sentStory();

    const text = await answers.run({ batchId, entries: [{ payoutId: payout(2), code: 'R03' }] });
    expect(await returns.run(text)).to.deep.equal({ returned: 1, changes: 0, unmatched: 0 });
    await post.run();

    const [, second] = db.payouts();
    expect([second?.state, second?.reason]).to.deep.equal(['returned', 'R03 no account, or it is somebody else’s']);
    expect([await story.available(2), await story.clearing()]).to.deep.equal([20_000n, 40_000n]);
    expect(await returns.run(text), 'the same file again').to.deep.equal({ returned: 1, changes: 0, unmatched: 0 });
    await post.run();
    expect([await story.available(2), await story.clearing()]).to.deep.equal([20_000n, 40_000n]);
    expect(story.db.published.filter(({ type }) => type === 'settlement.payout_failed')).to.have.length(1);
  });

  it('stay where they are when only something is to be written otherwise, which is kept sealed', async () => {
    const { db, answers, returns } = await sentStory();

    const text = await answers.run({
      batchId,
      entries: [
        { payoutId: payout(1), code: 'C01', corrected: '987654321' },
        { payoutId: payout(3), code: 'R16' },
      ],
    });
    expect(await returns.run(text)).to.deep.equal({ returned: 1, changes: 1, unmatched: 0 });

    expect(db.payouts().map(({ state }) => state)).to.deep.equal(['submitted', 'submitted', 'returned']);
    const notices = db.tables.achNotices.committed.values();
    expect(notices.map(({ code, payoutId }) => [code, payoutId])).to.have.deep.members([
      ['C01', payout(1)],
      ['R16', payout(3)],
    ]);
    expect(notices.find(({ code }) => code === 'C01')?.corrected).to.match(/^settlement\.ach_notices:.*\|987654321$/);
  });

  it('do not move for a return of another amount, or of somebody else’s entry', async () => {
    const { db, answers, returns } = await sentStory();
    const text = await answers.run({ batchId, entries: [{ payoutId: payout(1), code: 'R03' }] });

    const other = text.replaceAll('0000010000', '0000010001').replaceAll('000000010000', '000000010001');
    expect(await returns.run(other)).to.deep.equal({ returned: 0, changes: 0, unmatched: 1 });

    expect(db.payouts().map(({ state }) => state)).to.deep.equal(['submitted', 'submitted', 'submitted']);
    await rejects(
      answers.run({ batchId, entries: [{ payoutId: idOf('pay', 9), code: 'R03' }] }),
      'settlement.unknown_payout',
    );
  });

  it('come back by what left the house, where a tax office got some of it', async () => {
    const withheld = { jurisdiction: 'US', percent: '24', reason: 'backup_ordered' } as const;
    const { story, db, answers, returns, post } = await sentStory(({ tax }) => {
      tax.withheld.set(idOf('par', 1), withheld);
    });

    await returns.run(await answers.run({ batchId, entries: [{ payoutId: payout(1), code: 'R02' }] }));
    await post.run();

    expect(db.payouts()[0]?.state).to.equal('returned');
    expect(await story.available(1)).to.equal(10_000n);
  });

  it('settle by the bank’s statement, and come back after that by a file of returns', async () => {
    const { story, bank, reconcile, db, post, answers, returns } = await sentStory();

    await reconcile.run(await bank.run({ batchId, reject: [], return: [] }));
    await post.run();
    expect(db.payouts().map(({ state }) => state)).to.deep.equal(['settled', 'settled', 'settled']);

    await returns.run(await answers.run({ batchId, entries: [{ payoutId: payout(1), code: 'R02' }] }));
    await post.run();

    expect(db.payouts()[0]?.state).to.equal('returned');
    expect([await story.available(1), await story.clearing()]).to.deep.equal([10_000n, 0n]);
  });
});
