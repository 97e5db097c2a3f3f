import { expect } from 'chai';
import {
  keyDue,
  outlived,
  type ScheduledKey,
  signingNow,
} from '../../../../src/modules/identity/domain/key-schedule.ts';
import { instant, plusDays } from '../../../../src/shared/instant.ts';

const start = instant('2026-01-01T00:00:00Z');
const day = (n: number) => plusDays(start, n);
const key = (generation: number, signsOnDay: number) => ({ generation, signsFrom: day(signsOnDay) });

describe('the schedule of signing keys', () => {
  it('makes the very first key at once', () => {
    expect(keyDue([], start)).to.deep.equal({ generation: 1, signsFrom: start });
  });

  it('makes the next key two days before it signs, and not before', () => {
    expect(keyDue([key(1, 0)], plusDays(day(28), -0.001))).to.equal(undefined);
    expect(keyDue([key(1, 0)], day(28))).to.deep.equal({ generation: 2, signsFrom: day(30) });
    expect(keyDue([key(1, 0), key(2, 30)], day(29))).to.equal(undefined);
  });

  it('publishes a key two days ahead even when it is made late', () => {
    expect(keyDue([key(1, 0)], day(90))).to.deep.equal({ generation: 2, signsFrom: day(92) });
  });

  it('signs with the newest key whose time has come, however late its successor is', () => {
    const keys = [key(1, 0), key(2, 30)];

    expect([0, 29, 30, 400].map((n) => signingNow(keys, day(n))?.generation)).to.deep.equal([1, 1, 2, 2]);
  });

  it('signs with the very first key where the clock is behind that of its maker', () => {
    expect(signingNow([key(1, 0)], day(-1))?.generation).to.equal(1);
    expect(signingNow<ScheduledKey>([], day(0))).to.equal(undefined);
  });

  it('keeps a key until the last token it could have signed has ended, and the newest for ever', () => {
    const keys = [key(2, 30), key(1, 0), key(3, 60)];
    const gone = (n: number) => outlived(keys, day(n)).map(({ generation }) => generation);

    expect([gone(60), gone(61), gone(91), gone(1_000)]).to.deep.equal([[], [1], [1, 2], [1, 2]]);
  });
});
