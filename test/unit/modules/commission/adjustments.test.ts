import { expect } from 'chai';
import { AdjustForOthers } from '../../../../src/modules/commission/application/adjustments/adjust-for-others.ts';
import { AdjustmentLimits } from '../../../../src/modules/commission/application/adjustments/adjustment-limits.ts';
import { DecideAdjustment } from '../../../../src/modules/commission/application/adjustments/decide-adjustment.ts';
import {
  type AdjustmentRequest,
  MakeAdjustment,
} from '../../../../src/modules/commission/application/adjustments/make-adjustment.ts';
import { adjustmentLifecycle } from '../../../../src/modules/commission/domain/life-cycle/adjustment.ts';
import { CommissionAdjustedV1 } from '../../../../src/modules/commission/events.ts';
import type { Id } from '../../../../src/shared/ids.ts';
import type { MoneyJson } from '../../../../src/shared/money.ts';
import { Money } from '../../../../src/shared/money.ts';
import { mayMove, moved } from '../../../../src/shared/lifecycle.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { aCommission } from '../../../support/builders.ts';
import { at, CountingIds, idOf } from '../../../support/clock.ts';
import { FakeCommissionTransaction } from '../../../support/fakes/fake-commission.ts';
import { rejects } from '../../../support/rejects.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';

const brl = (minor: string): MoneyJson => ({ minor, currency: 'BRL' });
const request = (overrides: Partial<AdjustmentRequest> = {}): AdjustmentRequest => ({
  programId: idOf('prg', 1),
  partnerId: idOf('par', 1),
  kind: 'adjustment',
  amount: brl('1500'),
  reason: 'wrong_rate',
  note: 'The agreed rate was 6 %.',
  ...overrides,
});

const setUp = () => {
  const db = new FakeCommissionTransaction();
  const partners = new StandingPartners();
  const clock = at('2018-05-01T00:00:00Z');
  const make = new MakeAdjustment(db, partners, new CountingIds(), clock);
  const decide = new DecideAdjustment(db, clock);
  const reader = {
    limit: (id: Id<'prg'>) => db.run(({ adjustments }) => adjustments.limit(id)),
    pendingLimit: (id: Id<'prg'>) => db.run(({ adjustments }) => adjustments.pendingLimit(id)),
  };
  const limits = new AdjustmentLimits(db, reader, partners, new CountingIds(), clock);
  return { db, partners, make, decide, limits };
};

