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

/** For each set of channels the conversions of the journeys that met no other, divided by those journeys. */
const ratesOfSets = (paths: readonly Path[], channels: readonly string[]): Float64Array => {
  const [conversions, journeys] = [0, 1].map(() => new Float64Array(2 ** channels.length)) as [
    Float64Array,
    Float64Array,
  ];
  for (const { steps, conversions: converted, nulls = 0 } of paths) {
    const set = [...new Set(steps)].reduce((bits, step) => bits | (1 << channels.indexOf(step)), 0);
    conversions[set]! += converted;
    journeys[set]! += converted + nulls;
  }
  for (const sums of [conversions, journeys])
    for (let bit = 1; bit < sums.length; bit *= 2)
      for (let set = 0; set < sums.length; set += 1) sums[set]! += set & bit ? sums[set ^ bit]! : 0;
  return conversions.map((sum, set) => (journeys[set] === 0 ? 0 : sum / journeys[set]!));
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
    const told = many.filter(({ steps }) => steps.every((step) => Number(step.slice(1)) < 21));
    const credits = shapley(told, 'rate', new SeededRandom(2), 1_000);
    const channels = credits.map(({ channel }) => channel);
    expect(channels).to.have.length(21);

    const exact = shapleyOfGame(ratesOfSets(told, channels), channels.length);

    const off = credits.map(({ value, standardError }, at) => Math.abs(value - exact[at]!) / standardError);
    // Of 21 values all within 4 standard errors, and most within 2.
    expect(Math.max(...off)).to.be.lessThan(4);
    expect(off.filter((errors) => errors < 2).length).to.be.greaterThan(16);
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
