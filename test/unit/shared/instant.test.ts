import { expect } from 'chai';
import fc from 'fast-check';
import {
  epochMs,
  instant,
  instantAt,
  isInstant,
  latest,
  msBetween,
  plusDays,
  plusMs,
} from '../../../src/shared/instant.ts';
import { rejects } from '../../support/rejects.ts';

const moments = fc.integer({ min: Date.UTC(1583, 0), max: Date.UTC(10_000, 0) - 1 });

describe('an instant', () => {
  it('is one text for one moment, whatever zone it came in', () => {
    expect(instant('2018-12-31T00:00:00Z')).to.equal('2018-12-31T00:00:00.000Z');
    expect(instant('2018-12-30T21:00:00-03:00')).to.equal('2018-12-31T00:00:00.000Z');
    expect(instant('2018-12-31T08:00:00.000000+08:00')).to.equal('2018-12-31T00:00:00.000Z');
    expect(instant('2018-12-31T00:00:00.1239Z')).to.equal('2018-12-31T00:00:00.123Z');
    expect(instant('2024-02-29T23:59:59Z')).to.equal('2024-02-29T23:59:59.000Z');
  });

  const refused = [
    '2018-12-31',
    '2018-12-31T00:00:00',
    '2018-12-31T00:00Z',
    '2018-12-31 00:00:00Z',
    '2018-12-31t00:00:00z',
    '2018-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2018-13-01T00:00:00Z',
    '2018-00-01T00:00:00Z',
    '2018-12-00T00:00:00Z',
    '2018-12-31T24:00:00Z',
    '2018-12-31T23:60:00Z',
    '2016-12-31T23:59:60Z',
    '2018-12-31T00:00:00+24:00',
    '2018-12-31T00:00:00+0300',
    '0000-01-01T00:00:00Z',
    '1582-10-15T00:00:00Z',
    '9999-12-31T23:59:59-01:00',
    '+010000-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '',
    '2018-12-31T00:00:00Z\n',
  ];
  for (const text of refused) {
    it(`is not read from ${JSON.stringify(text)}`, async () => {
      expect(isInstant(text)).to.equal(false);
      await rejects(() => instant(text), 'instant.malformed');
    });
  }

  it('compares as text as it does as time', () => {
    fc.assert(
      fc.property(moments, moments, (left, right) => {
        expect(instantAt(left) < instantAt(right)).to.equal(left < right);
        expect(latest(instantAt(left), instantAt(right))).to.equal(instantAt(Math.max(left, right)));
      }),
    );
  });

  it('never leaves the years of four digits, whatever is added to it', () => {
    const last = instant('9999-12-31T23:59:59.999Z');
    expect(plusMs(last, 300_000)).to.equal(last);
    expect(plusDays(instant('9999-12-31T00:00:00Z'), 1_000_000_000)).to.equal(last);
    expect(plusDays(instant('1583-01-01T00:00:00Z'), -1_000_000)).to.equal('0000-01-01T00:00:00.000Z');
    expect(() => instantAt(Number.NaN)).to.throw(RangeError);
  });

  it('comes back from its text, and counts milliseconds and days of 24 hours', () => {
    fc.assert(
      fc.property(
        moments.filter((ms) => ms < Date.UTC(9997, 0)),
        fc.integer({ min: -1_000, max: 1_000 }),
        (ms, days) => {
          const at = instantAt(ms);
          expect(instant(at)).to.equal(at);
          expect(epochMs(at)).to.equal(ms);
          expect(msBetween(at, plusMs(at, 5))).to.equal(5);
          expect(msBetween(at, plusDays(at, days))).to.equal(days * 86_400_000);
        },
      ),
    );
  });

  it('is a text and nothing else', () => {
    expect([1, null, undefined, new Date(), ['2018-12-31T00:00:00Z']].some(isInstant)).to.equal(false);
  });
});
