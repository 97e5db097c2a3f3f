import { expect } from 'chai';
import fc from 'fast-check';
import { firstTouch } from '../../../../../src/modules/attribution/domain/models/first-touch.ts';
import { lastTouch } from '../../../../../src/modules/attribution/domain/models/last-touch.ts';
import { linear } from '../../../../../src/modules/attribution/domain/models/linear.ts';
import { positionBased } from '../../../../../src/modules/attribution/domain/models/position-based.ts';
import {
  compareFractions,
  type FractionText,
  type ModelTouch,
  type Share,
  sumOf,
} from '../../../../../src/modules/attribution/domain/models/share.ts';
import { split } from '../../../../../src/modules/attribution/domain/deciding/split.ts';
import { timeDecay } from '../../../../../src/modules/attribution/domain/models/time-decay.ts';
import { fromUuid, type Id } from '../../../../../src/shared/ids.ts';
import { instant, plusMs } from '../../../../../src/shared/instant.ts';

const START = instant('2026-03-01T00:00:00Z');
const DAY_MS = 86_400_000;

const id = <Prefix extends string>(prefix: Prefix, n: number): Id<Prefix> =>
  fromUuid(prefix, `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`);

/** A touch for each age, in milliseconds after the start. */
const touchesAt = (...times: readonly number[]): readonly ModelTouch[] =>
  times.map((ms, n) => ({ id: id('clk', n), kind: 'click', occurredAt: plusMs(START, ms), partnerId: id('par', n) }));

const three = touchesAt(0, DAY_MS, 2 * DAY_MS);
const sharesOf = (shares: readonly Share[]): readonly FractionText[] => shares.map(({ share }) => share);

