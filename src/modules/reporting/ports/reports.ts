import type { Outbox } from '../../../shared/outbox.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { CommissionFacts } from '../domain/commission-status.ts';
import type {
  AssessmentNews,
  CommissionId,
  ConversionNews,
  MilestoneNews,
  Owner,
  PayoutNews,
  StatementNews,
} from '../domain/news.ts';
import type { PayoutFacts } from '../domain/payout-status.ts';
import type { Count } from '../domain/rollup.ts';

import type { BudgetStates } from './budget-states.ts';

export interface CommissionKey extends Owner {
  readonly commissionId: CommissionId;
}

export abstract class Reports {
  /** Adds to what the days have. One for each key, in one order. */
  abstract count(counts: readonly Count[]): Promise<void>;
  /** What is known of each, nothing yet for a new one; ours until the transaction ends. */
  abstract commissions(keys: readonly CommissionKey[]): Promise<readonly CommissionFacts[]>;
  abstract saveCommissions(facts: readonly CommissionFacts[]): Promise<void>;
  /** What is known of those that the news is about; ours until the transaction ends. */
  abstract payouts(news: readonly PayoutNews[]): Promise<readonly PayoutFacts[]>;
  abstract savePayouts(facts: readonly PayoutFacts[]): Promise<void>;
  /** Where something told later is known already, that stays. One for each key. */
  abstract saveConversions(conversions: readonly ConversionNews[]): Promise<void>;
  abstract saveAssessments(assessments: readonly AssessmentNews[]): Promise<void>;
  abstract saveMilestones(milestones: readonly MilestoneNews[]): Promise<void>;
  abstract saveStatements(statements: readonly StatementNews[]): Promise<void>;
}

export interface ReportStores {
  readonly reports: Reports;
  readonly budgets: BudgetStates;
  readonly outbox: Outbox;
}

export abstract class ReportTransaction extends Transaction<ReportStores> {}
