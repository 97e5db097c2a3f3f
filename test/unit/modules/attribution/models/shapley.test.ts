import { expect } from 'chai';
import fc from 'fast-check';
import { SeededRandom } from '../../../../../src/cli/seeded-random.ts';
import type { Path } from '../../../../../src/modules/attribution/domain/models/path.ts';
import { shapley, shapleyOfGame, type Worth } from '../../../../../src/modules/attribution/domain/models/shapley.ts';

const path = (text: string, conversions: number, nulls = 0): Path => ({ steps: text.split(' > '), conversions, nulls });

/** What each set of players is worth, from what its members say; a player is a position. */
const game = (count: number, worth: (players: readonly number[]) => number): Float64Array =>
  Float64Array.from({ length: 2 ** count }, (_, set) =>
    worth(Array.from({ length: count }, (__, player) => player).filter((player) => set & (1 << player))),
  );

/** Channels of two kinds: each met alone, and each good one with each bad one. */
const twoKinds = (goods: number, bads: number): readonly Path[] => {
  const [good, bad] = [
    Array.from({ length: goods }, (_, n) => `good${n}`),
    Array.from({ length: bads }, (_, n) => `bad${n}`),
  ];
  return [
    ...good.map((each) => path(each, 5, 5)),
    ...bad.map((each) => path(each, 1, 9)),
    ...good.flatMap((one) => bad.map((other) => path(`${one} > ${other}`, 2))),
  ];
};

/** A set of them is worth what the numbers of both say: so the value is a sum over numbers, not over all sets. */
const exactOfTwoKinds = (goods: number, bads: number) => {
  const worth = (g: number, b: number): number =>
    g + b === 0 ? 0 : (5 * g + b + 2 * g * b) / (10 * g + 10 * b + 2 * g * b);
  const ways = (of: number, some: number): number =>
    Array.from({ length: some }, (_, n) => (of - n) / (n + 1)).reduce((product, each) => product * each, 1);
  return (isGood: boolean): number => {
    const [others, rest] = isGood ? [goods - 1, bads] : [goods, bads - 1];
    let value = 0;
    for (let g = 0; g <= others; g += 1)
      for (let b = 0; b <= rest; b += 1) {
        const added = worth(g + Number(isGood), b + Number(!isGood)) - worth(g, b);
        value += (ways(others, g) * ways(rest, b) * added) / (ways(others + rest, g + b) * (goods + bads));
      }
    return value;
  };
};

const valuesOf = (paths: readonly Path[], worth: Worth, samples = 1_000): readonly number[] =>
  shapley(paths, worth, new SeededRandom(7), samples).map(({ value }) => value);

const allNear = (values: Iterable<number>, expected: readonly number[]): void => {
  const found = [...values];
  expect(found).to.have.length(expected.length);
  expected.forEach((each, at) => expect(found[at]).to.be.closeTo(each, 1e-12));
};

describe('the Shapley value of a game', () => {
  it('is 1/6, 1/6, 2/3 in the glove game: two left gloves, one right (Maschler, Solan, Zamir: Game Theory)', () => {
    const worth = game(3, (players) => (players.length > 1 && players.includes(2) ? 1 : 0));
    allNear(shapleyOfGame(worth, 3), [1 / 6, 1 / 6, 2 / 3]);
  });

  it('is 2, 3, 4, 9 in the airport game with runways of 8, 11, 13, 18 (after Littlechild and Owen, 1973)', () => {
    const costs = [8, 11, 13, 18];
    const worth = game(4, (players) => Math.max(0, ...players.map((player) => costs[player]!)));
    allNear(shapleyOfGame(worth, 4), [2, 3, 4, 9]);
  });

  it('follows the rule of Littlechild and Owen for twelve runways: each stretch is shared by all who need it', () => {
    const costs = Array.from({ length: 12 }, (_, n) => n * n + 1);
    const worth = game(12, (players) => Math.max(0, ...players.map((player) => costs[player]!)));
    let paid = 0;
    const expected = costs.map((cost, n) => (paid += (cost - (costs[n - 1] ?? 0)) / (12 - n)));
    allNear(
      [...shapleyOfGame(worth, 12)].map((value) => Math.round(value * 1e9)),
      expected.map((value) => Math.round(value * 1e9)),
    );
  });
});

