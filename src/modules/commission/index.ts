import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoneyJson } from '../../shared/money.ts';
import type { Page, PageRequest } from '../../shared/page.ts';

export type CommissionId = Id<'com'>;
export type TermsId = Id<'trm'>;
export type TermsDraftId = Id<'tdr'>;
export type BacktestId = Id<'bkt'>;

/** What locked before a moment, per program: settlement compares it with what it has booked before it closes. */
export interface LockedTotal {
  readonly count: number;
  readonly amount: MoneyJson;
  /** Commissions that could lock before the moment, and have not been looked at yet. */
  readonly waiting: number;
}

/** What other modules may ask of commission. */
export abstract class CommissionPort {
  /** Of commissions with `lockedAt < before`. */
  abstract lockedBefore(programId: Id<'prg'>, before: Instant): Promise<LockedTotal>;
}

/** Why things are as they are, in words of `en` or `zh`. Undefined: there is no such thing. */
export abstract class WhyPort {
  abstract commission(commissionId: CommissionId, language: 'en' | 'zh'): Promise<string | undefined>;
  /** All that staff may know. */
  abstract order(orderId: Id<'ord'>, language: 'en' | 'zh'): Promise<string | undefined>;
}

/** An order that nobody can calculate as it is, and why. */
export interface UncalculatedOrder {
  readonly orderId: Id<'ord'>;
  readonly orderRef: string;
  readonly programId: Id<'prg'>;
  readonly code: string;
  readonly detail: string;
  readonly since: Instant;
}

/** What waits until somebody sends what is missing. */
export abstract class UncalculatedPort {
  /** The longest waiting first; of one program, for one reason, or all. */
  abstract uncalculated(
    which: { readonly programId?: Id<'prg'> | undefined; readonly code?: string | undefined },
    request: PageRequest,
  ): Promise<Page<UncalculatedOrder>>;
}

/** A promotion that may pay no more than so much in all, by the terms in force. */
export interface BudgetFacts {
  readonly group: string;
  readonly budget: MoneyJson;
  /** Of commissions that have locked. */
  readonly secured: MoneyJson;
}

/** What a commission that has not locked would take of a budget, if there were enough of it. */
export interface BudgetClaim {
  readonly commissionId: CommissionId;
  readonly amount: MoneyJson;
}

/** How budgets are used. */
export abstract class BudgetPort {
  /** By group; none where there is no such program. */
  abstract budgets(programId: Id<'prg'>): Promise<readonly BudgetFacts[]>;
  /** By commission, a thousand at most: ask again after the last of them. */
  abstract claims(programId: Id<'prg'>, group: string, after?: CommissionId): Promise<readonly BudgetClaim[]>;
}
