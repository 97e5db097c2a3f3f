import { expect } from 'chai';
import { spy } from 'sinon';
import { readLines } from '../../../../src/modules/pipeline/adapters/http/ndjson.ts';
import { AppError } from '../../../../src/shared/errors.ts';

const refusalOf = (text: string): readonly unknown[] => {
  try {
    return readLines(text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return (error.details.faults ?? []).map(({ pointer, code }) => [pointer, code]);
  }
};

describe('lines of JSON', () => {
  it('are values, one a line, whatever ends it', () => {
    expect(readLines('{"n":1}\r\n\n  \n{"n":2}')).to.deep.equal([{ n: 1 }, { n: 2 }]);
    expect(readLines(`${'\n'.repeat(9_000)}{}`)).to.deep.equal([{}]);
    expect(readLines('{}\n'.repeat(1_000))).to.have.length(1_000);
  });

  for (const [what, text] of [
    ['a thousand', '{}\n'.repeat(1_001)],
    ['a thousand that are no JSON', 'x\n'.repeat(2_400_000)],
    ['ten thousand that are blank', '\n'.repeat(4_900_000)],
  ] as const)
    it(`are refused before any is read, when there are more than ${what}`, () => {
      const parse = spy(JSON, 'parse');
      try {
        expect(refusalOf(text)).to.deep.equal([['/events', 'input.invalid']]);
        expect(parse.callCount).to.equal(0);
      } finally {
        parse.restore();
      }
    });
});
