import { expect } from 'chai';
import { factOf, MONEY_EVENTS } from '../../../../src/modules/settlement/adapters/messaging/facts.ts';
import {
  CommissionAdjustedV1,
  CommissionLockedV1,
  CommissionReducedV1,
} from '../../../../src/modules/commission/events.ts';
import type { Envelope } from '../../../../src/shared/events.ts';
import { idOf } from '../../../support/clock.ts';
import { FakeLedger } from '../../../support/fakes/fake-ledger.ts';
import { rejects } from '../../../support/rejects.ts';
import { aFact, anAdjustment, aStory, noonOf, programId } from '../../../support/settlement-story.ts';

describe('booking what happened to commissions', () => {
  it('moves money from expense to pending, and from there to available once it is locked', async () => {
    const story = aStory();

    await story.hear(aFact('accrue', { minor: 5_000n }), aFact('reduce', { minor: 1_000n, nth: '2' }));
    await story.hear(aFact('lock', { minor: 4_000n }));

    const balances = await story.ledger.balances([
      `expense:${programId}:commission`,
      `payable:${idOf('par', 1)}:${programId}:pending`,
      `payable:${idOf('par', 1)}:${programId}:available`,
    ]);
    expect(balances.map(({ minor }) => minor)).to.have.members(['4000', '0', '4000']);
  });

  it('takes everything back when a commission is reversed', async () => {
    const story = aStory();

    await story.hear(aFact('accrue'), aFact('reverse'));

    const [expense] = await story.ledger.balances([`expense:${programId}:commission`]);
    expect(expense?.minor).to.equal('0');
  });

  it('lets a clawback take the available balance below zero', async () => {
    const story = aStory();

    await story.earn({ minor: 1_000n });
    await story.hear(aFact('claw_back', { minor: 3_000n }));

    expect(await story.available()).to.equal(-2_000n);
  });

  it('adds an entry beside commissions to what is available, and takes one from it, whatever is pending', async () => {
    const story = aStory();
    await story.hear(aFact('accrue', { minor: 5_000n }));

    await story.hear(anAdjustment(1, 800n), anAdjustment(2, -300n, { commissionId: idOf('com', 1) }));
    await story.hear(anAdjustment(1, 800n));

    expect(await story.available()).to.equal(500n);
    const all = await story.ledger.balances([
      `expense:${programId}:commission`,
      `payable:${idOf('par', 1)}:${programId}:pending`,
      `payable:${idOf('par', 1)}:${programId}:available`,
    ]);
    expect(all.map(({ minor }) => minor)).to.have.members(['5500', '5000', '500']);
  });

  it('does once what is told three times, in one message or in several', async () => {
    const story = aStory();
    const facts = [aFact('accrue'), aFact('lock')];

    await story.hear(...facts);
    await story.bookCommissions.run('settlement', facts);
    await story.bookCommissions.run('settlement', [aFact('accrue'), aFact('lock')]);

    expect(story.ledger.posted).to.have.length(2);
    expect(await story.available()).to.equal(5_000n);
  });

  it('posts after a crash what was booked before it, with the time that was decided then', async () => {
    const story = aStory();
    const facts = [aFact('accrue'), aFact('lock')];
    const post = story.ledger.post.bind(story.ledger);
    story.ledger.post = () => Promise.reject(new Error('the power went'));
    await story.hear(...facts).catch(() => undefined);
    story.ledger.post = post;

    await story.bookCommissions.run('settlement', facts);

    expect(story.ledger.posted.map(({ effectiveAt }) => effectiveAt)).to.deep.equal([noonOf('01-10'), noonOf('01-10')]);
  });

  it('finds that the ledger has it, when the crash came after the posting', async () => {
    const story = aStory();
    const facts = [aFact('accrue'), aFact('lock')];
    await story.hear(...facts);
    for (const row of story.db.tables.bookings.values()) {
      story.db.tables.bookings.set(row.booking.id, { booking: row.booking, seq: row.seq });
    }

    await story.bookCommissions.run('settlement', facts);

    expect(story.ledger.posted).to.have.length(2);
    expect(await story.db.run(({ bookings }) => bookings.unposted(10))).to.be.empty;
  });

  it('books a commission of nothing, and leaves the ledger alone', async () => {
    const story = aStory();

    await story.earn({ minor: 0n });

    expect(story.ledger.posted).to.be.empty;
    expect(await story.db.run(({ bookings }) => bookings.unposted(10))).to.be.empty;
  });

  it('throws when the ledger refuses, keeps the reason, and posts what it did not refuse', async () => {
    const story = aStory();

    const refusal = await rejects(
      story.hear(aFact('accrue', { n: 1 }), aFact('lock', { n: 2, partner: 2 })), // the second was never accrued
      'settlement.posting_refused',
    );

    expect(refusal.message).to.contain('ledger.overdraft');
    expect(story.ledger.posted).to.have.length(1);
    const refused = story.db.tables.bookings.values().map((row) => row.refused);
    expect(refused[1]).to.contain('ledger.overdraft');
    expect(await story.db.run(({ bookings }) => bookings.unposted(10))).to.be.empty;
  });

  it('posts a refused one when it is driven again and the ledger agrees', async () => {
    const story = aStory();
    const lock = aFact('lock');
    await rejects(story.hear(lock), 'settlement.posting_refused');

    await story.hear(aFact('accrue'));
    await story.bookCommissions.run('settlement', [lock]);

    expect(await story.available()).to.equal(5_000n);
  });

  it('is refused when one fact is told with two contents', async () => {
    const story = aStory();
    await story.earn({ minor: 5_000n });

    await rejects(story.hear(aFact('lock', { minor: 6_000n })), 'settlement.booked_differently');

    expect(await story.available()).to.equal(5_000n);
  });

  it('is refused for a program nobody knows', () =>
    rejects(aStory().hear(aFact('accrue', { programId: idOf('prg', 9) })), 'settlement.unknown_program'));

  it('opens accounts and posts once a batch, however many commissions it holds', async () => {
    const ledger = new FakeLedger();
    const calls: string[] = [];
    const [open, post] = [ledger.openAccounts.bind(ledger), ledger.post.bind(ledger)];
    ledger.openAccounts = (accounts) => (calls.push('open'), open(accounts));
    ledger.post = (transactions) => (calls.push('post'), post(transactions));
    const story = aStory({ ledger });

    await story.hear(...Array.from({ length: 100 }, (_, n) => aFact('accrue', { n: n + 1, partner: (n % 7) + 1 })));

    expect(calls).to.deep.equal(['open', 'post']);
  });
});

