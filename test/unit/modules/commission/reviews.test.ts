import { expect } from 'chai';
import {
  HoldCommission,
  ReleaseCommission,
} from '../../../../src/modules/commission/application/reckoning/hold-commission.ts';
import { HoldForReview } from '../../../../src/modules/commission/application/reckoning/hold-for-review.ts';
import { LockDue } from '../../../../src/modules/commission/application/reckoning/lock-due.ts';
import { ReckonCommissions } from '../../../../src/modules/commission/application/reckoning/reckon-commissions.ts';
import { ReviewCommission } from '../../../../src/modules/commission/application/reckoning/review-commission.ts';
import type { CommissionReader } from '../../../../src/modules/commission/ports/commission-reader.ts';
import type { OrderFacts } from '../../../../src/modules/orders/index.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aCredit, allowing, anOrder, aTermsVersion } from '../../../support/builders.ts';
import { at, idOf } from '../../../support/clock.ts';
import { FakeCommissionTransaction } from '../../../support/fakes/fake-commission.ts';
import { rejects } from '../../../support/rejects.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';

const nobody = undefined as unknown as CommissionReader;
const { verdicts: _, ...credit } = aCredit();
const { orderId, programId, conversionId } = credit;

/** An order of 2018-01-02, credited and allowed, whose partner was recruited. */
const setUp = async () => {
  const db = new FakeCommissionTransaction();
  const partners = new StandingPartners();
  partners.recruit(idOf('par', 1), idOf('par', 2));
  const clock = at('2018-01-03T00:00:00Z');
  let order: OrderFacts = anOrder();
  const orders = { facts: () => Promise.resolve([order]), ofCustomer: () => Promise.resolve([]) };
  const reckon = new ReckonCommissions(orders, partners, clock);
  await db.run(({ terms }) => terms.add(aTermsVersion({ recruits: [{ level: 1, percent: '10' }] })));
  await db.run((stores) =>
    reckon.run(stores, [
      { orderId, credit },
      { orderId, programId, conversionId, verdict: allowing() },
    ]),
  );
  return {
    db,
    clock,
    due: new HoldForReview(db, nobody, clock),
    review: new ReviewCommission(db, reckon, clock),
    hold: new HoldCommission(db, clock),
    release: new ReleaseCommission(db, reckon, clock),
    lock: new LockDue(db, nobody, partners, clock),
    delivered: async (on: string) => {
      order = anOrder({ milestones: { placed: order.placedAt, delivered: instant(on) } });
      await db.run((stores) => reckon.run(stores, [{ orderId }]));
    },
    own: () => db.all().find(({ recruit }) => recruit === undefined)!,
    recruiters: () => db.all().find(({ recruit }) => recruit !== undefined)!,
    told: () => db.published.map(nameOf),
  };
};

