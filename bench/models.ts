/**
 * What the data-driven models cost: `npx tsx bench/models.ts`. The journeys are seeded, of twelve channels and one to
 * fifteen steps, all of them different, as those of a large program are.
 */
import { SeededRandom } from '../src/cli/seeded-random.ts';
import { markov } from '../src/modules/attribution/domain/models/markov.ts';
import type { Path } from '../src/modules/attribution/domain/models/path.ts';
import { shapley } from '../src/modules/attribution/domain/models/shapley.ts';
import { type Finding, median, type Report, tablesOf } from './support/finding.ts';

const PATHS = 10_000;
const CHANNELS = 12;
const RUNS = 5;

const paths = (random: SeededRandom): readonly Path[] =>
  Array.from({ length: PATHS }, () => ({
    steps: Array.from({ length: 1 + random.below(15) }, () => `channel ${random.below(CHANNELS)}`),
    conversions: random.below(4),
    nulls: 1 + random.below(40),
  }));

const msOf = (run: () => unknown): number => {
  const times = Array.from({ length: RUNS }, () => {
    const began = performance.now();
    run();
    return performance.now() - began;
  });
  return median(times);
};

export const modelsReport = (): Report => {
  const journeys = paths(new SeededRandom(42));
  const of = `${PATHS.toLocaleString('en-US')} paths of ${CHANNELS} channels`;
  const finding = (what: string, most: number | undefined, run: () => unknown): Finding => ({
    what: `${what}, ${of}`,
    value: msOf(run),
    unit: 'ms',
    ...(most !== undefined && { bar: { most } }),
  });
  return {
    title: 'Data-driven attribution models',
    findings: [
      finding('Markov removal effect of order 1', 1_000, () => markov(journeys, 1)),
      finding('Markov removal effect of order 2', undefined, () => markov(journeys, 2)),
      finding('Shapley value by rate, all sets', 2_000, () => shapley(journeys, 'rate', new SeededRandom(1), 1)),
      finding('Shapley value by conversions', 2_000, () => shapley(journeys, 'conversions', new SeededRandom(1), 1)),
    ],
  };
};

if (process.argv[1] === import.meta.filename) console.log(tablesOf([modelsReport()]));
