import { expect } from 'chai';
import fc from 'fast-check';
import { partToReread } from '../../../../src/modules/ledger/domain/checkpoint.ts';

describe('what is proven', () => {
  it('is read again in parts of which each seal is in one, a twenty-eighth of all or 2,000 seals at most', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (seals, drawn) => {
          const { from, to } = partToReread(seals, drawn);
          const size = Math.min(Math.ceil(seals / 28), 2_000);

          expect(from).to.be.within(1, to);
          expect(to).to.be.at.most(seals);
          expect((from - 1) % size).to.equal(0);
          expect(to).to.equal(Math.min(from + size - 1, seals));
        },
      ),
    );
    const parts = Array.from({ length: 28 }, (_, nth) => partToReread(2_800, nth / 28));
    expect(parts.map(({ from }) => from)).to.deep.equal(parts.map((_, nth) => nth * 100 + 1));
  });
});