describe('adjusting', () => {
  it('counts at once up to what the program would pay out at all, and is told', async () => {
    const { db, make } = setUp();

    const made = await make.run(request({ amount: brl('-2000') }), 'ada');

    expect(made).to.include({ state: 'approved', proposedBy: 'ada', decidedBy: 'ada' });
    expect(db.published.map(nameOf)).to.deep.equal(['commission.adjusted.v1']);
    expect(db.published[0]?.payload).to.deep.include({
      adjustmentId: made.id,
      amount: brl('-2000'),
      reason: 'wrong_rate',
    });
  });

  it('needs a second person above it, either way, and does not count before', async () => {
    const { db, make, decide } = setUp();
    const given = await make.run(request({ amount: brl('2001') }), 'ada');
    const taken = await make.run(request({ amount: brl('-2001') }), 'ada');
    expect([given.state, taken.state]).to.deep.equal(['proposed', 'proposed']);
    expect(db.published).to.be.empty;

    const alone = decide.run({ id: given.id, action: 'approve', by: 'ada' });
    expect(await rejects(alone, 'commission.adjustment_four_eyes')).to.include({ kind: 'forbidden' });
    expect(db.published).to.be.empty;

    const approved = await decide.run({ id: given.id, action: 'approve', by: 'bob', note: 'checked' });
    await decide.run({ id: taken.id, action: 'reject', by: 'ada' });
    expect(approved).to.include({ state: 'approved', decidedBy: 'bob', decisionNote: 'checked' });
    expect(db.published.map(({ type }) => type)).to.deep.equal([CommissionAdjustedV1.type]);
    await rejects(decide.run({ id: given.id, action: 'approve', by: 'bob' }), 'adjustment.illegal_move');
    await rejects(decide.run({ id: taken.id, action: 'approve', by: 'bob' }), 'adjustment.illegal_move');
    await rejects(decide.run({ id: idOf('adj', 99), action: 'reject', by: 'bob' }), 'commission.adjustment_not_found');
  });

  it('goes by the program’s own limit, where there is one', async () => {
    const { db, make, limits } = setUp();
    expect((await limits.of(idOf('prg', 1))).minor).to.equal(2_000n);
    await limits.set(idOf('prg', 1), Money.of(0n, 'BRL'), 'ada');

    expect((await make.run(request({ amount: brl('1') }), 'ada')).state).to.equal('proposed');

    await rejects(limits.set(idOf('prg', 1), Money.of(0n, 'EUR'), 'ada'), 'commission.adjustment_currency');
    expect(db.published).to.be.empty;
  });

  it('of a commission names its order, is told with it, and stands in its history', async () => {
    const { db, make } = setUp();
    const commission = aCommission();
    await db.run(({ commissions }) => commissions.save([commission]));

    const made = await make.run(request({ commissionId: commission.id }), 'ada');

    expect(made).to.include({ orderId: commission.orderId, orderRef: commission.orderRef });
    expect(db.published[0]).to.include({ aggregate: commission.id, partitionKey: commission.orderId });
    const [past] = db.pastOf(commission.id);
    expect(past).to.deep.include({ kind: 'adjusted', adjustmentId: made.id, reasons: ['wrong_rate'] });
    expect(past?.by?.minor).to.equal(1_500n);
    expect(db.all()[0]?.amount.minor).to.equal(commission.amount.minor);
  });

  it('refuses what makes no sense, names what of it, and keeps nothing', async () => {
    const { db, partners, make } = setUp();
    const other = aCommission({ partnerId: idOf('par', 2) });
    await db.run(({ commissions }) => commissions.save([other]));
    const wrong: readonly (readonly [Partial<AdjustmentRequest>, string, string])[] = [
      [{ amount: { minor: '1', currency: 'EUR' } }, 'commission.adjustment_currency', '/amount/currency'],
      [{ amount: brl('0') }, 'commission.adjustment_of_nothing', '/amount/minor'],
      [{ kind: 'bonus', amount: brl('-1') }, 'commission.adjustment_negative_bonus', '/amount/minor'],
      [{ commissionId: other.id }, 'commission.adjustment_other_commission', '/commissionId'],
      [{ commissionId: idOf('com', 77) }, 'commission.adjustment_other_commission', '/commissionId'],
    ];

    for (const [overrides, code, pointer] of wrong) {
      const refusal = await rejects(make.run(request(overrides), 'ada'), code);
      expect(refusal.details.faults?.map((fault) => fault.pointer)).to.deep.equal([pointer]);
    }
    await rejects(make.run(request({ programId: idOf('prg', 9) }), 'ada'), 'commission.unknown_program');
    partners.leave(idOf('par', 1));
    await rejects(make.run(request(), 'ada'), 'commission.adjustment_not_enrolled');
    expect(db.adjustments()).to.be.empty;
    expect(db.published).to.be.empty;
  });
});

