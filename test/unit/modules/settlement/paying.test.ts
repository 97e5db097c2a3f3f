import { expect } from 'chai';
import {
  PayoutFailedV1,
  PayoutReturnedV1,
  PayoutSettledV1,
  PayoutSubmittedV1,
} from '../../../../src/modules/settlement/events.ts';
import type { Contract } from '../../../../src/shared/events.ts';
import { is, read } from '../../../../src/shared/events.ts';
import { idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';
import { aFact, aStory, batchOf, payoutOf, programId, type Story } from '../../../support/settlement-story.ts';

const batchId = batchOf('2018-01');
const payoutId = payoutOf('2018-01');

const statesOf = (story: Story) => story.db.payouts().map(({ state }) => state);

const told = <Payload extends object>(story: Story, contract: Contract<Payload>): Payload[] =>
  story.db.published.filter((event) => is(contract, event)).map((event) => read(contract, event));

const closedStory = async (): Promise<Story> => {
  const story = aStory();
  await story.earn({ partner: 1, n: 1, minor: 5_000n });
  await story.earn({ partner: 2, n: 2, minor: 3_000n });
  await story.closed('2018-01');
  return story;
};

const sentStory = async (): Promise<Story> => {
  const story = await closedStory();
  await story.sent(batchId);
  return story;
};

describe('approving payouts', () => {
  it('is refused to whoever closed the period', async () => {
    const story = await closedStory();

    const refusal = await rejects(story.approve.run(batchId, 'finance'), 'settlement.four_eyes');

    expect(refusal.kind).to.equal('forbidden');
    expect(statesOf(story)).to.deep.equal(['draft', 'draft']);
  });

  it('is possible for anybody else, once', async () => {
    const story = await closedStory();

    const { batch } = await story.approve.run(batchId, 'boss');

    expect(batch).to.include({ state: 'approved', approvedBy: 'boss', closedBy: 'finance' });
    expect(statesOf(story)).to.deep.equal(['approved', 'approved']);
    await rejects(story.approve.run(batchId, 'another boss'), 'settlement.illegal_move');
  });

  it('is refused for a batch nobody knows', async () =>
    rejects((await closedStory()).approve.run(idOf('bat', 9), 'boss'), 'settlement.batch_not_found'));
});

describe('cancelling a batch', () => {
  it('leaves the balances for the next close', async () => {
    const story = await closedStory();

    await story.cancel.run(batchId);
    story.clock.moveTo('2018-03-05T00:00:00Z');
    await story.closed('2018-02');

    expect(story.db.payouts().map(({ period, state, amount }) => [period, state, amount.minor])).to.deep.equal([
      ['2018-01', 'cancelled', 5_000n],
      ['2018-01', 'cancelled', 3_000n],
      ['2018-02', 'draft', 5_000n],
      ['2018-02', 'draft', 3_000n],
    ]);
  });

  it('is refused once it was sent', async () =>
    rejects((await sentStory()).cancel.run(batchId), 'settlement.illegal_move'));
});

describe('submitting a batch', () => {
  it('is refused before it was approved', async () =>
    rejects((await closedStory()).submit.run(batchId), 'settlement.illegal_move'));

  it('moves the money from available to clearing, now, and tells of it', async () => {
    const story = await sentStory();

    expect(await story.available(1)).to.equal(0n);
    expect(await story.clearing()).to.equal(8_000n);
    expect(story.ledger.posted.at(-1)?.effectiveAt).to.equal('2018-02-05T00:00:00.000Z');
    expect(told(story, PayoutSubmittedV1).map(({ amount }) => amount.minor)).to.have.members(['5000', '3000']);
  });

  it('writes one file, and the same answer the second time', async () => {
    const story = await sentStory();
    const file = await story.file.of(batchId);

    const again = await story.submit.run(batchId);
    await story.post.run();

    expect(again.state).to.equal('submitted');
    expect(await story.file.of(batchId)).to.equal(file);
    expect(await story.clearing()).to.equal(8_000n);
    expect(told(story, PayoutSubmittedV1)).to.have.length(2);
  });

  it('leaves out who was suspended since, and cancels that payout with the reason', async () => {
    const story = await closedStory();
    await story.approve.run(batchId, 'boss');
    story.partners.put(idOf('par', 1), 'suspended');
    story.partners.loseProfile(idOf('par', 3));

    await story.submit.run(batchId);

    expect(story.db.payouts().map(({ state, reason }) => [state, reason])).to.deep.equal([
      ['cancelled', 'suspended'],
      ['submitted', undefined],
    ]);
    expect(await story.file.of(batchId)).to.not.contain(payoutId);
  });

  it('is refused when nobody is left to pay', async () => {
    const story = await closedStory();
    await story.approve.run(batchId, 'boss');
    story.partners.loseProfile(idOf('par', 1));
    story.partners.loseProfile(idOf('par', 2));

    await rejects(story.submit.run(batchId), 'settlement.nobody_to_pay');

    expect(statesOf(story)).to.deep.equal(['approved', 'approved']);
  });

  it('has no file to show before', async () => rejects((await closedStory()).file.of(batchId), 'settlement.no_file'));
});

describe('reconciling with the bank', () => {
  it('settles what was booked, and empties the clearing account', async () => {
    const story = await sentStory();

    const [imported] = await story.reconcile.run(await story.bank.run({ batchId, reject: [], return: [] }));
    await story.post.run();

    expect(imported).to.include({ lines: 2, settled: 2, rejected: 0, returned: 0, breaks: 0 });
    expect(statesOf(story)).to.deep.equal(['settled', 'settled']);
    expect(await story.clearing()).to.equal(0n);
    const [bank] = await story.ledger.balances([`bank:${programId}:main`]);
    expect(bank?.minor).to.equal('-8000');
  });

  it('tells how much of each settled payout is for which commission', async () => {
    const story = await sentStory();

    await story.reconcile.run(await story.bank.run({ batchId, reject: [], return: [] }));

    const settled = told(story, PayoutSettledV1).find((each) => each.payoutId === payoutId);
    expect(settled?.allocations).to.deep.equal([
      { commissionId: idOf('com', 1), amount: { minor: '5000', currency: 'BRL' } },
    ]);
    expect(settled?.recovered).to.be.empty;
  });

  it('tells what a clawback took: allocations less recoveries are the amount', async () => {
    const story = aStory({ now: '2018-02-05T00:00:00Z' });
    await story.earn({ n: 1, minor: 2_500n, on: '01-10' });
    await story.paidOut('2018-01');
    await story.hear(aFact('claw_back', { n: 1, minor: 1_000n, on: '02-10' }));
    await story.earn({ n: 2, minor: 4_000n, on: '02-12' });
    story.clock.moveTo('2018-03-05T00:00:00Z');

    await story.paidOut('2018-02');

    const settled = told(story, PayoutSettledV1).at(-1);
    expect(settled).to.deep.include({
      amount: { minor: '3000', currency: 'BRL' },
      allocations: [{ commissionId: idOf('com', 2), amount: { minor: '4000', currency: 'BRL' } }],
      recovered: [{ commissionId: idOf('com', 1), amount: { minor: '1000', currency: 'BRL' } }],
    });
  });

  it('gives a rejected payout’s money back to the partner', async () => {
    const story = await sentStory();

    await story.reconcile.run(await story.bank.run({ batchId, reject: [payoutId], return: [] }));
    await story.post.run();

    expect(statesOf(story)).to.deep.equal(['rejected', 'settled']);
    expect(await story.available(1)).to.equal(5_000n);
    expect(await story.clearing()).to.equal(0n);
    expect(told(story, PayoutFailedV1)).to.have.length(1).and.to.have.nested.property('[0].reason', 'AC04');
  });

  it('gives back what is returned in the same statement', async () => {
    const story = await sentStory();

    const [imported] = await story.reconcile.run(await story.bank.run({ batchId, reject: [], return: [payoutId] }));
    await story.post.run();

    expect(imported).to.include({ lines: 3, settled: 2, returned: 1 });
    expect(statesOf(story)).to.deep.equal(['returned', 'settled']);
    expect(await story.available(1)).to.equal(5_000n);
    expect(await story.clearing()).to.equal(0n);
  });

  it('gives back what comes back weeks after it had settled', async () => {
    const story = await sentStory();
    await story.reconcile.run(await story.bank.run({ batchId, reject: [], return: [] }));
    story.clock.moveTo('2018-02-25T00:00:00Z');

    await story.reconcile.run(await story.bank.run({ batchId, reject: [], return: [payoutId] }));
    await story.post.run();

    const [returned] = told(story, PayoutReturnedV1);
    expect(returned).to.deep.include({ payoutId, reason: 'AC03', returnedAt: '2018-02-25T00:00:00.000Z' });
    expect(returned?.allocations).to.have.length(1);
    expect(await story.available(1)).to.equal(5_000n);
    expect(await story.clearing()).to.equal(0n);
  });

  it('changes nothing when the same statement comes again', async () => {
    const story = await sentStory();
    const xml = await story.bank.run({ batchId, reject: [], return: [] });
    const [first] = await story.reconcile.run(xml);
    const before = [story.db.everything(), story.db.published.length];

    const [second] = await story.reconcile.run(xml);

    expect(second).to.deep.equal(first);
    expect([story.db.everything(), story.db.published.length]).to.deep.equal(before);
  });

  it('is refused when a statement comes again with another content', async () => {
    const story = await sentStory();
    const xml = await story.bank.run({ batchId, reject: [], return: [] });
    await story.reconcile.run(xml);

    await rejects(story.reconcile.run(xml.replace(payoutId, idOf('pay', 9))), 'settlement.bank_statement_differs');
  });

  it('is refused for an account nobody pays from', async () => {
    const story = await sentStory();
    const xml = await story.bank.run({ batchId, reject: [], return: [] });

    await rejects(
      story.reconcile.run(xml.replace(/<Id>SIM[0-9A-Z]+</, '<Id>OTHER<')),
      'settlement.unknown_bank_account',
    );
  });

  it('is refused when a statement before it is missing', async () => {
    const story = await sentStory();
    await story.reconcile.run(await story.bank.run({ batchId, reject: [], return: [] }));
    await story.bank.run({ batchId, reject: [], return: [payoutId] }); // got lost
    const third = await story.bank.run({ batchId, reject: [], return: [payoutOf('2018-01', 2)] });

    await rejects(story.reconcile.run(third), 'settlement.bank_statement_gap');

    expect(statesOf(story)).to.deep.equal(['settled', 'settled']);
  });

  it('is refused when its entries do not make its closing balance', async () => {
    const story = await sentStory();
    const xml = await story.bank.run({ batchId, reject: [], return: [] });

    await rejects(story.reconcile.run(xml.replaceAll('>50.00<', '>50.01<')), 'settlement.bank_statement_unbalanced');
  });

  it('lists what does not fit, moves no money for it, and settles the rest', async () => {
    const story = await sentStory();
    const xml = await story.bank.run({ batchId, reject: [], return: [] });

    const [imported] = await story.reconcile.run(xml.replaceAll(`<EndToEndId>${payoutId}`, '<EndToEndId>NOTOURS'));
    await story.post.run();

    expect(imported).to.include({ settled: 1, breaks: 1 });
    expect(statesOf(story)).to.deep.equal(['submitted', 'settled']);
    expect(await story.clearing()).to.equal(5_000n);
    const broken = story.db.tables.reconciliation.breaks.committed.values();
    expect(broken.map(({ kind }) => kind)).to.deep.equal(['unknown_reference']);
  });

  it('counts what the bank booked in a period that is closed by now in the next one', async () => {
    const story = await sentStory();
    story.clock.moveTo('2018-03-05T00:00:00Z');
    await story.closed('2018-02');

    await story.reconcile.run(
      await story.bank.run({ batchId, bookedAt: aFact('lock', { on: '02-06' }).occurredAt, reject: [], return: [] }),
    );
    await story.post.run();

    const settle = story.ledger.posted.find(({ purpose }) => purpose === 'settlement.settle');
    expect(settle?.effectiveAt).to.equal('2018-03-01T03:00:00.000Z');
    expect(settle?.metadata).to.include({ occurredAt: '2018-02-06T12:00:00.000Z' });
  });
});

describe('the simulated bank', () => {
  it('books a payment once, however often it gets the file, and continues its balance', async () => {
    const story = await sentStory();

    const first = await story.bank.run({ batchId, reject: [], return: [] });
    const second = await story.bank.run({ batchId, reject: [], return: [] });

    expect(first.match(/<Ntry>/g)).to.have.length(2);
    expect(second).to.not.contain('<Ntry>');
    expect((await story.reconcile.run(first))[0]).to.include({ settled: 2 });
    expect((await story.reconcile.run(second))[0]).to.include({ lines: 0 });
  });

  it('refuses to return what is not in the file', async () =>
    rejects(
      (await sentStory()).bank.run({ batchId, reject: [], return: [idOf('pay', 9)] }),
      'settlement.unknown_payout',
    ));

  it('has nothing to answer before the batch was sent', async () =>
    rejects((await closedStory()).bank.run({ batchId, reject: [], return: [] }), 'settlement.no_file'));
});
