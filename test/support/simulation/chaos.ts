import type { SeededRandom } from '../../../src/cli/seeded-random.ts';
import { AppError } from '../../../src/shared/errors.ts';

/** The process died here: whoever waited for an answer gets none, and what was not committed never was. */
export class Crash extends Error {}

/** How often things go wrong, from 0 to 1, each time they could. */
export interface Odds {
  /** A process dies just before a commit, after it, or between the work and its acknowledgement. */
  readonly crash: number;
  /** A neighbour does not answer now. */
  readonly away: number;
  /** Told twice: by a neighbour who had no answer, by a relay that lost its place. */
  readonly again: number;
}

export const NO_ODDS: Odds = { crash: 0, away: 0, again: 0 };

/** Misfortune from a seed: the same seed, the same misfortune. */
export class Chaos {
  constructor(
    readonly random: SeededRandom,
    private odds: Odds,
  ) {}

  get isCalm(): boolean {
    return this.odds === NO_ODDS;
  }

  begin(odds: Odds): void {
    this.odds = odds;
  }

  /** Nothing goes wrong from now on. */
  end(): void {
    this.odds = NO_ODDS;
  }

  /** Does it as if nothing ever went wrong. */
  async calmly<Result>(work: () => Promise<Result>): Promise<Result> {
    const { odds } = this;
    this.odds = NO_ODDS;
    try {
      return await work();
    } finally {
      this.odds = odds;
    }
  }

  happens(chance: number): boolean {
    return chance > 0 && this.random.fraction() < chance;
  }

  happensAgain(): boolean {
    return this.happens(this.odds.again);
  }

  mayDie(where: string): void {
    if (this.happens(this.odds.crash)) throw new Crash(where);
  }

  /** Lets others go on for a while: what runs side by side takes turns by the seed. */
  async pause(): Promise<void> {
    if (this.isCalm) return;
    for (let turns = this.random.below(3); turns > 0; turns -= 1) await Promise.resolve();
  }

  /** The same port, as it is in a bad world: it answers late or not at all, and who asked may die before he hears. */
  around<Port extends object>(port: Port): Port {
    const asked =
      (target: object, member: (...args: unknown[]) => unknown, name: string) =>
      async (...args: unknown[]): Promise<unknown> => {
        await this.pause();
        if (this.happens(this.odds.away)) throw new AppError('unavailable', 'simulation.away', `${name} is away`);
        const answer: unknown = await Reflect.apply(member, target, args);
        this.mayDie(`after ${name}`);
        await this.pause();
        return answer;
      };
    return new Proxy(port, {
      get: (target, name): unknown => {
        const member: unknown = Reflect.get(target, name);
        return isFunction(member) ? asked(target, member, String(name)) : member;
      },
    });
  }
}

const isFunction = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === 'function';
