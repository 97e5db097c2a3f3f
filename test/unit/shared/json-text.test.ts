import { expect } from 'chai';
import fc from 'fast-check';
import { JsonText, quoted } from '../../../src/shared/json-text.ts';

describe('JSON that is written already', () => {
  it('is what was written, however many there are and however long they are', () => {
    const texts = Array.from({ length: 500 }, (_, nth) => JSON.stringify({ nth, a: '語😀é'.repeat(nth) }));
    const long = JSON.stringify('x'.repeat(1_000_000));

    const kept = [...texts, long].map((text) => new JsonText(text));

    expect(kept.map(({ text }) => text)).to.deep.equal([...texts, long]);
    expect(kept.map(({ bytes }) => bytes.toString())).to.deep.equal([...texts, long]);
    expect(JSON.stringify({ of: kept[1] })).to.equal(`{"of":${texts[1]}}`);
  });

  it('quotes any text as JSON.stringify does', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '\u007f', '')),
        (text) => {
          expect(quoted(text)).to.equal(JSON.stringify(text));
        },
      ),
    );
  });
});
