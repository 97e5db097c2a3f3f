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

/** Which rate is asked for: of one unit of `from` in units of `to`, the latest that counted by then. */
export interface RateQuestion {
  readonly source: string;
  readonly from: string;
  readonly to: string;
  readonly at: Instant;
}

export interface RateFacts extends Pick<RateQuestion, 'source' | 'from' | 'to'> {
  /** A decimal, or the quotient of two, `5.8012/1.0835`, where the source quotes both in another currency. */
  readonly rate: string;
  /** From when on it counts. */
  readonly at: Instant;
}

/** What was recorded of exchange rates: the house has one table of them. */
export abstract class RatesPort {
  /** Undefined: nobody has recorded one. Nothing is guessed. */
  abstract rate(question: RateQuestion): Promise<RateFacts | undefined>;
}

/** An entry beside commissions that another module has decided on, with as many people as the program wants. */
export interface DecidedAdjustment {
  /** Derived from what it follows: asked for again, it is the same. */
  readonly adjustmentId: Id<'adj'>;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  /** Absent: it stands alone. */
  readonly commissionId?: CommissionId | undefined;
  /** Negative: it is taken from the partner. */
  readonly amount: MoneyJson;
  /** A code. */
  readonly reason: string;
  /** In words, which the partner reads. */
  readonly note: string;
  /** What it follows: the id of a dispute. */
  readonly subject: string;
  readonly by: string;
  /** Who agreed; the same as `by` where one person is enough. */
  readonly approvedBy: string;
}

/** For modules whose decisions give a partner something, or take it. */
export abstract class AdjustmentsPort {
  /** An adjustment above it, either way, needs two people. Throws `commission.unknown_program`. */
  abstract limit(programId: Id<'prg'>): Promise<MoneyJson>;
  /**
   * Counts at once, and once, however often it is asked for. Throws `commission.unknown_program`,
   * `commission.adjustment_currency`, `commission.adjustment_of_nothing`, `commission.adjustment_other_commission`.
   */
  abstract adjust(adjustment: DecidedAdjustment): Promise<void>;
}

/** A commission, as far as a dispute about it can be judged by figures alone. */
export interface CommissionEvidence {
  readonly commissionId: CommissionId;
  readonly partnerId: Id<'par'>;
  readonly state: string;
  readonly amount: MoneyJson;
  /** What its explanation comes to when it is computed again; absent where that cannot be compared. */
  readonly recomputed?: MoneyJson | undefined;
  /** All that was ever taken off it, before its lock and after. */
  readonly takenOff: MoneyJson;
  /** When its amount was last decided. */
  readonly decidedAt: Instant;
}

/** What is known of an order now, for whoever judges a dispute of a partner about it. */
export interface OrderEvidence {
  readonly orderId: Id<'ord'>;
  readonly orderRef: string;
  readonly placedAt: Instant;
  /** Unit prices times quantities, as ordered. */
  readonly goods: MoneyJson;
  /** When its credit was decided. */
  readonly decidedAt?: Instant | undefined;
  /** The partner has the credit, all of it or a part. */
  readonly isCredited: boolean;
  /** The partner's own. */
  readonly commissions: readonly CommissionEvidence[];
  readonly everything: object;
  /** What the partner may see of it. Undefined: the order is nothing to the partner. */
  readonly shown?: object | undefined;
}

export type OrderNamed =
  { readonly orderId: Id<'ord'> } | { readonly orderRef: string } | { readonly commissionId: CommissionId };

/** What a dispute is judged by: the order's timeline, its credit with all candidates, the explanations. */
export abstract class EvidencePort {
  /** Undefined: the program has no such order. */
  abstract order(programId: Id<'prg'>, partnerId: Id<'par'>, order: OrderNamed): Promise<OrderEvidence | undefined>;
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

/** What an order came to for one partner. */
export interface OutcomeOfOrder {
  readonly commissionId: CommissionId;
  readonly partnerId: Id<'par'>;
  readonly state: string;
  /** What it is worth by now: nothing when it was reversed, less when some was taken back. */
  readonly amount: MoneyJson;
  /** Of it, what has been paid, as commission heard. */
  readonly paid: MoneyJson;
}

/** A delivered order, with what it earned; or why it earned nobody anything. */
export interface DeliveredOrder {
  readonly orderId: Id<'ord'>;
  readonly orderRef: string;
  readonly placedAt: Instant;
  readonly deliveredAt: Instant;
  /** Of its lines, less what came back. */
  readonly value: MoneyJson;
  readonly commissions: readonly OutcomeOfOrder[];
  /** A code; null where it earned something. */
  readonly reason: string | null;
}

/** For whoever holds orders, commissions and money against each other. */
export abstract class OutcomesPort {
  /** Delivered by now, of those placed in the span, by placing, behind the place: of as many orders as told. */
  abstract delivered(
    programId: Id<'prg'>,
    asked: {
      readonly from: Instant;
      readonly until: Instant;
      readonly after?: PlacedAt | undefined;
      readonly limit: number;
    },
  ): Promise<{ readonly orders: readonly DeliveredOrder[]; readonly next: PlacedAt | null }>;
}

/** Where somebody is who goes through orders as they were placed. */
export interface PlacedAt {
  readonly placedAt: Instant;
  readonly orderId: Id<'ord'>;
}
