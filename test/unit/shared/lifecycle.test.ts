import { expect } from 'chai';
import { type Lifecycle, mayMove, moved } from '../../../src/shared/lifecycle.ts';
import { rejects } from '../../support/rejects.ts';

const cycle = {
  open: { pay: 'paid', cancel: 'cancelled' },
  paid: { refund: 'open' },
  cancelled: {},
} as const satisfies Lifecycle;

describe('a life cycle', () => {
  it('makes the moves of its table and refuses all others', async () => {
    for (const state of ['open', 'paid', 'cancelled'] as const) {
      for (const action of ['pay', 'cancel', 'refund'] as const) {
        const next = (cycle[state] as Readonly<Record<string, string>>)[action];
        expect(mayMove(cycle, state, action)).to.equal(next !== undefined);
        if (next !== undefined) expect(moved('invoice', cycle, state, action)).to.equal(next);
        else await rejects(() => moved('invoice', cycle, state, action), 'invoice.illegal_move');
      }
    }
  });

  it('says what is possible instead', async () => {
    const refusal = await rejects(() => moved('invoice', cycle, 'open', 'refund'), 'invoice.illegal_move');
    expect(refusal.kind).to.equal('conflict');
    expect(refusal.message).to.contain('pay, cancel');
    expect(
      (await rejects(() => moved('invoice', cycle, 'cancelled', 'pay'), 'invoice.illegal_move')).message,
    ).to.contain('nothing');
  });

  it('has no moves but its own', () => {
    expect(mayMove(cycle, 'open', 'toString' as 'pay')).to.equal(false);
    expect(mayMove(cycle, 'constructor' as 'open', 'name' as 'pay')).to.equal(false);
  });
});
