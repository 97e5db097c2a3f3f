import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '../../../src/cli/seeded-random.ts';
import { projectRoot } from '../../../src/infrastructure/system/root.ts';
import { nameOf } from '../../../src/shared/events.ts';
import { mustComeToTheSame } from './figures.ts';
import { play } from './play.ts';
import { type Story, storyOf } from './story.ts';
import { Violation } from './violation.ts';
import { CALM, type Plants, type Weather, type World } from './world.ts';

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

/** What has been seen to happen in some run: events that were told, states and reasons things ended in. */
export type Sights = ReadonlySet<string>;

const sightsOf = ({ stores, cutOff }: World): readonly string[] => [
  ...stores.all.flatMap(({ published }) => published.map(nameOf)),
  ...stores.settlement.payouts().flatMap(({ state, reason = '' }) => [state, `${state} ${reason}`]),
  ...stores.commission
    .all()
    .flatMap(({ state, endReason = '', clawedBack, paid }) => [
      state,
      endReason,
      `${state} ${endReason}`,
      ...(clawedBack.isZero || paid.isZero ? [] : ['clawed back after it was paid']),
    ]),
  ...stores.settlement.tables.shares.committed
    .values()
    .flatMap((shares) => (shares.some(({ minor }) => minor < 0n) ? ['a clawback netted from a payout'] : [])),
  ...(cutOff > 0 ? ['cut off'] : []),
];

/** Plays so many seeds; throws with the first one in which a promise is broken. */
export const playSeeds = async ({ from, count }: Share): Promise<Sights> => {
  const runs = new Runs();
  const seen = new Set<string>();
  for (let seed = from; seed < from + count; seed += 1) {
    const world = await runs.run(seed).catch(async (error: unknown) => {
      throw new Error(await told(seed, error), { cause: error });
    });
    for (const sight of sightsOf(world)) seen.add(sight);
  }
  return seen;
};

/** The seeds `from`, `from + 1` … */
export interface Share {
  readonly from: number;
  readonly count: number;
}

/** What a process of its own says of its share. */
export type Outcome = { readonly seen: readonly string[] } | { readonly failure: string };

/** Fewer than these are played sooner than another process has begun. */
const WORTH_A_PROCESS = 500;

/** The same on every core there is, for many seeds. */
export const playManySeeds = async ({ from, count }: Share): Promise<Sights> => {
  const processes = Math.min(availableParallelism(), Math.floor(count / WORTH_A_PROCESS));
  if (processes < 2) return playSeeds({ from, count });
  const size = Math.ceil(count / processes);
  const shares = Array.from({ length: processes }, (_, n) => ({
    from: from + n * size,
    count: Math.min(size, count - n * size),
  }));
  const outcomes = await Promise.all(shares.map(inAProcess));
  const [failure] = outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : []));
  if (failure !== undefined) throw new Error(failure);
  return new Set(outcomes.flatMap((outcome) => ('seen' in outcome ? outcome.seen : [])));
};

const inAProcess = (share: Share): Promise<Outcome> =>
  new Promise((resolve) => {
    const script = join(projectRoot(), 'test/support/simulate-in-a-process.ts');
    const child = fork(script, { execArgv: ['--max-semi-space-size=64', '--import', 'tsx'] });
    child.once('message', (outcome) => {
      resolve(outcome as Outcome);
    });
    // After an answer this changes nothing.
    child.once('exit', (code) => {
      resolve({ failure: `a process ended with ${code ?? 'a signal'} and without an answer` });
    });
    child.send(share);
  });

const LAST_LINES = 40;

/** What somebody needs who wants to see it again: the seed, and what happened last. */
const told = async (seed: number, error: unknown): Promise<string> => {
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
