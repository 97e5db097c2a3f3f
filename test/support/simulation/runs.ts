import { SeededRandom } from '../../../src/cli/seeded-random.ts';
import { mustComeToTheSame } from './figures.ts';
import { play } from './play.ts';
import { type Story, storyOf } from './story.ts';
import { CALM, type Plants, Violation, type Weather, type World } from './world.ts';

/** So many runs tell one story, each with misfortunes of its own. */
const RUNS_PER_STORY = 4;

const storyOfRun = (seed: number): Story => storyOf(Math.floor(seed / RUNS_PER_STORY));

const weatherOf = (seed: number): Weather => {
  const random = new SeededRandom(Math.imul(seed + 1, 0x85eb_ca6b));
  const odds = {
    crash: random.pick([0, 0.01, 0.03, 0.08]),
    away: random.pick([0, 0.01, 0.04]),
    again: random.pick([0, 0.1, 0.3]),
  };
  return { odds, seed: random.below(2 ** 31) };
};

export interface RunParts {
  readonly plants?: Plants;
  readonly log?: (line: string) => void;
}

/** The world of a seed, played to its end with every promise kept; throws a `Violation` otherwise. */
export const playRun = (seed: number, parts: RunParts = {}): Promise<World> =>
  play(storyOfRun(seed), { weather: weatherOf(seed), ...parts });

/** Plays runs and holds each against its story played calmly. */
export class Runs {
  private calm: World | undefined;

  async run(seed: number, parts: RunParts = {}): Promise<World> {
    const world = await playRun(seed, parts);
    mustComeToTheSame(world, await this.calmly(storyOfRun(seed)));
    return world;
  }

  private async calmly(story: Story): Promise<World> {
    if (this.calm?.story.seed !== story.seed) this.calm = await play(story, { weather: CALM });
    return this.calm;
  }
}

const LAST_LINES = 40;

/** What somebody needs who wants to see it again: the seed, and what happened last. */
export const told = async (seed: number, error: unknown): Promise<string> => {
  const lines: string[] = [];
  await playRun(seed, { log: (line) => lines.push(line) }).catch(() => undefined); // it is the log we want
  const what =
    error instanceof Violation ? error.message : error instanceof Error ? (error.stack ?? '') : String(error);
  return [
    `seed ${seed}: ${what}`,
    `see it again: SIMULATION_SEED=${seed} npx mocha test/unit/simulation/main-flow.test.ts`,
    ...lines.slice(-LAST_LINES),
  ].join('\n');
};
