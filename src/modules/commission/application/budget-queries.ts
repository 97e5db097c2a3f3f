import type { Clock } from '../../../shared/clock.ts';
import type { Id } from '../../../shared/ids.ts';
import { Money } from '../../../shared/money.ts';
import { type Budget, budgetsOf } from '../domain/periods/budgets.ts';
import { termsInForce } from '../domain/terms/terms.ts';
import { type BudgetClaim, type BudgetFacts, BudgetPort, type CommissionId } from '../index.ts';
import type { Budgets } from '../ports/budgets.ts';
import type { CommissionReader } from '../ports/commission-reader.ts';

const MOST_CLAIMS = 1_000;

export class BudgetQueries extends BudgetPort {
  constructor(
    private readonly reader: Pick<CommissionReader, 'termsVersions'>,
    private readonly used: Budgets,
    private readonly clock: Clock,
  ) {
    super();
  }

  async budgets(programId: Id<'prg'>): Promise<readonly BudgetFacts[]> {
    const budgets = await this.inForce(programId);
    return Promise.all(
      budgets.map(async ({ group, amount, scope }) => {
        const secured = Money.of(await this.used.secured(programId, scope), amount.currency);
        return { group, budget: amount.toJSON(), secured: secured.toJSON() };
      }),
    );
  }

  async claims(programId: Id<'prg'>, group: string, after?: CommissionId): Promise<readonly BudgetClaim[]> {
    const budget = (await this.inForce(programId)).find((each) => each.group === group);
    if (budget === undefined) return [];
    const { scope, amount } = budget;
    const wanted = await this.used.wanted(programId, scope, MOST_CLAIMS, after);
    return wanted.map(({ commissionId, minor }) => ({
      commissionId,
      amount: Money.of(minor, amount.currency).toJSON(),
    }));
  }

  private async inForce(programId: Id<'prg'>): Promise<readonly Budget[]> {
    const version = termsInForce(await this.reader.termsVersions(programId), this.clock.now());
    return version === undefined ? [] : budgetsOf(version.terms);
  }
}
