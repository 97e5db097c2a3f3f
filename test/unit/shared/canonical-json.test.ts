import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalJson } from '../../../src/shared/canonical-json.ts';
import { digest } from '../../../src/shared/digest.ts';
import { Money } from '../../../src/shared/money.ts';

const shuffledKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffledKeys);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).toReversed();
  return Object.fromEntries(members.map(([key, member]) => [key, shuffledKeys(member)]));
};

describe('canonical JSON', () => {
  it('is the example of RFC 8785, section 3.2.2', () => {
    const value: unknown = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    );
    expect(canonicalJson(value)).to.equal(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('sorts keys by UTF-16 code units, as in RFC 8785, section 3.2.3', () => {
    const value: unknown = JSON.parse(
      String.raw`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
    );
    const sorted = Object.values(JSON.parse(canonicalJson(value)) as object);
    // "1" is first for JSON.parse too, for it looks like an index.
    expect(canonicalJson(value)).to.equal(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
    expect(sorted.length).to.equal(7);
  });

  const numbers: readonly (readonly [hex: string, text: string])[] = [
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['41b3de4355555553', '333333333.3333332'],
  ];
  for (const [hex, text] of numbers) {
    it(`writes the double ${hex} as ${text}, as in RFC 8785, appendix B`, () => {
      expect(canonicalJson(Buffer.from(hex, 'hex').readDoubleBE())).to.equal(text);
    });
  }

  it('is the same for the same value, in whatever order its members came', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(shuffledKeys(value))).to.equal(canonicalJson(value));
        expect(digest(shuffledKeys(value))).to.equal(digest(value));
      }),
    );
  });

  it('means what it was made from', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(JSON.parse(canonicalJson(value))).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('leaves out what is undefined, and asks a value for its own JSON', () => {
    expect(canonicalJson({ b: undefined, a: Money.of(5n, 'BRL'), n: 7n })).to.equal(
      '{"a":{"currency":"BRL","minor":"5"},"n":"7"}',
    );
  });

  it('refuses what JSON cannot hold', () => {
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol('x'), { a: Number.NaN }]) {
      expect(() => canonicalJson(value)).to.throw(TypeError);
    }
  });
});
