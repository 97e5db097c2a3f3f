import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import { Money } from '../../../shared/money.ts';
import { type Announcement, published } from '../../../shared/outbox.ts';
import { BudgetAtRiskV1 } from '../events.ts';
import { expectedOf } from './forecast.ts';
import type { Funnel, Stage } from './funnel.ts';

/** What a promotion is expected to want of its budget. */
export interface BudgetOutlook {
  readonly group: string;
  readonly budget: Money;
  /** Of commissions that have locked. */
  readonly secured: Money;
  /** Of those that have not, by the chance of each. */
  readonly expectedOpen: Money;
  /** If all of them do. */
  readonly maximumOpen: Money;
}

/** A commission that would take so much of a budget. Without a stage, nothing else was heard of it yet. */
export interface Claim {
  readonly stage: Stage | undefined;
  readonly amount: Money;
}

/** Of each stage the sum is taken before it is rounded. */
export const budgetOutlook = (
  facts: Pick<BudgetOutlook, 'group' | 'budget' | 'secured'>,
  claims: readonly Claim[],
  funnel: Funnel,
): BudgetOutlook => {
  const { currency } = facts.budget;
  const sums = new Map<Stage, Money>();
  for (const { stage = 'placed', amount } of claims)
    sums.set(stage, amount.plus(sums.get(stage) ?? Money.zero(currency)));
  const expected = [...sums].map(([stage, sum]) => expectedOf(sum, funnel[stage].chance));
  return {
    ...facts,
    expectedOpen: Money.sum(currency, expected),
    maximumOpen: Money.sum(currency, sums.values()),
  };
};

export const isAtRisk = ({ budget, secured, expectedOpen }: BudgetOutlook): boolean =>
  secured.plus(expectedOpen).compare(budget) > 0;

/** What was found of a budget when it was last looked at. */
export interface BudgetState {
  readonly group: string;
  readonly budgetMinor: bigint;
  readonly isAtRisk: boolean;
}

export interface BudgetChange {
  readonly state: BudgetState;
  readonly announcement: Announcement | undefined;
}

/** Budgets that have come to be at risk, or are no longer; another budget of the same group starts anew. */
export const budgetChanges = (
  programId: Id<'prg'>,
  outlooks: readonly BudgetOutlook[],
  known: readonly BudgetState[],
  now: Instant,
): readonly BudgetChange[] =>
  outlooks.flatMap((outlook) => {
    const { group, budget } = outlook;
    const before = known.find((each) => each.group === group && each.budgetMinor === budget.minor);
    const state = { group, budgetMinor: budget.minor, isAtRisk: isAtRisk(outlook) };
    if (before?.isAtRisk === state.isAtRisk) return [];
    return [{ state, announcement: state.isAtRisk ? atRisk(programId, outlook, now) : undefined }];
  });

const atRisk = (programId: Id<'prg'>, outlook: BudgetOutlook, foundAt: Instant): Announcement => {
  const { group, budget, secured, expectedOpen } = outlook;
  return published(
    BudgetAtRiskV1,
    { aggregate: programId, occurredAt: foundAt },
    {
      programId,
      group,
      budget: budget.toJSON(),
      secured: secured.toJSON(),
      expectedOpen: expectedOpen.toJSON(),
      foundAt,
    },
  );
};
