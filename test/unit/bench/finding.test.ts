import { expect } from 'chai';
import { type Finding, isHeld, tablesOf } from '../../../bench/support/finding.ts';

const finding = (value: number, beside: number, bar: Finding['bar'] = {}): Finding => ({
  what: 'it',
  value,
  unit: 'ms',
  beside: { what: 'the other', value: beside },
  bar,
});

describe('a bar', () => {
  it('is held by what is at least, or at most, so many times the figure beside it', () => {
    expect(isHeld(finding(40, 100, { ratio: 0.4 }))).to.equal(true);
    expect(isHeld(finding(39.9, 100, { ratio: 0.4 }))).to.equal(false);
    expect(isHeld(finding(120, 100, { mostRatio: 1.2 }))).to.equal(true);
    expect(isHeld(finding(121, 100, { mostRatio: 1.2 }))).to.equal(false);
  });

  it('is not held by what could not be measured', () => {
    expect(isHeld(finding(NaN, 100, { most: 5 }))).to.equal(false);
    expect(isHeld(finding(5, 0, { ratio: 1 }))).to.equal(false);
    expect(isHeld(finding(5, 0, { mostRatio: 1 }))).to.equal(false);
  });

  it('that is just missed is not shown as if it were reached', () => {
    const shown = tablesOf([
      { title: 'T', findings: [finding(39.9, 100, { ratio: 0.4 }), finding(120.4, 100, { mostRatio: 1.2 })] },
    ]);

    expect(shown).to.include('| 0.39 × | ≥ 0.4 × | **missed** |');
    expect(shown).to.include('| 1.21 × | ≤ 1.2 × | **missed** |');
  });
});
