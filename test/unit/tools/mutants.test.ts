import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { instrument } from '../../../tools/mutation/mutants.ts';
import { errorOf, type Judged, scoreOf } from '../../../tools/mutation/score.ts';

const SOURCE = 'const LEAST = 1;\nconst isLarge = (a, b) => a + b > LEAST && a !== 0;\n';

/** What `isLarge` of the mutated source says while one mutant is active, or none. */
const saying = (a: number, b: number, active?: number): unknown => {
  const { text } = instrument('large.ts', SOURCE, 0);
  const __mutant = (mutant: number): boolean => mutant === active;
  return runInNewContext(`${text}; isLarge(a, b)`, { __mutant, a, b });
};
const { mutants } = instrument('large.ts', SOURCE, 0);
const numberOf = (change: string): number => {
  const found = mutants.find(({ was, is }) => `${was} → ${is}` === change);
  if (found === undefined) throw new Error(`nothing changes ${change}`);
  return found.id;
};

describe('the mutants of a file', () => {
  it('leave it as it was while none of them is active', () => {
    expect([saying(1, 0), saying(1, 1), saying(0, 9)]).to.deep.equal([false, true, false]);
  });

  it('change one operator or literal each, and nothing else', () => {
    expect(saying(1, 0, numberOf('a + b > LEAST → (a + b) >= (LEAST)'))).to.equal(true);
    expect(saying(1, 1, numberOf('a + b → (a) - (b)'))).to.equal(false);
    expect(saying(0, 9, numberOf('a !== 0 → (a) === (0)'))).to.equal(true);
    expect(saying(1, 1, numberOf('0 → 1'))).to.equal(false);
  });

  it('are told by where they stand, and are none of what is no expression in a function', () => {
    expect(new Set(mutants.map(({ line }) => line))).to.deep.equal(new Set([2]));
    expect(mutants.map(({ id }) => id)).to.deep.equal(mutants.map((_, index) => index));
  });
});

describe('the score', () => {
  it('counts what a test noticed or what never ended, of all that were judged', () => {
    const judged = (['killed', 'endless', 'survived', 'uncovered'] as const).map((result): Judged => ({
      mutant: mutants[0]!,
      result,
    }));

    expect(scoreOf(judged)).to.equal(50);
    expect(scoreOf(judged.slice(0, 3))).to.be.closeTo(66.7, 0.1);
  });

  it('of a sample is told with how far that of all may lie from it, also where nothing survived', () => {
    const killed = Array.from({ length: 100 }, (): Judged => ({ mutant: mutants[0]!, result: 'killed' }));

    expect(errorOf(killed, 100_000)).to.be.closeTo(2.7, 0.1);
    expect(errorOf(killed, 101)).to.be.lessThan(1);
    expect(errorOf(killed, 100)).to.equal(0);
  });
});
