import { expect } from 'chai';
import { SimulatedRail } from '../../../../src/modules/settlement/application/rails/simulated-rail.ts';
import { ACCOUNT_FAULTS, accountFaultOf } from '../../../../src/modules/settlement/domain/rails/account-faults.ts';
import { CHANGE_REASONS, RETURN_REASONS } from '../../../../src/modules/settlement/domain/rails/ach.ts';
import { PayoutMethodBlockedV1 } from '../../../../src/modules/settlement/events.ts';
import { derivedId } from '../../../../src/shared/ids.ts';
import { plusDays } from '../../../../src/shared/instant.ts';
import { at as clockAt, idOf } from '../../../support/clock.ts';
import { FakeSettlementTransaction } from '../../../support/fakes/fake-settlement.ts';
import { rejects } from '../../../support/rejects.ts';
import { aStory, batchOf, payoutOf, programId, type Story } from '../../../support/settlement-story.ts';

const partner = idOf('par', 1);

/** January is sent to the first version of where the money goes, and the bank answers. */
const answered = async (reason: string, { settledFirst = false } = {}) => {
  const story = aStory();
  story.partners.wants(partner, { version: 1 });
  await story.earn();
  await story.closed('2018-01');
  await story.sent(batchOf('2018-01'));
  await refuse(story, reason, settledFirst);
  return story;
};

const refuse = async (story: Story, reason: string, settledFirst = false) => {
  if (settledFirst) {
    await story.reconcile.run(await story.bank.run({ batchId: batchOf('2018-01'), reject: [], return: [] }));
  }
  const answer = settledFirst
    ? { reject: [], return: [payoutOf('2018-01')] }
    : { reject: [payoutOf('2018-01')], return: [] };
  const statement = await story.bank.run({ batchId: batchOf('2018-01'), ...answer });
  await story.reconcile.run(statement.replaceAll(/<Cd>(AC\d\d|MS03|AM\d\d)<\/Cd>/g, `<Cd>${reason}</Cd>`));
  await story.post.run();
};

const nextClose = async (story: Story) => {
  story.clock.moveTo('2018-03-05T00:00:00Z');
  await story.closed('2018-02');
  const decision = story.db.tables.decisions.committed.get(`${programId}/2018-02/${partner}`);
  return decision?.reasons.map(({ code, detail, when }) => ({ code, detail, when })) ?? [];
};

const blockedEvents = (story: Story) => story.db.published.filter(({ type }) => type === PayoutMethodBlockedV1.type);

describe('an account that the bank refuses', () => {
  it('is not paid to again: the next close says why, and what the partner has to do', async () => {
    const story = await answered('AC04');

    expect(await nextClose(story)).to.deep.equal([
      {
        code: 'method_refused',
        detail: 'the account was refused: account closed (AC04)',
        when: 'the partner names another account',
      },
    ]);
    const { blocks } = await story.balance.run(programId, partner);
    expect(blocks.map(({ code }) => code)).to.include('method_refused');
  });

  it('is told to the partner once, however many payouts come back from it', async () => {
    const story = await answered('AC01', { settledFirst: true });

    const [told, ...more] = blockedEvents(story);
    expect(told?.payload).to.deep.include({
      programId,
      partnerId: partner,
      payoutId: payoutOf('2018-01'),
      code: 'AC01',
      reason: 'account number incorrect',
    });
    expect(more).to.be.empty;
  });

  it('does not matter any more once the partner has named another', async () => {
    const story = await answered('AC06');
    story.partners.wants(partner, { version: 2 });

    expect(await nextClose(story)).to.be.empty;
  });

  it('is no obstacle where the bank’s reason will pass', async () => {
    const story = await answered('AM04');

    expect(await nextClose(story)).to.be.empty;
    expect(blockedEvents(story)).to.be.empty;
  });

  it('is asked about again when a batch is sent: what was approved before is cancelled with the reason', async () => {
    const story = aStory();
    story.partners.wants(partner, { version: 1 });
    await story.earn();
    await story.closed('2018-01');
    await story.sent(batchOf('2018-01'));
    await story.earn({ n: 2, on: '02-10' });
    story.clock.moveTo('2018-03-05T00:00:00Z');
    await story.closed('2018-02');
    await story.approve.run(batchOf('2018-02'), 'boss');

    await refuse(story, 'AC04');

    const error = await rejects(story.submit.run(batchOf('2018-02')), 'settlement.nobody_to_pay');
    expect(error.message).to.include('method_refused');
  });

  it('is open again when it was another payout that came back', async () => {
    const story = await answered('AC04');
    await story.db.run(({ control }) => control.guards.allowMethods([payoutOf('2018-01')], story.clock.now()));

    expect(await nextClose(story)).to.be.empty;
  });
});

describe('a wallet that does not exist', () => {
  it('is not paid to again', async () => {
    const db = new FakeSettlementTransaction();
    const clock = clockAt('2018-02-05T00:00:00Z');
    const rail = new SimulatedRail(db, { dialect: 'paypal', seed: 'a', skewMs: 0 }, clock);
    const story = aStory({ transaction: db, carriers: [rail] });
    const live = async (days: number) => {
      for (let day = 0; day < days; day += 1) {
        story.clock.moveTo(plusDays(story.clock.now(), 1));
        clock.moveTo(story.clock.now());
        while (await story.callRails.run());
        await story.post.run();
      }
    };
    story.partners.wants(partner, { method: 'wallet', wallet: { id: 'ana@example.com' }, version: 3 });
    await story.earn();
    await rail.script(payoutOf('2018-01'), { call: 'answered', fate: 'never_claimed' });
    await story.closed('2018-01');
    await story.sent(derivedId('bat', programId, '2018-01', 'wallet', 'BRL'));

    await live(40);

    expect(blockedEvents(story)).to.have.length(1);
    const { blocks } = await story.balance.run(programId, partner);
    expect(blocks.map(({ code }) => code)).to.include('method_refused');
  });
});

describe('what banks say of accounts', () => {
  it('is bad for good for these, each with words for people', () => {
    expect(Object.keys(ACCOUNT_FAULTS).toSorted()).to.deep.equal(
      [
        ...['AC01', 'AC03', 'AC04', 'AC06', 'AC07', 'RC01'],
        ...['R02', 'R03', 'R04', 'R12', 'R13', 'R16', 'R20'],
        ...['RECEIVER_ACCOUNT_LOCKED', 'RECEIVER_UNREGISTERED', 'account_blocked', 'account_closed', 'account_unknown'],
      ].toSorted(),
    );
    for (const words of Object.values(ACCOUNT_FAULTS)) expect(words).to.match(/^[a-z]/);
  });

  it('is found behind a reason as rails write it', () => {
    expect(accountFaultOf('R03 no account, or it is somebody else’s')).to.deep.equal({
      code: 'R03',
      reason: 'no account, or it is somebody else’s',
    });
    expect(accountFaultOf('AC04')?.code).to.equal('AC04');
    expect(accountFaultOf('RECEIVER_UNREGISTERED')?.reason).to.equal('nobody has opened this wallet');
  });

  it('will pass, or says nothing of the account, for all other reasons', () => {
    const passing = Object.keys({ ...RETURN_REASONS, ...CHANGE_REASONS }).filter((code) => !(code in ACCOUNT_FAULTS));
    expect(passing).to.include.members(['R01', 'R10', 'R23', 'C01']);
    for (const reason of [...passing, 'AM04', 'MS03', 'no reason given', 'constructor', '']) {
      expect(accountFaultOf(reason), reason).to.equal(undefined);
    }
  });
});
