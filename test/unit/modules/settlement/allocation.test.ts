import { expect } from 'chai';
import fc from 'fast-check';
import { allocate, type OpenItem } from '../../../../src/modules/settlement/domain/payouts/allocation.ts';
import { idOf } from '../../../support/clock.ts';
import { noonOf } from '../../../support/settlement-story.ts';

const item = (n: number, minor: bigint, on = `01-${String(n).padStart(2, '0')}`): OpenItem => ({
  commissionId: idOf('com', n),
  minor,
  lockedAt: noonOf(on),
});

describe('saying what a payout is for', () => {
  it('takes the oldest lock first, and the last one in part', () => {
    expect(allocate(250n, [item(3, 100n), item(1, 100n), item(2, 100n)])).to.deep.equal([
      { commissionId: idOf('com', 1), minor: 100n },
      { commissionId: idOf('com', 2), minor: 100n },
      { commissionId: idOf('com', 3), minor: 50n },
    ]);
  });

  it('nets a clawback: the commissions bring more than the payout, by as much as was taken back', () => {
    expect(allocate(140n, [item(1, -60n), item(2, 200n)])).to.deep.equal([
      { commissionId: idOf('com', 1), minor: -60n },
      { commissionId: idOf('com', 2), minor: 200n },
    ]);
  });

  it('takes the lower id first where two locked in one moment', () => {
    const [first] = allocate(10n, [item(2, 10n, '01-05'), item(1, 10n, '01-05')]);

    expect(first?.commissionId).to.equal(idOf('com', 1));
  });

  it('pays nothing when the items do not hold as much', () => {
    expect(() => allocate(101n, [item(1, 100n)])).to.throw('for no commission');
  });

  it('always sums to the amount, never gives a commission more than it has, and takes every clawback', () => {
    const items = fc.array(fc.bigInt({ min: -1_000n, max: 1_000n }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(items, fc.double({ min: 0, max: 1, noNaN: true }), (minors, part) => {
        const open = minors.map((minor, index) => item(index + 1, minor, '01-05')).filter(({ minor }) => minor !== 0n);
        const total = open.reduce((sum, { minor }) => sum + minor, 0n);
        if (total <= 0n) return;
        const amount = BigInt(Math.max(1, Math.floor(Number(total) * part)));

        const shares = allocate(amount, open);

        const had = new Map(open.map(({ commissionId, minor }) => [commissionId, minor]));
        expect(shares.reduce((sum, { minor }) => sum + minor, 0n)).to.equal(amount);
        for (const { commissionId, minor } of shares) {
          const most = had.get(commissionId) ?? 0n;
          expect(minor > 0n ? minor <= most : minor === most).to.equal(true);
        }
        expect(shares.filter(({ minor }) => minor < 0n)).to.have.length(open.filter(({ minor }) => minor < 0n).length);
      }),
    );
  });
});