describe('a model that follows a rule', () => {
  it('gives all to the latest touch, or to the earliest', () => {
    expect(lastTouch(three)).to.deep.equal([{ id: id('clk', 2), partnerId: id('par', 2), share: '1/1' }]);
    expect(firstTouch(three)).to.deep.equal([{ id: id('clk', 0), partnerId: id('par', 0), share: '1/1' }]);
  });

  it('gives every touch the same, exactly', () => {
    expect(sharesOf(linear(three))).to.deep.equal(['1/3', '1/3', '1/3']);
  });

  it('gives the first, the last and those between them what their positions weigh', () => {
    const weights = { first: 40, middle: 20, last: 40 };
    expect(sharesOf(positionBased(three, weights))).to.deep.equal(['2/5', '1/5', '2/5']);
    expect(sharesOf(positionBased(touchesAt(0, 1, 2, 3), weights))).to.deep.equal(['2/5', '1/10', '1/10', '2/5']);
  });

  it('divides two touches as the first weighs against the last, and gives all to a single one', () => {
    const weights = { first: 60, middle: 10, last: 30 };
    expect(sharesOf(positionBased(touchesAt(0, 1), weights))).to.deep.equal(['2/3', '1/3']);
    expect(sharesOf(positionBased(touchesAt(0), weights))).to.deep.equal(['1/1']);
    expect(sharesOf(positionBased(touchesAt(0, 1), { first: 0, middle: 1, last: 0 }))).to.deep.equal(['1/2', '1/2']);
    expect(sharesOf(positionBased(touchesAt(0), { first: 0, middle: 1, last: 0 }))).to.deep.equal(['1/1']);
  });

  it('lists nobody who gets nothing', () => {
    const shares = positionBased(three, { first: 0, middle: 0, last: 5 });
    expect(shares.map(({ id: touch }) => touch)).to.deep.equal([id('clk', 2)]);
  });

  it('halves what a touch is worth with every half-life it is older than the latest', () => {
    const week = 7 * DAY_MS;
    expect(sharesOf(timeDecay(touchesAt(0, week, 2 * week), week))).to.deep.equal(['1/7', '2/7', '4/7']);
  });

  it('weighs parts of a half-life in whole parts of 2^-32, rounded from the true value', () => {
    // 2^32 / √2 = 3037000499.976…: 60 decimals of √½ say so, whatever a machine's own power function makes of it.
    const [older, latest] = timeDecay(touchesAt(0, DAY_MS), 2 * DAY_MS);
    expect(older?.share).to.equal(`${3_037_000_500n / 4n}/${(3_037_000_500n + 4_294_967_296n) / 4n}`);
    expect(sumOf([older!.share, latest!.share])).to.equal('1/1');
  });

  it('gives nothing to a touch of more than 33 half-lives before the latest', () => {
    expect(sharesOf(timeDecay(touchesAt(0, 34_000), 1_000))).to.deep.equal(['1/1']);
    expect(sharesOf(timeDecay(touchesAt(0, 33_000), 1_000))).to.have.length(2);
  });

  it('answers nothing for no touches', () => {
    for (const model of [firstTouch, lastTouch, linear]) expect(model([])).to.deep.equal([]);
    expect(positionBased([], { first: 1, middle: 1, last: 1 })).to.deep.equal([]);
    expect(timeDecay([], 1)).to.deep.equal([]);
  });

  it('splits by roles in whole percents, and has one touch of each partner', () => {
    const roles = { kind: 'split', initiator: 30, contributor: 20, converter: 50 } as const;
    const splitOf = (missing: 'initiator' | 'converter' | 'both', ...times: readonly number[]) =>
      sharesOf(split(touchesAt(...times), { ...roles, missing })).toSorted();

    expect(splitOf('both', 0, 1)).to.deep.equal(['3/8', '5/8']);
    expect(splitOf('initiator', 0, 1)).to.deep.equal(['1/2', '1/2']);
    expect(splitOf('converter', 0, 1)).to.deep.equal(['3/10', '7/10']);
    expect(splitOf('both', 0, 1, 2, 3)).to.deep.equal(['1/10', '1/10', '1/2', '3/10']);
    expect(splitOf('both', 0)).to.deep.equal(['1/1']);
    expect(splitOf('both')).to.deep.equal([]);
    const alone = { kind: 'split', initiator: 0, contributor: 100, converter: 0, missing: 'both' } as const;
    expect(sharesOf(split(touchesAt(0, 1), alone))).to.deep.equal(['1/2', '1/2']);
    expect(sharesOf(split(touchesAt(0, 1, 2), alone))).to.deep.equal(['1/1']);
  });

  it('gives who was both the first and the last what either role has, and the one between them its part', () => {
    const [start, between, end] = touchesAt(0, 1, 2);
    const parts = split([start!, between!, { ...end!, partnerId: start!.partnerId }], {
      ...{ kind: 'split', initiator: 30, contributor: 20, converter: 50, missing: 'both' },
    });

    expect(parts.map(({ partnerId, share }) => [partnerId, share])).to.have.deep.members([
      [start!.partnerId, '4/5'],
      [between!.partnerId, '1/5'],
    ]);
  });

  it('compares and adds what it gives as fractions, not as texts', () => {
    expect(compareFractions('1/3', '1/3')).to.equal(0);
    expect(compareFractions('10/11', '9/11')).to.be.greaterThan(0);
    expect(compareFractions('1/3', '1/2')).to.be.lessThan(0);
    expect(compareFractions('2/5', '3/8')).to.be.greaterThan(0);
    expect(sumOf(['1/6', '1/4', '1/12'])).to.equal('1/2');
    expect(sumOf([])).to.equal('0/1');
  });

  it('refuses weights that are all zero, rather than divide by them', () => {
    expect(() => positionBased(three, { first: 0, middle: 0, last: 0 })).to.throw('must not all be zero');
  });
});

describe('the shares of an order', () => {
  const times = fc
    .array(fc.integer({ min: 0, max: 90 * DAY_MS }), { minLength: 1, maxLength: 50 })
    .map((all) => touchesAt(...all.toSorted((a, b) => a - b)));
  const weight = fc.integer({ min: 1, max: 100 });

  it('sum to exactly one, whatever the model', () => {
    fc.assert(
      fc.property(times, weight, weight, weight, fc.integer({ min: 1, max: 60 * DAY_MS }), (touches, a, b, c, ms) => {
        const all = [
          lastTouch(touches),
          firstTouch(touches),
          linear(touches),
          positionBased(touches, { first: a, middle: b, last: c }),
          timeDecay(touches, ms),
        ];
        for (const shares of all) expect(sumOf(sharesOf(shares))).to.equal('1/1');
      }),
    );
  });

  it('never make an older touch worth more than a later one by time decay, and stay near the true power', () => {
    const partsOf = ({ share }: Share): number => {
      const [above = '', below = ''] = share.split('/');
      return Number(above) / Number(below);
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30 * DAY_MS }),
        fc.integer({ min: DAY_MS, max: 30 * DAY_MS }),
        (age, ms) => {
          const [older, latest] = timeDecay(touchesAt(0, age), ms).map(partsOf);
          expect(older! / latest!).to.be.closeTo(2 ** (-age / ms), 1e-9);
          expect(older).to.be.at.most(latest!);
        },
      ),
    );
  });
});
