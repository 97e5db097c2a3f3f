import { expect } from 'chai';
import { parse, validate, version } from 'uuid';
import { TimeOrderedIds } from '../../../../src/infrastructure/system/time-ordered-ids.ts';
import { isId, toUuid } from '../../../../src/shared/ids.ts';
import { TestWallClock } from '../../../support/clock.ts';

describe('time-ordered ids', () => {
  it('are UUIDv7 of their moment', () => {
    const clock = new TestWallClock();
    const ids = new TimeOrderedIds(clock);
    for (let n = 0; n < 2_000; n += 1) {
      const id = ids.next('clk');
      const uuid = toUuid(id);
      expect(isId('clk', id), id).to.equal(true);
      expect([validate(uuid), version(uuid)], uuid).to.deep.equal([true, 7]);
      const ms = Buffer.from(parse(uuid)).readUIntBE(0, 6);
      expect(ms).to.equal(clock.nowMs());
      if (n % 7 === 0) clock.pass(1 + (n % 1_000));
    }
  });

  it('sort in the order they were made, also within a millisecond and when the clock goes back', () => {
    const clock = new TestWallClock();
    const ids = new TimeOrderedIds(clock);
    const made = Array.from({ length: 5_000 }, (_, n) => {
      clock.pass(n % 500 === 0 ? 1 : n % 777 === 0 ? -50 : 0);
      return ids.next('evt');
    });

    expect(made).to.deep.equal(made.toSorted());
    expect(new Set(made).size).to.equal(made.length);
    expect(made.map(toUuid)).to.deep.equal(made.map(toUuid).toSorted());
  });

  it('are nobody’s to guess: two makers at one moment make different ones', () => {
    const clock = new TestWallClock();
    const [one, other] = [new TimeOrderedIds(clock), new TimeOrderedIds(clock)];
    const made = Array.from({ length: 1_000 }, () => [one.next('evt'), other.next('evt')]).flat();

    expect(new Set(made).size).to.equal(made.length);
  });
});
