import { expect } from 'chai';
import fc from 'fast-check';
import type { PayoutState } from '../../../../../src/modules/settlement/domain/payouts/payout-life-cycle.ts';
import { payoutLifecycle } from '../../../../../src/modules/settlement/domain/payouts/payout-life-cycle.ts';
import type { Payout } from '../../../../../src/modules/settlement/domain/payouts/payout.ts';
import { DIALECTS, progressOf } from '../../../../../src/modules/settlement/domain/rails/dialects.ts';
import {
  type Progress,
  PROGRESS,
  STEPS,
  stepsOf,
} from '../../../../../src/modules/settlement/domain/rails/progress.ts';
import { FLOWS } from '../../../../../src/modules/settlement/domain/books/purpose.ts';
import { bookingId } from '../../../../../src/modules/settlement/domain/books/booking.ts';
import { nextAsk, pauseAfter } from '../../../../../src/modules/settlement/domain/rails/asking.ts';
import { mayMove } from '../../../../../src/shared/lifecycle.ts';
import { Money } from '../../../../../src/shared/money.ts';
import { idOf } from '../../../../support/clock.ts';
import { noonOf, programId } from '../../../../support/settlement-story.ts';

const aPayout = (state: PayoutState, overrides: Partial<Payout> = {}): Payout => ({
  id: idOf('pay', 1),
  batchId: idOf('bat', 1),
  programId,
  partnerId: idOf('par', 1),
  period: '2018-01',
  rail: 'wallet',
  amount: Money.of(5_000n, 'BRL'),
  state,
  bounces: 0,
  clearedByBatch: true,
  createdAt: noonOf('02-01'),
  submittedAt: noonOf('02-02'),
  ...overrides,
});

/** Where each report leads from each state, written down by a person; what is not here changes nothing. */
const EXPECTED: Readonly<Record<string, PayoutState>> = {
  'submitted accepted': 'accepted',
  'submitted in_transit': 'in_transit',
  'submitted unclaimed': 'unclaimed',
  'submitted settled': 'settled',
  'submitted bounced': 'in_transit',
  'submitted rejected': 'rejected',
  'submitted returned': 'returned',
  'submitted cancelled': 'rejected',
  'accepted in_transit': 'in_transit',
  'accepted unclaimed': 'unclaimed',
  'accepted settled': 'settled',
  'accepted bounced': 'in_transit',
  'accepted rejected': 'rejected',
  'accepted returned': 'returned',
  'accepted cancelled': 'rejected',
  'in_transit unclaimed': 'unclaimed',
  'in_transit settled': 'settled',
  'in_transit rejected': 'returned',
  'in_transit returned': 'returned',
  'in_transit cancelled': 'returned',
  'unclaimed settled': 'settled',
  'unclaimed rejected': 'returned',
  'unclaimed returned': 'returned',
  'unclaimed cancelled': 'cancelled',
  'unknown accepted': 'accepted',
  'unknown in_transit': 'in_transit',
  'unknown unclaimed': 'unclaimed',
  'unknown settled': 'settled',
  'unknown bounced': 'in_transit',
  'unknown rejected': 'rejected',
  'unknown returned': 'returned',
  'unknown cancelled': 'rejected',
  'settled bounced': 'in_transit',
  'settled returned': 'returned',
};

describe('what a rail reports', () => {
  for (const state of Object.keys(payoutLifecycle) as PayoutState[]) {
    for (const progress of PROGRESS) {
      const next = EXPECTED[`${state} ${progress}`];
      it(`${progress}, of a payout that is ${state}, ${next === undefined ? 'changes nothing' : `makes it ${next}`}`, () => {
        const steps = stepsOf(aPayout(state), { progress, at: noonOf('02-03') });

        expect(steps.at(-1)?.payout.state).to.equal(next);
      });
    }
  }

  it('moves a payout by nothing but its life cycle', () => {
    for (const [state, row] of Object.values(STEPS).flatMap((steps) => Object.entries(steps))) {
      let current = state as PayoutState;
      for (const action of row) {
        expect(mayMove(payoutLifecycle, current, action), `${current} ${action}`).to.equal(true);
        current = (payoutLifecycle[current] as Record<string, PayoutState>)[action] ?? current;
      }
    }
  });

  it('is of no time before the payout was sent, whatever the rail’s clock says', () => {
    const [step] = stepsOf(aPayout('submitted'), { progress: 'settled', at: noonOf('01-01') });

    expect(step?.at).to.equal(noonOf('02-02'));
  });

  it('leaves the partner, the clearing account and the bank with what is due to them, in whatever order reports come', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PROGRESS), { maxLength: 30 }), (reports: readonly Progress[]) => {
        let payout = aPayout('submitted');
        const balances = { available: 0n, clearing: 5_000n, bank: 0n };
        const ids = new Set<string>();
        for (const [index, progress] of reports.entries()) {
          for (const step of stepsOf(payout, {
            progress,
            at: noonOf(`02-${String(3 + (index % 20)).padStart(2, '0')}`),
          })) {
            payout = step.payout;
            for (const fact of step.facts) {
              const { debit, credit } = FLOWS[fact.purpose] as {
                debit: keyof typeof balances;
                credit: keyof typeof balances;
              };
              balances[debit] -= fact.amount.minor;
              balances[credit] += fact.amount.minor;
              expect(ids.has(bookingId(fact)), `${fact.purpose} is booked twice`).to.equal(false);
              ids.add(bookingId(fact));
            }
          }
        }
        const isBack = ['rejected', 'returned', 'cancelled'].includes(payout.state);
        expect(balances).to.deep.equal({
          available: isBack ? 5_000n : 0n,
          clearing: isBack || payout.state === 'settled' ? 0n : 5_000n,
          bank: payout.state === 'settled' ? 5_000n : 0n,
        });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the words of a provider', () => {
  it('all mean something that a payout can follow', () => {
    for (const [name, { words }] of Object.entries(DIALECTS)) {
      for (const progress of Object.values(words)) expect(PROGRESS, name).to.include(progress);
    }
    expect(progressOf('paypal', 'SUCCESS')).to.equal('settled');
    expect(progressOf('wise', 'bounced_back')).to.equal('bounced');
  });

  it('say, when they are unknown to us, that it has the payment and no more', () => {
    for (const word of ['SOMETHING_NEW', 'constructor', '']) expect(progressOf('paypal', word)).to.equal('accepted');
  });
});

describe('asking a rail', () => {
  const now = noonOf('02-03');

  it('is done soon, then less and less often, and for ever while nobody knows', () => {
    expect([0, 1, 2, 9, 1_000].map((asks) => pauseAfter(asks) / 60_000)).to.deep.equal([1, 2, 4, 360, 360]);
    expect(nextAsk(aPayout('unknown'), 5_000, now)).to.equal('2018-02-03T18:00:00.000Z');
  });

  it('goes on for ninety days after a payout settled, and ends when it has ended', () => {
    const settled = aPayout('settled', { settledAt: noonOf('02-03') });

    expect(nextAsk(settled, 0, now)).to.equal('2018-02-04T12:00:00.000Z');
    expect(nextAsk(settled, 0, noonOf('05-02'))).to.not.equal(undefined);
    expect(nextAsk(settled, 0, noonOf('05-04'))).to.equal(undefined);
    for (const state of ['returned', 'rejected', 'cancelled'] as const) {
      expect(nextAsk(aPayout(state), 0, now)).to.equal(undefined);
    }
  });
});