describe('reading commission’s events', () => {
  const envelope = (type: string, payload: object): Envelope => ({
    id: idOf('evt', 1),
    type,
    version: 1,
    source: 'commission',
    aggregate: idOf('com', 1),
    aggregateVersion: 7,
    partitionKey: idOf('ord', 1),
    occurredAt: noonOf('01-10'),
    payload: {
      commissionId: idOf('com', 1),
      orderId: idOf('ord', 1),
      orderRef: 'A-1',
      programId,
      partnerId: idOf('par', 1),
      amount: { minor: '4000', currency: 'BRL' },
      ...payload,
    },
  });

  it('hears exactly what moves money', () => {
    expect(MONEY_EVENTS).to.have.members(
      ['accrued', 'raised', 'reduced', 'reversed', 'locked', 'clawed_back', 'adjusted'].map(
        (name) => `commission.${name}.v1`,
      ),
    );
  });

  it('takes an adjustment as what it gives or takes, about a commission or about none', () => {
    const told = (amount: string, about: object) =>
      factOf(
        envelope(CommissionAdjustedV1.type, {
          commissionId: undefined,
          orderId: undefined,
          orderRef: undefined,
          ...about,
          adjustmentId: idOf('adj', 1),
          kind: 'bonus',
          amount: { minor: amount, currency: 'BRL' },
          reason: 'goodwill',
          adjustedAt: noonOf('01-11'),
        }),
      );

    expect(told('700', {})).to.deep.include({
      purpose: 'adjust_up',
      commissionId: undefined,
      occurredAt: noonOf('01-11'),
    });
    const taken = told('-700', { commissionId: idOf('com', 1), orderId: idOf('ord', 1), orderRef: 'A-1' });
    expect(taken).to.deep.include({
      purpose: 'adjust_down',
      commissionId: idOf('com', 1),
      adjustmentId: idOf('adj', 1),
    });
    expect(taken.amount.minor).to.equal(700n);
  });

  it('takes the reduction, not what is left, and tells one reduction from another by its version', () => {
    const fact = factOf(
      envelope(CommissionReducedV1.type, {
        reduction: { minor: '1000', currency: 'BRL' },
        reason: 'lines_returned',
        reducedAt: noonOf('01-10'),
      }),
    );

    expect(fact.amount.toString()).to.equal('10.00 BRL');
    expect(fact).to.include({ purpose: 'reduce', nth: '7', occurredAt: noonOf('01-10') });
  });

  it('takes the time of the lock, not of the telling', () => {
    const fact = factOf(envelope(CommissionLockedV1.type, { lockedAt: noonOf('01-09') }));

    expect(fact).to.include({ purpose: 'lock', nth: undefined, occurredAt: noonOf('01-09') });
  });

  it('parks what is not as agreed', () =>
    rejects(() => factOf(envelope(CommissionLockedV1.type, { lockedAt: 'soon' })), 'event.unreadable'));
});
