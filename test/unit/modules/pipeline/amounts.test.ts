import { expect } from 'chai';
import { idOf } from '../../../support/clock.ts';
import { readEvent } from '../../../support/intake.ts';

const MOST = '999999999999999';

interface Amount {
  readonly minor: string;
  readonly quantity: number;
}

const placed = (...amounts: readonly Amount[]) =>
  readEvent({
    id: '1',
    type: 'order.placed',
    programId: idOf('prg', 1),
    subject: 'A-1',
    time: '2026-01-01T12:00:00Z',
    data: {
      currency: 'BRL',
      lines: amounts.map(({ minor, quantity }, index) => ({
        lineRef: String(index),
        quantity,
        unitPrice: { minor, currency: 'BRL' },
      })),
    },
  });

const faultsOf = (...amounts: readonly Amount[]) => {
  const reading = placed(...amounts);
  return 'faults' in reading ? reading.faults.map(({ pointer, code }) => ({ pointer, code })) : [];
};

describe('an order of more money than we can reckon with', () => {
  it('is let in up to 15 digits of minor units', () => {
    expect(faultsOf({ minor: MOST, quantity: 1 })).to.be.empty;
    expect(faultsOf({ minor: '999999999999998', quantity: 1 }, { minor: '1', quantity: 1 })).to.be.empty;
    expect(faultsOf({ minor: '999999999', quantity: 1_000_000 })).to.be.empty;
  });

  it('is refused when a line alone is too much, and each such line pointed at', () => {
    const code = 'pipeline.amount_too_large';

    expect(
      faultsOf(
        { minor: MOST, quantity: 10 },
        { minor: '1', quantity: 1 },
        { minor: '1000000000', quantity: 1_000_000 },
      ),
    ).to.deep.equal([
      { pointer: '/data/lines/0', code },
      { pointer: '/data/lines/2', code },
    ]);
  });

  it('is refused when only all of it together is too much', () => {
    const tooMuch = [{ pointer: '/data/lines', code: 'pipeline.amount_too_large' }];

    expect(faultsOf({ minor: MOST, quantity: 1 }, { minor: '1', quantity: 1 })).to.deep.equal(tooMuch);
    expect(faultsOf(...Array.from({ length: 500 }, () => ({ minor: '999999999', quantity: 1_000_000 })))).to.deep.equal(
      tooMuch,
    );
  });
});
