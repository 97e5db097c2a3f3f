import { expect } from 'chai';
import { StatementClosedV1 } from '../../../../src/modules/settlement/events.ts';
import { numberOf } from '../../../../src/modules/settlement/domain/statements/statement.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { read } from '../../../../src/shared/events.ts';
import { all } from '../../../support/all.ts';
import { idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';
import { aFact, anAdjustment, aStory, batchOf, payoutOf, programId } from '../../../support/settlement-story.ts';

describe('closing a period', () => {
  it('is refused before the period is over where the program is', async () => {
    const story = aStory({ now: '2018-02-01T01:59:59Z' }); // the last second of January in São Paulo
    await story.earn();

    await rejects(story.close.run(programId, '2018-01', 'finance'), 'settlement.period_not_over');
    story.clock.moveTo('2018-02-01T02:00:00Z');

    expect((await story.close.run(programId, '2018-01', 'finance')).state).to.equal('closing');
  });

  it('is refused while an earlier period is open', async () => {
    const story = aStory({ now: '2018-04-02T00:00:00Z' });
    await story.earn({ on: '01-10' });

    const refusal = await rejects(story.close.run(programId, '2018-03', 'finance'), 'settlement.earlier_period_open');

    expect(refusal.message).to.contain('2018-01');
  });

  it('is refused for a period before those that are closed', async () => {
    const story = aStory({ now: '2018-04-02T00:00:00Z' });
    await story.earn({ on: '02-10' });
    await story.closed('2018-02');

    await rejects(story.close.run(programId, '2018-01', 'finance'), 'settlement.period_before_books');
  });

  it('waits while commission knows of a lock that is not booked yet', async () => {
    const story = aStory();
    await story.earn();
    story.commission.locked.push({ at: aFact('lock').occurredAt, minor: 700n });

    const refusal = await rejects(story.close.run(programId, '2018-01', 'finance'), 'settlement.period_not_ready');

    expect(refusal.kind).to.equal('unavailable');
    expect(refusal.details.retryAfterSeconds).to.equal(1);
  });

  it('waits while commissions of the period are about to lock', async () => {
    const story = aStory();
    await story.earn();
    story.commission.waiting = 1;

    await rejects(story.close.run(programId, '2018-01', 'finance'), 'settlement.period_not_ready');
  });

  it('waits while something booked is not in the ledger', async () => {
    const story = aStory();
    await story.earn();
    await story.db.run((stores) =>
      stores.bookings.add([{ ...story.db.tables.bookings.values()[0]!.booking, id: idOf('txn', 99) }]),
    );

    await rejects(story.close.run(programId, '2018-01', 'finance'), 'settlement.period_not_ready');
  });

  it('is refused when the program’s time zone is not that of its books', async () => {
    const story = aStory();
    await story.earn();
    const program = story.partners.known.get(programId)!;
    story.partners.known.set(programId, { ...program, timeZone: 'UTC' });

    await rejects(story.close.run(programId, '2018-01', 'finance'), 'settlement.zone_changed');
  });

  it('is refused for a program nobody knows', () =>
    rejects(aStory().close.run(idOf('prg', 9), '2018-01', 'finance'), 'settlement.unknown_program'));

  it('closes a period in which nothing happened', async () => {
    const story = aStory();

    await story.closed('2018-01');

    expect(story.db.tables.periods.values()[0]).to.include({ state: 'closed', statements: 0 });
  });

  it('says how far it has come when it is asked for again, and does nothing twice', async () => {
    const story = aStory();
    await story.earn();
    await story.closed('2018-01');
    const before = story.db.everything();

    const again = await story.close.run(programId, '2018-01', 'somebody else');
    const more = await story.finish.run();

    expect(again).to.include({ state: 'closed', closedBy: 'finance' });
    expect(more).to.equal(false);
    expect(story.db.everything()).to.deep.equal(before);
  });
});

describe('the statements of a period', () => {
  it('are opening plus entries, for everybody who had either', async () => {
    const story = aStory({ now: '2018-03-05T00:00:00Z' });
    await story.earn({ partner: 1, minor: 1_500n, on: '01-10' });
    await story.earn({ partner: 2, n: 2, minor: 700n, on: '02-10' });
    await story.closed('2018-01');
    await story.closed('2018-02');

    const told = story.db
      .statements()
      .map((statement) => [
        numberOf(statement),
        statement.partnerId,
        statement.opening.minor,
        statement.closing.minor,
        statement.lineCount,
      ]);

    expect(told).to.deep.equal([
      ['2018-01/000001', idOf('par', 1), 0n, 1_500n, 1],
      ['2018-02/000002', idOf('par', 1), 1_500n, 1_500n, 0],
      ['2018-02/000003', idOf('par', 2), 0n, 700n, 1],
    ]);
  });

  it('tell which commissions locked in them', async () => {
    const story = aStory();
    await story.earn({ n: 1 });
    await story.earn({ n: 2 });
    await story.hear(aFact('claw_back', { n: 2, minor: 1n }));
    await story.closed('2018-01');

    const [said] = story.db.published.map((event) => read(StatementClosedV1, event));

    expect(said?.commissionIds).to.deep.equal([idOf('com', 1), idOf('com', 2)]);
    expect(said).to.deep.include({ number: '2018-01/000001', closing: { minor: '9999', currency: 'BRL' } });
  });

  it('count what came too late in the next period, with a pointer to its own', async () => {
    const story = aStory({ now: '2018-03-05T00:00:00Z' });
    await story.earn({ minor: 1_500n, on: '01-10' });
    await story.closed('2018-01');
    await story.hear(aFact('claw_back', { minor: 300n, on: '01-20' }));
    await story.closed('2018-02');

    const [, february] = story.db.statements();
    const [line] = await story.db.run(({ bookings }) => all(bookings.lines(programId, '2018-02')));

    expect(february).to.include({ period: '2018-02', lineCount: 1 });
    expect(february?.closing.minor).to.equal(1_200n);
    expect(line).to.include({ effectiveAt: '2018-02-01T02:00:00.000Z', occurredAt: '2018-01-20T12:00:00.000Z' });
  });

  it('are not written when the ledger says something else', async () => {
    const story = aStory();
    await story.earn();
    await story.close.run(programId, '2018-01', 'finance');
    story.ledger.balances = () => Promise.resolve([]);

    await rejects(story.finish.run(), 'settlement.statement_differs_from_ledger');

    expect(story.db.statements()).to.be.empty;
  });

  it('of one program are written though those of another are stuck', async () => {
    const story = aStory();
    story.partners.known.set(idOf('prg', 2), { ...story.partners.known.get(programId)!, programId: idOf('prg', 2) });
    await story.earn();
    await story.hear(
      aFact('accrue', { n: 2, programId: idOf('prg', 2) }),
      aFact('lock', { n: 2, programId: idOf('prg', 2) }),
    );
    await story.close.run(programId, '2018-01', 'finance');
    await story.close.run(idOf('prg', 2), '2018-01', 'finance');
    const balances = story.ledger.balances.bind(story.ledger);
    story.ledger.balances = (codes, before) =>
      codes.some((code) => code.includes(programId)) ? Promise.resolve([]) : balances(codes, before);

    await rejects(story.finish.run(), 'settlement.statement_differs_from_ledger');

    expect(story.db.statements().map((statement) => statement.programId)).to.deep.equal([idOf('prg', 2)]);
  });

  it('of a later period wait for those of an earlier one that is stuck', async () => {
    const story = aStory({ now: '2018-06-05T00:00:00Z' });
    await story.earn({ n: 1, on: '01-10' });
    await story.close.run(programId, '2018-01', 'finance');
    await story.close.run(programId, '2018-02', 'finance');
    const answer = story.ledger.balances.bind(story.ledger);
    const january = '2018-01-01T02:00:00.000Z'; // where January begins in São Paulo
    story.ledger.balances = (codes, before) =>
      before === january
        ? Promise.reject(new AppError('unavailable', 'ledger.away', 'not now'))
        : answer(codes, before);

    await rejects(story.finish.run(), 'ledger.away');
    await rejects(story.finish.run(), 'ledger.away');
    story.ledger.balances = answer;
    while (await story.finish.run());

    const [first, second] = story.db.statements();
    expect([first?.period, second?.period]).to.deep.equal(['2018-01', '2018-02']);
    expect(second?.opening.minor).to.equal(first?.closing.minor);
    expect(story.db.payouts().map(({ period }) => period)).to.deep.equal(['2018-01']);
  });

  it('have another digest when anything on them is different', async () => {
    const digestOf = async (minor: bigint) => {
      const story = aStory();
      await story.earn({ minor });
      await story.closed('2018-01');
      return story.db.statements()[0]?.digest;
    };

    expect(await digestOf(100n))
      .to.equal(await digestOf(100n))
      .and.to.not.equal(await digestOf(101n));
  });
});

describe('the payouts of a close', () => {
  const decisionsOf = (story: ReturnType<typeof aStory>) =>
    Object.fromEntries(
      story.db.tables.decisions
        .values()
        .map(({ partnerId, outcome, payable }) => [partnerId, [outcome, payable.minor]]),
    );

  it('are one for every partner whose balance reaches the minimum, of all of it', async () => {
    const story = aStory();
    await story.earn({ partner: 1, n: 1, minor: 1_999n });
    await story.earn({ partner: 2, n: 2, minor: 2_000n });
    await story.earn({ partner: 3, n: 3, minor: 1_000n });
    await story.earn({ partner: 3, n: 4, minor: 9_000n });

    await story.closed('2018-01');

    expect(story.db.payouts().map(({ partnerId, amount, state }) => [partnerId, amount.minor, state])).to.deep.equal([
      [idOf('par', 2), 2_000n, 'draft'],
      [idOf('par', 3), 10_000n, 'draft'],
    ]);
    expect(decisionsOf(story)[idOf('par', 1)]).to.deep.equal(['below_minimum', 1_999n]);
  });

  it('leave out who may not or cannot be paid, and keep why', async () => {
    const story = aStory();
    story.partners.put(idOf('par', 1), 'suspended');
    story.partners.put(idOf('par', 2), 'terminated');
    story.partners.loseProfile(idOf('par', 3));
    for (const partner of [1, 2, 3, 4]) await story.earn({ partner, n: partner });

    await story.closed('2018-01');

    expect(decisionsOf(story)).to.deep.equal({
      [idOf('par', 1)]: ['suspended', 5_000n],
      [idOf('par', 2)]: ['not_enrolled', 5_000n],
      [idOf('par', 3)]: ['no_payout_profile', 5_000n],
      [idOf('par', 4)]: ['payout', 5_000n],
    });
  });

  it('pay what was left over once it reaches the minimum', async () => {
    const story = aStory({ now: '2018-03-05T00:00:00Z' });
    await story.earn({ n: 1, minor: 1_500n, on: '01-10' });
    await story.earn({ n: 2, minor: 600n, on: '02-10' });

    await story.closed('2018-01');
    await story.closed('2018-02');

    expect(story.db.payouts().map(({ period, amount }) => [period, amount.minor])).to.deep.equal([['2018-02', 2_100n]]);
  });

  it('take the balance at the end of the period, not what came since', async () => {
    const story = aStory({ now: '2018-03-05T00:00:00Z' });
    await story.earn({ n: 1, minor: 2_500n, on: '01-10' });
    await story.earn({ n: 2, minor: 600n, on: '02-10' });

    await story.closed('2018-01');

    expect(story.db.payouts().map(({ amount }) => amount.minor)).to.deep.equal([2_500n]);
  });

  it('do not pay twice what is approved but not sent, however late the periods are closed', async () => {
    const story = aStory({ now: '2018-06-05T00:00:00Z' });
    await story.earn({ n: 1, minor: 2_500n, on: '01-10' });
    await story.earn({ n: 2, minor: 3_000n, on: '02-10' });

    await story.closed('2018-01');
    await story.closed('2018-02');
    await story.closed('2018-03');

    expect(story.db.payouts().map(({ amount }) => amount.minor)).to.deep.equal([2_500n, 3_000n]);
  });

  it('do not pay twice what was sent and settled after the end of the period that is closed now', async () => {
    const story = aStory({ now: '2018-06-05T00:00:00Z' });
    await story.earn({ n: 1, minor: 2_500n, on: '01-10' });

    await story.paidOut('2018-01');
    await story.closed('2018-02');
    await story.closed('2018-03');

    expect(story.db.payouts()).to.have.length(1);
  });

  it('net a clawback of one commission from what another brings', async () => {
    const story = aStory({ now: '2018-06-05T00:00:00Z' });
    await story.earn({ n: 1, minor: 2_500n, on: '01-10' });
    await story.paidOut('2018-01');
    await story.hear(aFact('claw_back', { n: 1, minor: 1_000n, on: '02-10' }));
    await story.earn({ n: 2, minor: 4_000n, on: '02-12' });

    await story.closed('2018-02');

    const shares = story.db.tables.shares.get(payoutOf('2018-02'));
    expect(shares).to.deep.equal([
      { commissionId: idOf('com', 1), minor: -1_000n },
      { commissionId: idOf('com', 2), minor: 4_000n },
    ]);
    expect(story.db.tables.payouts.get(payoutOf('2018-02'))?.amount.minor).to.equal(3_000n);
  });

  it('are for entries beside commissions too: what they take goes first, what they give stands for itself', async () => {
    const story = aStory({ now: '2018-02-05T00:00:00Z' });
    await story.earn({ n: 1, minor: 4_000n, on: '01-10' });
    await story.hear(anAdjustment(1, 900n), anAdjustment(2, -400n, { commissionId: idOf('com', 1) }));

    await story.closed('2018-01');

    expect(story.db.payouts().map(({ amount }) => amount.minor)).to.deep.equal([4_500n]);
    expect(story.db.tables.shares.get(payoutOf('2018-01'))).to.deep.equal([
      { commissionId: idOf('com', 1), minor: 4_000n },
      { adjustmentId: idOf('adj', 1), minor: 900n },
      { adjustmentId: idOf('adj', 2), minor: -400n },
    ]);
  });

  it('are not larger than what is left when something was clawed back before the period was closed', async () => {
    const story = aStory({ now: '2018-02-20T00:00:00Z' });
    await story.earn({ n: 1, minor: 9_000n, on: '01-10' });
    await story.hear(aFact('claw_back', { n: 1, minor: 4_000n, on: '02-10' }));

    await story.closed('2018-01');

    expect(story.db.payouts().map(({ amount }) => amount.minor)).to.deep.equal([5_000n]);
    expect(story.db.tables.shares.get(payoutOf('2018-01'))).to.deep.equal([
      { commissionId: idOf('com', 1), minor: 5_000n },
    ]);
  });

  it('pay again what came back, at the next close', async () => {
    const story = aStory({ now: '2018-02-05T00:00:00Z' });
    await story.earn({ minor: 2_500n });
    const batchId = await story.paidOut('2018-01');
    await story.reconcile.run(await story.bank.run({ batchId, reject: [], return: [payoutOf('2018-01')] }));
    await story.post.run();
    story.clock.moveTo('2018-03-05T00:00:00Z');

    await story.closed('2018-02');

    expect(story.db.payouts().map(({ state, amount }) => [state, amount.minor])).to.deep.equal([
      ['returned', 2_500n],
      ['draft', 2_500n],
    ]);
  });

  it('make no batch when nobody is paid', async () => {
    const story = aStory();
    await story.earn({ minor: 10n });

    await story.closed('2018-01');

    expect(story.db.tables.batches.has(batchOf('2018-01'))).to.equal(false);
    expect(story.db.tables.periods.values()[0]?.batchId).to.equal(undefined);
  });

  it('ask other modules once for everybody', async () => {
    const story = aStory();
    for (let partner = 1; partner <= 50; partner += 1) await story.earn({ partner, n: partner });
    await story.close.run(programId, '2018-01', 'finance');
    story.partners.asked = 0;

    while (await story.finish.run());

    expect(story.partners.asked).to.equal(3); // the program, the enrolments, the profiles
  });
});