describe('the limit of adjustments', () => {
  const program = idOf('prg', 1);
  const money = (minor: bigint) => Money.of(minor, 'BRL');

  it('is raised by two: until the second agrees, it is as it was', async () => {
    const { make, limits } = setUp();

    const { limit, pending } = await limits.set(program, money(9_000n), 'ada');
    const large = await make.run(request({ amount: brl('5000') }), 'ada');
    const id = pending?.id ?? 'alc_';
    await rejects(limits.decide(id, 'approve', 'ada'), 'commission.adjustment_four_eyes');
    const agreed = await limits.decide(id, 'approve', 'bob');

    expect([limit.minor, pending?.limit.minor, pending?.from.minor]).to.deep.equal([2_000n, 9_000n, 2_000n]);
    expect(large.state).to.equal('proposed');
    expect(agreed).to.include({ state: 'approved', decidedBy: 'bob' });
    expect((await limits.look(program)).limit.minor).to.equal(9_000n);
    expect((await limits.look(program)).pending).to.equal(undefined);
    await rejects(limits.decide(id, 'approve', 'eve'), 'adjustment.illegal_move');
  });

  it('waits for one decision at a time, and is asked anew when it was lowered meanwhile', async () => {
    const { limits } = setUp();
    const { pending } = await limits.set(program, money(9_000n), 'ada');
    const id = pending?.id ?? 'alc_';

    await rejects(limits.set(program, money(9_001n), 'bob'), 'commission.limit_change_pending');
    expect((await limits.set(program, money(0n), 'bob')).limit.minor).to.equal(0n);
    await rejects(limits.decide(id, 'approve', 'bob'), 'commission.limit_change_outdated');
    await limits.decide(id, 'reject', 'ada');

    expect((await limits.set(program, money(1n), 'ada')).pending?.from.minor).to.equal(0n);
    await rejects(limits.decide(idOf('alc', 99), 'reject', 'bob'), 'commission.limit_change_not_found');
  });
});

describe('adjusting for another module', () => {
  const asked = (n = 1) => ({
    adjustmentId: idOf('adj', n),
    programId: idOf('prg', 1),
    partnerId: idOf('par', 1),
    amount: brl('90000'),
    reason: 'wrong_rate',
    note: 'of a dispute',
    subject: idOf('dsp', 1),
    by: 'ada',
    approvedBy: 'bob',
  });

  it('counts at once, is told with what it follows, and is made once however often it is asked for', async () => {
    const { db, partners, limits } = setUp();
    const adjust = new AdjustForOthers(db, limits, partners, at('2018-05-01T00:00:00Z'));

    await adjust.adjust(asked());
    await adjust.adjust(asked());

    expect(await adjust.limit(idOf('prg', 1))).to.deep.equal(brl('2000'));
    expect(db.adjustments()).to.have.length(1);
    expect(db.adjustments()[0]).to.include({ state: 'approved', proposedBy: 'ada', decidedBy: 'bob' });
    expect(db.published).to.have.length(1);
    expect(db.published[0]?.payload).to.deep.include({ adjustmentId: idOf('adj', 1), subject: idOf('dsp', 1) });
  });

  it('of a commission stands in its history; of another partner’s it is refused', async () => {
    const { db, partners, limits } = setUp();
    const adjust = new AdjustForOthers(db, limits, partners, at('2018-05-01T00:00:00Z'));
    const [own, others] = [aCommission(), aCommission({ id: idOf('com', 9), partnerId: idOf('par', 2) })];
    await db.run(({ commissions }) => commissions.save([own, others]));

    await adjust.adjust({ ...asked(), commissionId: own.id });
    await rejects(adjust.adjust({ ...asked(2), commissionId: others.id }), 'commission.adjustment_other_commission');

    expect(db.pastOf(own.id)[0]).to.deep.include({ kind: 'adjusted', adjustmentId: idOf('adj', 1) });
    expect(db.adjustments()).to.have.length(1);
  });
});

describe('the life cycle of an adjustment', () => {
  for (const state of ['proposed', 'approved', 'rejected'] as const)
    for (const action of ['approve', 'reject'] as const)
      it(`${state === 'proposed' ? 'allows' : 'refuses'} ${action} while ${state}`, async () => {
        expect(mayMove(adjustmentLifecycle, state, action)).to.equal(state === 'proposed');
        if (state !== 'proposed')
          await rejects(() => moved('adjustment', adjustmentLifecycle, state, action), 'adjustment.illegal_move');
      });
});
