import { expect } from 'chai';
import { AskRuling, DecideRuling } from '../../../../../src/modules/settlement/application/rails/rule-on-payout.ts';
import { SimulatedRail } from '../../../../../src/modules/settlement/application/rails/simulated-rail.ts';
import { derivedId } from '../../../../../src/shared/ids.ts';
import { plusDays } from '../../../../../src/shared/instant.ts';
import { at as clockAt, CountingIds, idOf } from '../../../../support/clock.ts';
import { FakeSettlementTransaction } from '../../../../support/fakes/fake-settlement.ts';
import { rejects } from '../../../../support/rejects.ts';
import { aStory, payoutOf, programId } from '../../../../support/settlement-story.ts';

const payoutId = payoutOf('2018-01');
const note = 'letter of the provider of 2018-02-20, in the vault of finance';

/** A payment that never reached the provider, as far as it says: it is asked about for ever. */
const lostStory = async () => {
  const db = new FakeSettlementTransaction();
  const clock = clockAt('2018-02-05T00:00:00Z');
  const rail = new SimulatedRail(db, { dialect: 'paypal', seed: 'a', skewMs: 0 }, clock);
  const story = aStory({ transaction: db, carriers: [rail] });
  story.partners.wants(idOf('par', 1), { method: 'wallet', wallet: { id: 'ana@example.com' } });
  await story.earn({ minor: 5_000n });
  await rail.script(payoutId, { call: 'lost_before', fate: 'paid' });
  await story.closed('2018-01');
  await story.sent(derivedId('bat', programId, '2018-01', 'wallet', 'BRL'));
  await story.callRails.run();
  story.clock.moveTo(plusDays(story.clock.now(), 20));
  const ask = new AskRuling(db, new CountingIds(), story.clock);
  const decide = new DecideRuling(db, story.clock);
  const asked = (verdict: 'paid' | 'not_paid') => ask.run({ payoutId, verdict, note, by: 'desk' });
  const payout = () => db.payouts()[0];
  const requests = () => db.tables.simulatedItems.committed.get(payoutId)?.requests;
  return { story, db, ask, decide, asked, payout, requests };
};

describe('a payout that nobody knows the end of', () => {
  it('is not paid when two people say that the provider has confirmed so, and is never sent again', async () => {
    const { story, decide, asked, payout, requests, db } = await lostStory();
    expect(payout()?.state).to.equal('unknown');

    const ruling = await asked('not_paid');
    expect(payout()?.state, 'one person moves nothing').to.equal('unknown');
    await decide.run(ruling.id, 'approve', 'boss');
    await story.post.run();

    expect([payout()?.state, payout()?.reason]).to.deep.equal(['rejected', 'confirmed_not_paid']);
    expect([await story.available(), await story.clearing()]).to.deep.equal([5_000n, 0n]);
    expect(db.published.filter(({ type }) => type === 'settlement.payout_failed')).to.have.length(1);
    story.clock.moveTo(plusDays(story.clock.now(), 30));
    while (await story.callRails.run());
    expect(requests()).to.equal(1);
    expect(db.tables.railPayments.committed.get(payoutId)).to.include({ state: 'sent', nextAt: undefined });
  });

  it('is paid when they say that it went out, and what comes back later is still heard of', async () => {
    const { story, decide, asked, payout, db } = await lostStory();

    await decide.run((await asked('paid')).id, 'approve', 'boss');
    await story.post.run();

    expect(payout()?.state).to.equal('settled');
    expect([await story.available(), await story.clearing()]).to.deep.equal([0n, 0n]);
    expect(db.published.filter(({ type }) => type === 'settlement.payout_settled')).to.have.length(1);
    expect(db.tables.railPayments.committed.get(payoutId)?.nextAt).to.not.equal(undefined);
  });

  it('is for two people to rule on, one ruling at a time', async () => {
    const { decide, asked, payout } = await lostStory();
    const ruling = await asked('not_paid');

    await rejects(asked('paid'), 'settlement.ruling_asked');
    await rejects(decide.run(ruling.id, 'approve', 'desk'), 'settlement.four_eyes');
    await decide.run(ruling.id, 'refuse', 'desk');
    await rejects(decide.run(ruling.id, 'approve', 'boss'), 'settlement.illegal_move');

    expect(payout()?.state).to.equal('unknown');
    expect((await asked('paid')).state).to.equal('asked');
  });

  it('is for its rail to say once that has answered', async () => {
    const { story, decide, asked, ask } = await lostStory();
    const ruling = await asked('not_paid');
    await story.db.run(async ({ payouts }) => {
      const [payout] = await payouts.ofIds(programId, [payoutId]);
      if (payout !== undefined) await payouts.save([{ ...payout, state: 'accepted' }]);
    });

    await rejects(decide.run(ruling.id, 'approve', 'boss'), 'settlement.not_unknown');
    await decide.run(ruling.id, 'refuse', 'boss');
    await rejects(asked('paid'), 'settlement.not_unknown');
    await rejects(
      ask.run({ payoutId: idOf('pay', 99), verdict: 'paid', note, by: 'desk' }),
      'settlement.payout_not_found',
    );
    await rejects(decide.run(idOf('rul', 99), 'approve', 'boss'), 'settlement.ruling_not_found');
  });
});
