import { expect } from 'chai';
import fc from 'fast-check';
import { markov, statesNeeded } from '../../../../../src/modules/attribution/domain/models/markov.ts';
import { lastSteps, type Path } from '../../../../../src/modules/attribution/domain/models/path.ts';

const path = (text: string, conversions: number, nulls = 0): Path => ({
  steps: text === '' ? [] : text.split(' > '),
  conversions,
  nulls,
});

const near = (value: number | undefined, expected: number): void => void expect(value).to.be.closeTo(expected, 1e-12);

type Counts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** From each state, the last `order` steps, how often a journey went on to which. */
const transitionsOf = (paths: readonly Path[], order: number): Counts => {
  const counts = new Map<string, Map<string, number>>();
  const count = (from: string, to: string, times: number): void => {
    const row = counts.get(from) ?? new Map<string, number>();
    counts.set(from, row.set(to, (row.get(to) ?? 0) + times));
  };
  for (const { steps, conversions, nulls = 0 } of paths) {
    const names = steps.map((_, at) => steps.slice(Math.max(0, at + 1 - order), at + 1).join('>'));
    names.forEach((name, at) => count(names[at - 1] ?? '', name, conversions + nulls));
    count(names.at(-1)!, 'CONVERSION', conversions);
    count(names.at(-1)!, 'NOTHING', nulls);
  }
  return counts;
};

/** Where journeys are one step on. */
const onward = (now: ReadonlyMap<string, number>, counts: Counts): ReadonlyMap<string, number> => {
  const next = new Map<string, number>();
  for (const [from, odds] of now) {
    const row = [...(counts.get(from) ?? [])];
    const total = row.reduce((sum, [, times]) => sum + times, 0);
    for (const [to, times] of row) next.set(to, (next.get(to) ?? 0) + (odds * times) / total);
  }
  return next;
};

/**
 * P(conversion), by following every journey for so many steps: slow, and another way than the one that is tested.
 * Whatever comes to `without` ends there.
 */
const byWalking = (paths: readonly Path[], order: number, steps: number, without?: string): number => {
  const counts = transitionsOf(paths, order);
  let now: ReadonlyMap<string, number> = new Map([['', 1]]);
  let converted = 0;
  for (let step = 0; step < steps; step += 1) {
    const next = onward(now, counts);
    converted += next.get('CONVERSION') ?? 0;
    now = new Map([...next].filter(([to]) => to.split('>').at(-1) !== without));
  }
  return converted;
};

describe('the Markov model', () => {
  it("agrees with the published example of three channels (S. Bryl', analyzecore.com, 3 August 2016)", () => {
    // There: 33.3 % convert, 16.7 % without C1; removal effects 0.5, 1, 1; of the one conversion 0.2, 0.4, 0.4.
    const answer = markov([path('C1 > C2 > C3', 1), path('C1', 0, 1), path('C2 > C3', 0, 1)], 1);

    near(answer.conversionProbability, 1 / 3);
    expect(answer.channels.map(({ channel }) => channel)).to.deep.equal(['C1', 'C2', 'C3']);
    [0.5, 1, 1].forEach((effect, at) => near(answer.channels[at]?.removalEffect, effect));
    [0.2, 0.4, 0.4].forEach((share, at) => near(answer.channels[at]?.conversions, share));
  });

  it('agrees with the published transitions of two channels (S. Puzyrov, serhiipuzyrov.com, 31 July 2019)', () => {
    // There: to Google Ads 0.8, from it converts 0.5, to mailing 0.25; to mailing 0.2, from it converts 1. By hand:
    // 0.8 (0.5 + 0.25) + 0.2 = 0.8; without mailing 0.4, without Google Ads 0.2.
    const answer = markov([path('ads', 2, 1), path('mailing', 1), path('ads > mailing', 1)], 1);

    near(answer.conversionProbability, 0.8);
    near(answer.channels[0]?.removalEffect, 0.75);
    near(answer.channels[1]?.removalEffect, 0.5);
    near(answer.channels[0]?.conversions, 2.4);
    near(answer.channels[1]?.conversions, 1.6);
  });

  it('of a higher order tells apart by which way a journey came', () => {
    // After one step b converts half the time, whence ever it came; after two it converts always from a, never from c.
    const paths = [path('a > b', 10, 0), path('c > b', 0, 10)];

    const [first, second] = [markov(paths, 1), markov(paths, 2)];

    expect(first.channels.map(({ removalEffect }) => removalEffect)).to.deep.equal([0.5, 1, 0.5]);
    expect(second.channels.map(({ removalEffect }) => removalEffect)).to.deep.equal([1, 1, 0]);
    expect([statesNeeded(paths, 1), statesNeeded(paths, 2)]).to.deep.equal([3, 4]);
  });

  it('is not changed by repeats of a channel, nor by who the neighbours of a repeat are', () => {
    const once = markov([path('a > b', 3, 2), path('b', 1, 4)], 1);
    const repeated = markov([path('a > a > a > b > b', 3, 2), path('b > b', 1, 4)], 1);
    once.channels.forEach(({ removalEffect }, at) => near(repeated.channels[at]?.removalEffect, removalEffect));
  });

  it('gives nobody anything where nothing converts, and answers for no journeys', () => {
    expect(markov([path('a > b', 0, 5)], 1).channels.map(({ share }) => share)).to.deep.equal([0, 0]);
    expect(markov([], 1)).to.deep.equal({ conversionProbability: 0, states: 0, channels: [] });
    expect(markov([path('', 5, 5), path('a', 0, 0)], 1).channels).to.deep.equal([]);
  });

  const paths = fc.array(
    fc.record({
      steps: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 6 }),
      conversions: fc.integer({ min: 0, max: 9 }),
      nulls: fc.integer({ min: 1, max: 9 }),
    }),
    { minLength: 1, maxLength: 12 },
  );

  it('finds what following every journey finds, of any order', () => {
    fc.assert(
      fc.property(paths, fc.integer({ min: 1, max: 3 }), (told, order) => {
        const answer = markov(told, order);
        const whole = byWalking(told, order, 400);
        expect(answer.conversionProbability).to.be.closeTo(whole, 1e-9);
        for (const { channel, removalEffect } of answer.channels) {
          const effect = whole === 0 ? 0 : 1 - byWalking(told, order, 400, channel) / whole;
          expect(removalEffect).to.be.closeTo(effect, 1e-8);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same bits for the same journeys in another order', () => {
    fc.assert(
      fc.property(paths, fc.integer({ min: 1, max: 3 }), (told, order) => {
        expect(markov(told.toReversed(), order)).to.deep.equal(markov(told, order));
      }),
    );
  });

  it('shares out all conversions, where there are any', () => {
    fc.assert(
      fc.property(paths, (told) => {
        const conversions = told.reduce((sum, each) => sum + each.conversions, 0);
        const shared = markov(told, 1).channels.reduce((sum, each) => sum + each.conversions, 0);
        expect(shared).to.be.closeTo(conversions, 1e-9);
      }),
    );
  });
});

describe('the last step', () => {
  it('has all of each journey that ended in an order; a channel that ended none is not listed', () => {
    const told = [path('a > b', 3, 2), path('b', 1), path('b > a', 2), path('c', 0, 9)];

    const steps = lastSteps(told);

    expect(steps).to.deep.equal([
      { channel: 'b', conversions: 4, share: 4 / 6 },
      { channel: 'a', conversions: 2, share: 2 / 6 },
    ]);
    expect(lastSteps([path('c', 0, 9)])).to.deep.equal([]);
  });
});
