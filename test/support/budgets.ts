import { ContainerModule } from 'inversify';
import type { Module } from '../../src/infrastructure/module.ts';
import {
  type BudgetClaim,
  type BudgetFacts,
  BudgetPort,
  type CommissionId,
} from '../../src/modules/commission/index.ts';

/** Budgets as a test sets them; the claims on all of them are the same. */
export class StandingBudgets extends BudgetPort {
  facts: readonly BudgetFacts[] = [];
  open: readonly BudgetClaim[] = [];

  budgets(): Promise<readonly BudgetFacts[]> {
    return Promise.resolve(this.facts);
  }

  claims(_programId: string, _group: string, after?: CommissionId): Promise<readonly BudgetClaim[]> {
    return Promise.resolve(this.open.filter(({ commissionId }) => after === undefined || commissionId > after));
  }
}

/** In the place of commission. */
export const offering = (budgets: BudgetPort): Module => ({
  name: 'commission',
  offers: [BudgetPort],
  bindings: new ContainerModule(({ bind }) => {
    bind(BudgetPort).toConstantValue(budgets);
  }),
});