describe('the Shapley model', () => {
  const paths = [path('a', 4, 6), path('b > a', 6, 4), path('b', 1, 9), path('c > b > a > c', 3, 0)];

  it('by conversions divides each journey equally among the channels it met', () => {
    allNear(valuesOf(paths, 'conversions'), [4 + 3 + 1, 3 + 1 + 1, 1]);
  });

  it('by conversions is the value of the game in which a set has the journeys that met no other channel', () => {
    const worth = game(3, (players) => {
      const has = (...needed: readonly number[]): boolean => needed.every((player) => players.includes(player));
      return (has(0) ? 4 : 0) + (has(0, 1) ? 6 : 0) + (has(1) ? 1 : 0) + (has(0, 1, 2) ? 3 : 0);
    });
    allNear(shapleyOfGame(worth, 3), valuesOf(paths, 'conversions'));
  });

  it('by rate counts journeys to nothing, and gives less than nothing to a channel that brings only them', () => {
    const told = [path('good', 5, 5), path('good > bad', 0, 10)];
    // Worth: good 1/2, bad 0, both 5/20. Good adds 1/2 or 1/4, bad adds 0 or -1/4.
    const credits = shapley(told, 'rate', new SeededRandom(1), 1);
    allNear(
      credits.map(({ value }) => value),
      [-1 / 8, 3 / 8],
    );
    allNear(
      credits.map(({ conversions }) => conversions),
      [-2.5, 7.5],
    );
    expect(credits.map(({ standardError }) => standardError)).to.deep.equal([0, 0]);
  });

  const many = Array.from({ length: 24 }, (_, n): readonly Path[] => [
    path(`c${n}`, (n % 5) + 1, 7),
    path(`c${n} > c${(n + 7) % 24} > c${(n + 11) % 24}`, n % 7, 3),
  ]).flat();

  it('samples orders of more than twenty channels, and is as far off the exact value as it says', () => {
    const credits = shapley(twoKinds(10, 11), 'rate', new SeededRandom(2), 400);
    const exact = exactOfTwoKinds(10, 11);

    const off = credits.map(
      ({ channel, value, standardError }) => Math.abs(value - exact(channel.startsWith('good'))) / standardError,
    );

    expect(off).to.have.length(21);
    // Of 21 values all within 4 standard errors, and most within 2.
    expect(Math.max(...off)).to.be.lessThan(4);
    expect(off.filter((errors) => errors < 2).length).to.be.greaterThan(16);
  });

  it('says of two sampled orders that it is half their difference off, and of one nothing', () => {
    const random = new SeededRandom(5);
    const [one, other] = [1, 2].map(() => shapley(many, 'rate', random, 1));

    const both = shapley(many, 'rate', new SeededRandom(5), 2);

    both.forEach(({ value, standardError }, at) => {
      const [a, b] = [one![at]!.value, other![at]!.value];
      expect(value).to.be.closeTo((a + b) / 2, 1e-12);
      expect(standardError).to.be.closeTo(Math.abs(a - b) / 2, 1e-6);
      expect(one![at]!.standardError).to.equal(0);
    });
  });

  it('is the exact value where there are no more than twenty channels, whatever is drawn', () => {
    const exact = exactOfTwoKinds(3, 4);
    for (const { channel, value, standardError } of shapley(twoKinds(3, 4), 'rate', new SeededRandom(1), 1)) {
      expect(value).to.be.closeTo(exact(channel.startsWith('good')), 1e-12);
      expect(standardError).to.equal(0);
    }
  });

  it('gives nothing of nothing', () => {
    expect(shapley([], 'rate', new SeededRandom(1), 1)).to.deep.equal([]);
    for (const worth of ['rate', 'conversions'] as const)
      expect(shapley([path('a', 0, 3), path('b', 0)], worth, new SeededRandom(1), 1)).to.deep.equal([
        { channel: 'a', value: 0, standardError: 0, share: 0, conversions: 0 },
      ]);
  });

  it('samples the same for the same seed, and each order gives out the worth of all', () => {
    expect(valuesOf(many, 'rate', 50)).to.deep.equal(valuesOf(many, 'rate', 50));
    const journeys = many.reduce((sum, { conversions, nulls = 0 }) => sum + conversions + nulls, 0);
    const conversions = many.reduce((sum, each) => sum + each.conversions, 0);
    expect(valuesOf(many, 'rate', 3).reduce((sum, value) => sum + value, 0)).to.be.closeTo(
      conversions / journeys,
      1e-12,
    );
  });

  it('shares out all conversions, whatever a set is worth', () => {
    const told = fc.array(
      fc.record({
        steps: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 5 }),
        conversions: fc.integer({ min: 0, max: 9 }),
        nulls: fc.integer({ min: 0, max: 9 }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(told, fc.constantFrom<Worth>('conversions', 'rate'), (each, worth) => {
        const all = each.reduce((sum, { conversions }) => sum + conversions, 0);
        const credits = shapley(each, worth, new SeededRandom(1), 1);
        expect(credits.reduce((sum, { conversions }) => sum + conversions, 0)).to.be.closeTo(all, 1e-9);
        expect(shapley(each.toReversed(), worth, new SeededRandom(1), 1)).to.deep.equal(credits);
      }),
    );
  });
});
