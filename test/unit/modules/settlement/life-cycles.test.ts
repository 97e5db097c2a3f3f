import { expect } from 'chai';
import {
  batchLifecycle,
  CLEARING_STATES,
  LIVE_STATES,
  moveBatch,
  movePayout,
  type PayoutAction,
  payoutLifecycle,
  type PayoutState,
} from '../../../../src/modules/settlement/domain/payouts/payout-life-cycle.ts';
import { movePeriod, periodLifecycle } from '../../../../src/modules/settlement/domain/statements/period.ts';
import type { Lifecycle } from '../../../../src/shared/lifecycle.ts';
import { rejects } from '../../../support/rejects.ts';

/** Walks every cell of a table against what a person wrote down beside it. */
const walk = (
  cycle: Lifecycle,
  expected: Readonly<Record<string, string>>,
  move: (state: string, action: string) => string,
): void => {
  const actions = [...new Set(Object.values(cycle).flatMap((row) => Object.keys(row)))];
  for (const state of Object.keys(cycle)) {
    for (const action of actions) {
      const next = expected[`${state} ${action}`];
      if (next === undefined) {
        it(`refuses to ${action} what is ${state}`, () =>
          rejects(() => move(state, action), 'settlement.illegal_move'));
      } else {
        it(`${action} leads from ${state} to ${next}`, () => {
          expect(move(state, action)).to.equal(next);
        });
      }
    }
  }
};

describe('the life cycle of a payout', () => {
  const expected: Readonly<Record<string, PayoutState>> = {
    'draft approve': 'approved',
    'draft cancel': 'cancelled',
    'approved submit': 'submitted',
    'approved cancel': 'cancelled',
    'submitted accept': 'accepted',
    'submitted send': 'in_transit',
    'submitted settle': 'settled',
    'submitted reject': 'rejected',
    'submitted lose': 'unknown',
    'accepted send': 'in_transit',
    'accepted settle': 'settled',
    'accepted reject': 'rejected',
    'accepted leave': 'unclaimed',
    'accepted return': 'returned',
    'accepted lose': 'unknown',
    'in_transit settle': 'settled',
    'in_transit leave': 'unclaimed',
    'in_transit return': 'returned',
    'in_transit lose': 'unknown',
    'returned unreturn': 'settled',
    'unclaimed settle': 'settled',
    'unclaimed return': 'returned',
    'unclaimed cancel': 'cancelled',
    'unknown accept': 'accepted',
    'unknown send': 'in_transit',
    'unknown settle': 'settled',
    'unknown reject': 'rejected',
    'unknown leave': 'unclaimed',
    'unknown return': 'returned',
    'settled bounce': 'in_transit',
    'settled return': 'returned',
  };

  walk(payoutLifecycle, expected, (state, action) => movePayout(state as PayoutState, action as PayoutAction));

  it('can never be submitted a second time', () => {
    const leadsToSubmitted = Object.entries(payoutLifecycle).filter(([, row]) => 'submit' in row);
    const ahead = (state: PayoutState, seen = new Set<string>()): Set<string> => {
      for (const next of Object.values(payoutLifecycle[state])) {
        if (!seen.has(next)) ahead(next, seen.add(next));
      }
      return seen;
    };

    expect(leadsToSubmitted.map(([state]) => state)).to.deep.equal(['approved']);
    expect([...ahead('submitted')]).to.not.include.members(['approved', 'submitted']);
  });

  it('keeps the balance claimed in every state from which money may have left or may still leave', () => {
    const ended = Object.keys(payoutLifecycle).filter((state) => !(LIVE_STATES as readonly string[]).includes(state));

    expect(ended).to.have.members(['rejected', 'cancelled', 'returned']);
    expect(LIVE_STATES).to.include.members([...CLEARING_STATES]);
  });
});

describe('the life cycle of a payout batch', () => {
  walk(
    batchLifecycle,
    {
      'draft approve': 'approved',
      'draft cancel': 'cancelled',
      'approved submit': 'submitted',
      'approved cancel': 'cancelled',
    },
    (state, action) => moveBatch(state as 'draft', action as 'approve'),
  );
});

describe('the life cycle of a period', () => {
  walk(periodLifecycle, { 'open close': 'closing', 'closing finish': 'closed' }, (state, action) =>
    movePeriod(state as 'open', action as 'close'),
  );
});
