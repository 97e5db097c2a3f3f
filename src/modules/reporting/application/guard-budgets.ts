import type { Clock, WallClock } from '../../../shared/clock.ts';
import type { Id } from '../../../shared/ids.ts';
import { epochMs, instantAt } from '../../../shared/instant.ts';
import { budgetChanges } from '../domain/budget.ts';
import type { Liabilities } from '../ports/liabilities.ts';
import type { ReportTransaction } from '../ports/reports.ts';
import type { ForecastLiability } from './forecast-liability.ts';

const HOUR_MS = 3_600_000;

/** Once an hour of the machine looks whether promotions will want more than their budgets, and tells it once. */
export class GuardBudgets {
  constructor(
    private readonly transaction: ReportTransaction,
    private readonly liabilities: Pick<Liabilities, 'programs' | 'lookedAt'>,
    private readonly forecast: Pick<ForecastLiability, 'budgets'>,
    private readonly clock: Clock,
    private readonly wallClock: WallClock,
  ) {}

  async due(): Promise<boolean> {
    const last = await this.liabilities.lookedAt();
    return last === undefined || this.wallClock.nowMs() - epochMs(last) >= HOUR_MS;
  }

  /** All there are; never true. */
  async run(): Promise<boolean> {
    if (!(await this.due())) return false;
    for (const programId of await this.liabilities.programs()) await this.look(programId);
    await this.transaction.run(({ budgets }) => budgets.looked(instantAt(this.wallClock.nowMs())));
    return false;
  }

  private async look(programId: Id<'prg'>): Promise<void> {
    const outlooks = await this.forecast.budgets(programId);
    if (outlooks.length === 0) return;
    const now = this.clock.now();
    await this.transaction.run(async ({ budgets, outbox }) => {
      const changes = budgetChanges(programId, outlooks, await budgets.ofProgram(programId), now);
      if (changes.length === 0) return;
      await budgets.save(
        programId,
        changes.map(({ state }) => state),
        now,
      );
      outbox.publish(...changes.flatMap(({ announcement }) => announcement ?? []));
    });
  }
}