describe('a commission that has not vested in time', () => {
  it('is held from the day it was due, with what follows it, and told', async () => {
    const { clock, due, own, recruiters, told } = await setUp();
    clock.moveTo('2020-01-01T23:59:59Z');
    await due.run();
    expect(own().state).to.equal('estimated');

    clock.moveTo('2020-02-01T00:00:00Z');
    await due.run();
    await due.run();

    for (const one of [own(), recruiters()])
      expect(one).to.deep.include({ state: 'held', heldFrom: 'estimated', holdReasons: ['review_due'] });
    expect(own().holds).to.deep.equal([
      { by: 'review', reasons: ['review_due'], from: instant('2020-01-02T00:00:00Z') },
    ]);
    expect(told().filter((name) => name === 'commission.review_due.v1')).to.have.length(1);
    expect(told().filter((name) => name === 'commission.held.v1')).to.have.length(2);
  });

  it('neither vests nor locks by itself, whatever becomes of its order, and never expires', async () => {
    const { clock, due, delivered, lock, own } = await setUp();
    clock.moveTo('2020-02-01T00:00:00Z');
    await due.run();

    await delivered('2020-02-02T00:00:00Z');
    clock.moveTo('2049-01-01T00:00:00Z');
    await lock.run();
    await due.run();

    expect([own().state, own().endReason]).to.deep.equal(['held', undefined]);
  });

  it('goes on from where its order is once it is confirmed, with as much time again', async () => {
    const { db, clock, due, delivered, lock, review, own, recruiters } = await setUp();
    clock.moveTo('2020-02-01T00:00:00Z');
    await due.run();
    await delivered('2020-02-02T00:00:00Z');

    clock.moveTo('2020-03-01T00:00:00Z');
    const confirmed = await review.run({ commissionId: own().id, outcome: 'confirm', note: 'called them', by: 'ada' });

    // It was delivered while it was held: the window begins when it is not any more.
    expect(confirmed).to.include({ state: 'vested', locksAt: '2020-03-31T00:00:00.000Z' });
    expect(confirmed.reviewAt).to.equal('2022-03-01T00:00:00.000Z');
    expect(recruiters()).to.include({ state: 'vested', locksAt: '2020-03-31T00:00:00.000Z' });
    expect(db.pastOf(own().id).find(({ kind }) => kind === 'reviewed')).to.deep.include({
      reasons: ['confirm'],
      actor: 'ada',
      note: 'called them',
    });
    clock.moveTo('2020-04-01T00:00:00Z');
    await lock.run();
    expect([own().state, recruiters().state]).to.deep.equal(['locked', 'locked']);
    expect([own().amount.minor, recruiters().amount.minor]).to.deep.equal([500n, 50n]);
  });

  it('is reversed for good when it is ended, with what follows it', async () => {
    const { clock, due, delivered, review, own, recruiters, db } = await setUp();
    clock.moveTo('2020-02-01T00:00:00Z');
    await due.run();

    await review.run({ commissionId: own().id, outcome: 'end', note: 'no such customer', by: 'ada' });
    await delivered('2020-02-02T00:00:00Z');

    for (const one of [own(), recruiters()])
      expect(one).to.include({ state: 'reversed', endReason: 'review_ended', endedAt: '2020-02-01T00:00:00.000Z' });
    expect(db.all()).to.have.length(2);
  });

  it('is reviewed only when it is due', async () => {
    const { review, own } = await setUp();

    const asked = { commissionId: own().id, outcome: 'end', note: 'too early', by: 'ada' } as const;
    await rejects(review.run(asked), 'commission.not_under_review');
    await rejects(review.run({ ...asked, commissionId: idOf('com', 9) }), 'commission.not_found');

    expect(own().state).to.equal('estimated');
  });
});

describe('a commission that somebody stops', () => {
  it('stands still with its clock, and what follows it does too, until it is released', async () => {
    const { clock, delivered, hold, release, own, recruiters, lock, db } = await setUp();
    await delivered('2018-01-10T00:00:00Z');
    clock.moveTo('2018-01-20T00:00:00Z');
    await hold.run({ commissionId: own().id, reason: 'dispute', note: 'case 7', by: 'ada' });
    expect([own(), recruiters()].map(({ state, holdReasons }) => [state, holdReasons])).to.deep.equal([
      ['held', ['dispute']],
      ['held', ['dispute']],
    ]);

    clock.moveTo('2018-02-20T00:00:00Z');
    await lock.run();
    const released = await release.run({ commissionId: own().id, note: 'settled', by: 'bob' });

    expect(released).to.include({ state: 'vested', locksAt: '2018-03-12T00:00:00.000Z' });
    expect(recruiters()).to.include({ state: 'vested', locksAt: '2018-03-12T00:00:00.000Z' });
    expect(
      db.pastOf(own().id).flatMap(({ kind, actor }) => (actor === undefined ? [] : [[kind, actor]])),
    ).to.deep.equal([
      ['stopped', 'ada'],
      ['resumed', 'bob'],
    ]);
  });

  it('is not locked yet, and is released only by whoever stopped it', async () => {
    const { clock, due, release, own } = await setUp();
    await rejects(release.run({ commissionId: own().id, note: '', by: 'ada' }), 'commission.not_stopped');
    clock.moveTo('2020-02-01T00:00:00Z');
    await due.run();
    await rejects(release.run({ commissionId: own().id, note: '', by: 'ada' }), 'commission.not_stopped');

    const other = await setUp();
    await other.delivered('2018-01-10T00:00:00Z');
    other.clock.moveTo('2018-06-01T00:00:00Z');
    await other.lock.run();
    const stop = { commissionId: other.own().id, reason: 'dispute', note: '', by: 'ada' };
    await rejects(other.hold.run(stop), 'commission.not_open');
  });
});
