import { expect } from 'chai';
import { BacktestTally } from '../../../../src/modules/commission/domain/backtest/backtest.ts';
import { idOf } from '../../../support/clock.ts';

const added = (...changes: readonly (readonly [order: number, partner: number, delta: bigint])[]): BacktestTally => {
  const tally = new BacktestTally('BRL');
  for (const [n, partner, delta] of changes)
    tally.add({ orderId: idOf('ord', n), orderRef: `A-${n}` }, [
      { partnerId: idOf('par', partner), live: 1_000n, rehearsed: 1_000n + delta, cuts: [] },
    ]);
  return tally;
};
const mostChanged = (tally: BacktestTally): readonly string[] => tally.mostChanged.map(({ order }) => order.orderRef);

describe('the tally of a back-test', () => {
  it('lists first whoever gains or loses most, and by who they are where it is as much', () => {
    const { partners } = added([1, 1, 1n], [2, 2, -3n], [3, 4, 2n], [4, 3, -2n]).result([], undefined);

    expect(partners.map(({ partnerId, delta }) => [partnerId, delta.minor])).to.deep.equal([
      [idOf('par', 2), '-3'],
      [idOf('par', 3), '-2'],
      [idOf('par', 4), '2'],
      [idOf('par', 1), '1'],
    ]);
  });

  it('counts an order as changed where any of those who share it gains or loses', () => {
    const tally = new BacktestTally('BRL');
    const parts = [1_000n, 900n].map((rehearsed, n) => ({
      ...{ partnerId: idOf('par', n + 1), live: 1_000n, rehearsed, cuts: [] },
    }));
    tally.add({ orderId: idOf('ord', 1), orderRef: 'A-1' }, parts);
    tally.add({ orderId: idOf('ord', 2), orderRef: 'A-2' }, parts.slice(0, 1));

    expect(tally.result([], undefined)).to.include({ orders: 2, changedOrders: 1 });
  });

  it('lists no more partners than anybody reads, and says how many there are', () => {
    const many = Array.from({ length: 1_001 }, (_, n) => [n + 1, n + 1, 1n] as const);

    const { partners, partnersInAll } = added(...many).result([], undefined);

    expect([partners.length, partnersInAll]).to.deep.equal([1_000, 1_001]);
  });

  it('remembers the ten orders that change most, either way, in whatever order they come', () => {
    const orders = Array.from({ length: 12 }, (_, n) => [n + 1, 1, BigInt(n % 2 === 0 ? n + 1 : -n - 1)] as const);
    const expected = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((n) => `A-${n}`);

    expect(mostChanged(added(...orders))).to.deep.equal(expected);
    expect(mostChanged(added(...orders.toReversed()))).to.deep.equal(expected);
  });

  it('remembers the earlier of orders that change as much, and none that does not', () => {
    const alike = [3, 1, 2].map((n) => [n, 1, 5n] as const);

    expect(mostChanged(added(...alike, [4, 1, 0n]))).to.deep.equal(['A-1', 'A-2', 'A-3']);
  });
});
