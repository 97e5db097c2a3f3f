import type { Clock } from '../../../shared/clock.ts';
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import { Money } from '../../../shared/money.ts';
import type { BudgetClaim, BudgetFacts, BudgetPort } from '../../commission/index.ts';
import { type BudgetOutlook, budgetOutlook } from '../domain/budget.ts';
import { forecastOf, type MonthForecast, stageOf } from '../domain/forecast.ts';
import { type Funnel, funnelOf, type Stage } from '../domain/funnel.ts';
import type { CommissionId } from '../domain/news.ts';
import type { CommissionJourney, Liabilities } from '../ports/liabilities.ts';

/** What is older is hardly how things go now. */
const MOST_ENDED = 20_000;

export interface LiabilityForecast {
  readonly asOf: Instant;
  readonly months: readonly MonthForecast[];
  readonly funnel: Funnel;
  /** How many stand at each stage now. */
  readonly open: ReadonlyMap<Stage, number>;
  readonly budgets: readonly BudgetOutlook[];
}

/** Open liability by the chance that it vests for good, learnt from the program's own past. */
export class ForecastLiability {
  constructor(
    private readonly liabilities: Pick<Liabilities, 'journeys'>,
    private readonly budgetPort: BudgetPort,
    private readonly clock: Clock,
  ) {}

  async run(programId: Id<'prg'>): Promise<LiabilityForecast> {
    const asOf = this.clock.now();
    const [journeys, budgets] = await Promise.all([
      this.liabilities.journeys(programId, MOST_ENDED),
      this.budgetPort.budgets(programId),
    ]);
    const funnel = funnelOf(journeys, asOf);
    const open = journeys.filter(({ ended }) => ended === undefined);
    const stages = stagesOf(open);
    const counts = new Map<Stage, number>();
    for (const stage of stages.values()) counts.set(stage, (counts.get(stage) ?? 0) + 1);
    return {
      asOf,
      months: forecastOf(open, funnel, asOf),
      funnel,
      open: counts,
      budgets: await this.outlooks(programId, budgets, funnel, stages),
    };
  }

  /** The same of nothing but the budgets; quick where there are none. */
  async budgets(programId: Id<'prg'>): Promise<readonly BudgetOutlook[]> {
    const budgets = await this.budgetPort.budgets(programId);
    if (budgets.length === 0) return [];
    const journeys = await this.liabilities.journeys(programId, MOST_ENDED);
    const open = journeys.filter(({ ended }) => ended === undefined);
    return this.outlooks(programId, budgets, funnelOf(journeys, this.clock.now()), stagesOf(open));
  }

  private async outlooks(
    programId: Id<'prg'>,
    budgets: readonly BudgetFacts[],
    funnel: Funnel,
    stages: ReadonlyMap<CommissionId, Stage>,
  ): Promise<readonly BudgetOutlook[]> {
    const outlooks: BudgetOutlook[] = [];
    for (const { group, budget, secured } of budgets) {
      const claims = (await this.claimsOn(programId, group)).map(({ commissionId, amount }) => ({
        stage: stages.get(commissionId),
        amount: Money.fromJson(amount),
      }));
      const facts = { group, budget: Money.fromJson(budget), secured: Money.fromJson(secured) };
      outlooks.push(budgetOutlook(facts, claims, funnel));
    }
    return outlooks;
  }

  private async claimsOn(programId: Id<'prg'>, group: string): Promise<readonly BudgetClaim[]> {
    const claims: BudgetClaim[] = [];
    for (let after: CommissionId | undefined; ;) {
      const page = await this.budgetPort.claims(programId, group, after);
      claims.push(...page);
      after = page.at(-1)?.commissionId;
      if (after === undefined) return claims;
    }
  }
}

const stagesOf = (open: readonly CommissionJourney[]): ReadonlyMap<CommissionId, Stage> =>
  new Map(open.map((each) => [each.commissionId, stageOf(each).stage]));
