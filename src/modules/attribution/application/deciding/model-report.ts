import { AppError } from '../../../../shared/errors.ts';
import type { Random } from '../../../../shared/clock.ts';
import { markov, statesNeeded } from '../../domain/models/markov.ts';
import { lastSteps, type ModelCredit, type Path } from '../../domain/models/path.ts';
import { MAX_EXACT_CHANNELS, shapley, type Worth } from '../../domain/models/shapley.ts';
import type { Journey, JourneyQuery, Journeys } from '../../ports/journeys.ts';

/** Different ways that journeys may go; what a report may hold in memory. */
const MOST_PATHS = 50_000;
/** States of a chain: solving for more would hold up everybody else for more than a second. */
const MOST_STATES = 700;
const SAMPLES = 1_000;

export type ReportedModel =
  { readonly name: 'markov'; readonly order: number } | { readonly name: 'shapley'; readonly worth: Worth };

/** A channel's credit by the model, and what the last touch alone would have. */
export interface ReportedCredit extends ModelCredit {
  readonly removalEffect?: number | undefined;
  readonly standardError?: number | undefined;
  readonly lastTouch: Pick<ModelCredit, 'share' | 'conversions'>;
}

export interface ModelReport {
  readonly journeys: number;
  readonly conversions: number;
  readonly conversionProbability?: number | undefined;
  readonly channels: readonly ReportedCredit[];
}

/** What data-driven models make of a period's journeys. Reports alone: no order is credited by them. */
export class ReportModels {
  /** `randomOf`: the same for the same question, so that it has the same answer. */
  constructor(
    private readonly journeys: Journeys,
    private readonly randomOf: (seed: string) => Random,
  ) {}

  async run(query: JourneyQuery, model: ReportedModel): Promise<ModelReport> {
    const paths = new Paths();
    for await (const piece of this.journeys.toOrders(query)) paths.add(piece, 'conversions');
    for await (const piece of this.journeys.toNothing(query)) paths.add(piece, 'nulls');
    return model.name === 'markov'
      ? byMarkov(paths.all(), model.order)
      : byShapley(paths.all(), model.worth, this.randomOf(JSON.stringify([query, model])));
  }
}

/** Journeys that went the same way, counted together. */
class Paths {
  private readonly byName = new Map<
    string,
    { readonly steps: readonly string[]; conversions: number; nulls: number }
  >();

  add(journeys: readonly Journey[], outcome: 'conversions' | 'nulls'): void {
    for (const { steps, count } of journeys) {
      const name = JSON.stringify(steps);
      const path = this.byName.get(name) ?? { steps, conversions: 0, nulls: 0 };
      path[outcome] += count;
      this.byName.set(name, path);
    }
    if (this.byName.size > MOST_PATHS) throw tooMuch(`journeys went more than ${MOST_PATHS} different ways`);
  }

  all(): readonly Path[] {
    return [...this.byName.values()];
  }
}

const tooMuch = (found: string): AppError =>
  new AppError(
    'refused',
    'attribution.report_too_large',
    `${found}: ask for a shorter period, a lower order, or by=channel`,
  );

const byMarkov = (paths: readonly Path[], order: number): ModelReport => {
  const states = statesNeeded(paths, order);
  if (states > MOST_STATES) throw tooMuch(`the chain has ${states} states, more than ${MOST_STATES}`);
  const { conversionProbability, channels } = markov(paths, order);
  return { ...totalsOf(paths), conversionProbability, channels: besideLastTouch(channels, paths) };
};

const byShapley = (paths: readonly Path[], worth: Worth, random: Random): ModelReport => {
  const credits = shapley(paths, worth, random, SAMPLES);
  const channels = credits.map(({ value: _, standardError, ...credit }) => ({
    ...credit,
    ...(credits.length > MAX_EXACT_CHANNELS && { standardError }),
  }));
  return { ...totalsOf(paths), channels: besideLastTouch(channels, paths) };
};

const totalsOf = (paths: readonly Path[]): Pick<ModelReport, 'journeys' | 'conversions'> => {
  const conversions = paths.reduce((sum, path) => sum + path.conversions, 0);
  return { journeys: paths.reduce((sum, { nulls = 0 }) => sum + nulls, conversions), conversions };
};

/** Who has most comes first. */
const besideLastTouch = <Credit extends ModelCredit>(
  credits: readonly Credit[],
  paths: readonly Path[],
): readonly (Credit & Pick<ReportedCredit, 'lastTouch'>)[] => {
  const last = new Map(lastSteps(paths).map(({ channel, ...credit }) => [channel, credit]));
  return credits
    .map((credit) => ({ ...credit, lastTouch: last.get(credit.channel) ?? { share: 0, conversions: 0 } }))
    .toSorted((a, b) => b.share - a.share || (a.channel < b.channel ? -1 : 1));
};
