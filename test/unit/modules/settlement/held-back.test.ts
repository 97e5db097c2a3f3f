import { expect } from 'chai';
import { NachaRail } from '../../../../src/modules/settlement/adapters/nacha/nacha-rail.ts';
import { SimulatedRail } from '../../../../src/modules/settlement/application/rails/simulated-rail.ts';
import { historyOf } from '../../../../src/modules/settlement/domain/payouts/payout-history.ts';
import { at as clockAt, idOf } from '../../../support/clock.ts';
import { FakeSettlementTransaction } from '../../../support/fakes/fake-settlement.ts';
import { rejects } from '../../../support/rejects.ts';
import { aStory, batchOf, programId, type Story } from '../../../support/settlement-story.ts';

const partner = idOf('par', 1);
const batchId = batchOf('2018-01');

const approvedStory = async () => {
  const story = aStory();
  await story.earn();
  await story.closed('2018-01');
  await story.approve.run(batchId, 'boss');
  return story;
};

const decided = (story: Story, n = 1) =>
  story.db.tables.decisions.committed.get(`${programId}/2018-01/${idOf('par', n)}`);

describe('a batch of which nobody can be paid', () => {
  it('stays as it was, and each payout says since when it is held back, and why', async () => {
    const story = await approvedStory();
    story.partners.loseProfile(partner);

    await rejects(story.submit.run(batchId), 'settlement.nobody_to_pay');

    const [payout] = story.db.payouts();
    expect(payout).to.deep.include({
      state: 'approved',
      heldBack: { at: story.clock.now(), because: 'no_payout_profile' },
    });
    expect(story.db.tables.batches.committed.get(batchId)?.state).to.equal('approved');
    expect(await story.available()).to.equal(5_000n);
    expect(story.db.published.filter(({ type }) => type.startsWith('settlement.payout'))).to.be.empty;
  });

  it('leaves the reason with its payouts when it is cancelled', async () => {
    const story = await approvedStory();
    story.partners.loseProfile(partner);
    await rejects(story.submit.run(batchId), 'settlement.nobody_to_pay');

    await story.cancel.run(batchId);

    expect(story.db.payouts()[0]).to.include({ state: 'cancelled', reason: 'no_payout_profile' });
  });

  it('is sent once what stood against it is gone, and its history says both', async () => {
    const story = await approvedStory();
    const heldAt = story.clock.now();
    story.partners.wants(partner, { method: 'wallet', wallet: { id: 'ana@example.com' } });
    await rejects(story.submit.run(batchId), 'settlement.nobody_to_pay');
    story.partners.wants(partner, {});
    story.clock.moveTo('2018-02-06T00:00:00Z');

    await story.submit.run(batchId);

    const [payout] = story.db.payouts();
    expect(payout && historyOf(payout, heldAt)).to.deep.equal([
      { state: 'draft', at: heldAt },
      { state: 'approved', at: heldAt },
      { state: 'held_back', at: heldAt, reason: 'method_changed' },
      { state: 'submitted', at: story.clock.now() },
    ]);
  });
});

describe('what a rail would refuse', () => {
  for (const [what, changes, code] of [
    ['ACH in another currency than dollars', { method: 'ach' }, 'currency_not_carried'],
    ['a town that is missing', { town: ' ' }, 'address_incomplete'],
    ['a wallet that is not named', { method: 'wallet' }, 'no_wallet'],
    [
      'a bank without a routing number',
      { method: 'ach', currency: 'USD', bank: { scheme: 'domestic', code: '12' } },
      'no_routing_number',
    ],
  ] as const) {
    it(`is not decided to be paid, but said at the close: ${what}`, async () => {
      const db = new FakeSettlementTransaction();
      const wallets = new SimulatedRail(
        db,
        { dialect: 'paypal', seed: 'a', skewMs: 0 },
        clockAt('2018-02-05T00:00:00Z'),
      );
      const story = aStory({ transaction: db, carriers: [new NachaRail({ companyId: '1234567890' }), wallets] });
      story.partners.wants(partner, changes);
      await story.earn();
      await story.earn({ n: 2, partner: 2 });

      await story.closed('2018-01');

      expect(decided(story)?.outcome).to.equal('blocked');
      const [reason, ...others] = decided(story)?.reasons ?? [];
      expect(others).to.be.empty;
      expect(reason).to.include({ code: 'not_carried', when: 'the partner corrects where its money goes' });
      expect(reason?.detail).to.contain(`(${code})`);
      expect(decided(story, 2)?.outcome).to.equal('payout');
      const { blocks } = await story.balance.run(programId, partner);
      expect(blocks.map((block) => block.code)).to.deep.equal(['not_carried']);
    });
  }

  it('is decided all the same where the rail is not set up yet, for that may be done until it is sent', async () => {
    const story = aStory();
    story.partners.wants(partner, { method: 'ach' });
    await story.earn();

    await story.closed('2018-01');

    expect(decided(story)?.outcome).to.equal('payout');
  });
});
