import { expect } from 'chai';
import { mustFollow } from '../../../../src/modules/settlement/domain/reconciliation/bank-statement.ts';
import type { PayoutState } from '../../../../src/modules/settlement/domain/payouts/payout-life-cycle.ts';
import type { Payout } from '../../../../src/modules/settlement/domain/payouts/payout.ts';
import { type BankLine, reconcile } from '../../../../src/modules/settlement/domain/reconciliation/reconciliation.ts';
import { Money } from '../../../../src/shared/money.ts';
import { idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';
import { noonOf, programId } from '../../../support/settlement-story.ts';

const brl = (minor: bigint): Money => Money.of(minor, 'BRL');

const aPayout = (overrides: Partial<Payout> = {}): Payout => ({
  id: idOf('pay', 1),
  batchId: idOf('bat', 1),
  programId,
  partnerId: idOf('par', 1),
  period: '2018-01',
  amount: brl(5_000n),
  state: 'submitted',
  rail: 'bank',
  bounces: 0,
  clearedByBatch: true,
  createdAt: noonOf('02-01'),
  submittedAt: noonOf('02-02'),
  ...overrides,
});

const aBankLine = (overrides: Partial<BankLine> = {}): BankLine => ({
  ref: 'R1',
  endToEndId: idOf('pay', 1),
  amount: brl(5_000n),
  direction: 'debit',
  status: 'booked',
  bookedAt: noonOf('02-03'),
  ...overrides,
});

const rejected = aBankLine({ status: 'info', returnReason: 'AC04' });
const returned = aBankLine({ ref: 'R2', direction: 'credit', returnReason: 'AC03', bookedAt: noonOf('02-20') });

/** What becomes of a payout in that state when the bank says that: the action, or the kind of break. */
const verdictOn = (state: PayoutState, line: BankLine): string => {
  const [verdict] = reconcile([line], [aPayout({ state })]).verdicts;
  if (verdict === undefined) throw new Error('no verdict');
  return 'action' in verdict ? verdict.action : verdict.break;
};

describe('holding a bank’s line against a payout', () => {
  const states: readonly PayoutState[] = [
    'draft',
    'approved',
    'submitted',
    'accepted',
    'in_transit',
    'unknown',
    'settled',
    'rejected',
    'cancelled',
    'returned',
  ];
  const sent: readonly PayoutState[] = ['submitted', 'accepted', 'in_transit', 'unknown'];
  const mayBeRejected: readonly PayoutState[] = ['submitted', 'accepted', 'unknown'];

  for (const state of states) {
    const [settles, rejects_, returns] = [
      sent.includes(state) ? 'settle' : 'not_expected',
      mayBeRejected.includes(state) ? 'reject' : 'not_expected',
      state === 'settled' ? 'return' : 'not_expected',
    ];
    it(`finds while ${state}: booked is ${settles}, refused is ${rejects_}, back is ${returns}`, () => {
      expect(verdictOn(state, aBankLine())).to.equal(settles);
      expect(verdictOn(state, rejected)).to.equal(rejects_);
      expect(verdictOn(state, returned)).to.equal(returns);
    });
  }

  it('finds an amount that is a cent off', () => {
    expect(verdictOn('submitted', aBankLine({ amount: brl(5_001n) }))).to.equal('amount_differs');
  });

  it('finds what it has never heard of, and what has no reference', () => {
    expect(verdictOn('submitted', aBankLine({ endToEndId: idOf('pay', 2) }))).to.equal('unknown_reference');
    expect(reconcile([{ ...aBankLine(), endToEndId: undefined }], [aPayout()]).steps).to.be.empty;
  });

  it('leaves alone what is only pending', () => {
    expect(verdictOn('submitted', aBankLine({ status: 'info' }))).to.equal('pending');
  });

  it('settles once, however often a statement names it', () => {
    const { verdicts, steps } = reconcile([aBankLine(), aBankLine({ ref: 'R9' })], [aPayout()]);

    expect(verdicts.map((verdict) => ('action' in verdict ? verdict.action : verdict.break))).to.deep.equal([
      'settle',
      'not_expected',
    ]);
    expect(steps).to.have.length(1);
  });

  it('lets money go and come back in one statement, the way it went', () => {
    const { steps } = reconcile([aBankLine(), returned], [aPayout()]);

    expect(steps.map(({ action, payout }) => [action, payout.state])).to.deep.equal([
      ['settle', 'settled'],
      ['return', 'returned'],
    ]);
    expect(steps.flatMap(({ facts }) => facts.map(({ purpose }) => purpose))).to.deep.equal([
      'settle',
      'return',
      'restore',
    ]);
  });

  it('takes the time of the bank, but never one before we sent it: some banks only name the day', () => {
    const midnight = aBankLine({ bookedAt: noonOf('02-01') });

    expect(reconcile([midnight], [aPayout()]).steps[0]?.at).to.equal(noonOf('02-02'));
    expect(reconcile([aBankLine()], [aPayout()]).steps[0]?.at).to.equal(noonOf('02-03'));
  });
});

describe('the statements of an account', () => {
  const statement = {
    id: 'S2',
    account: 'A',
    sequence: 2,
    opening: brl(10_000n),
    closing: brl(5_000n),
    lines: [aBankLine(), rejected],
  };

  it('may begin anywhere, and then continue', () => {
    mustFollow(statement, undefined);
    mustFollow(statement, { closing: brl(10_000n), sequence: 1 });
    mustFollow(statement, { closing: brl(10_000n) });
  });

  it('must open where the one before closed', () =>
    rejects(() => mustFollow(statement, { closing: brl(9_999n), sequence: 1 }), 'settlement.bank_statement_gap'));

  it('must not skip a number, even when the balances happen to fit', () =>
    rejects(() => mustFollow(statement, { closing: brl(10_000n), sequence: 0 }), 'settlement.bank_statement_gap'));

  it('must add up; what was not booked does not count', () =>
    rejects(() => mustFollow({ ...statement, closing: brl(0n) }, undefined), 'settlement.bank_statement_unbalanced'));
});
