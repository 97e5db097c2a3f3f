/** What reporting hears, in its own words. Each is a fact about one thing; none says what was there before. */
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { MoneyJson } from '../../../shared/money.ts';
import type { Rank } from './rank.ts';

export type CommissionId = Id<'com'>;
export type PayoutId = Id<'pay'>;

/** Whose it is. */
export interface Owner {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
}

export interface ClickNews extends Owner {
  readonly about: 'click';
  readonly at: Instant;
}

export interface ConversionNews extends Rank {
  readonly about: 'conversion';
  readonly conversionId: Id<'cnv'>;
  readonly orderId: Id<'ord'>;
  readonly programId: Id<'prg'>;
  /** Absent when it is credited to nobody. */
  readonly partnerId?: Id<'par'> | undefined;
  /** Whose it was until now, when the decision replaces another. */
  readonly replaces?: { readonly partnerId?: Id<'par'> | undefined } | undefined;
  readonly placedAt: Instant;
}

export interface MilestoneNews extends Rank {
  readonly about: 'milestone';
  readonly orderId: Id<'ord'>;
  readonly programId: Id<'prg'>;
  readonly milestone: string;
  readonly at: Instant;
}

export interface AssessmentNews extends Rank, Owner {
  readonly about: 'assessment';
  readonly orderId: Id<'ord'>;
  readonly verdict: 'allow' | 'review' | 'reject';
  readonly reasons: readonly string[];
  readonly at: Instant;
}

export const COMMISSION_STEPS = [
  'accrued',
  'confirmed',
  'vested',
  'held',
  'released',
  'raised',
  'reduced',
  'reversed',
  'locked',
] as const;
export type CommissionStep = (typeof COMMISSION_STEPS)[number];

export interface StepNews extends Rank, Owner {
  readonly about: 'step';
  readonly step: CommissionStep;
  readonly commissionId: CommissionId;
  readonly orderId: Id<'ord'>;
  readonly orderRef: string;
  readonly at: Instant;
  /** What the commission was after it. */
  readonly amount: MoneyJson;
  /** By how much it changed, where it did. */
  readonly change?: MoneyJson | undefined;
  readonly vested?: MoneyJson | undefined;
  readonly locksAt?: Instant | undefined;
  readonly reasons?: readonly string[] | undefined;
}

/** Parts of a commission that come and go by themselves, each with an id of its own. */
export interface PartNews extends Rank, Owner {
  readonly about: 'clawback' | 'payment';
  readonly commissionId: CommissionId;
  readonly orderId: Id<'ord'>;
  readonly orderRef: string;
  /** Of the adjustment, or of the payout. */
  readonly partId: Id<'adj'> | PayoutId;
  readonly amount: MoneyJson;
  readonly reason?: string | undefined;
  readonly at: Instant;
}

/** An entry beside commissions: what people gave or took, or what the terms added to one after its lock. */
export interface AdjustmentNews extends Rank, Owner {
  readonly about: 'adjustment';
  readonly adjustmentId: Id<'adj'>;
  readonly kind: 'adjustment' | 'bonus' | 'terms';
  /** Absent: it stands alone. */
  readonly commissionId?: CommissionId | undefined;
  /** Negative: it was taken. */
  readonly amount: MoneyJson;
  readonly reason: string;
  readonly at: Instant;
}

export interface StatementNews extends Rank, Owner {
  readonly about: 'statement';
  readonly statementId: Id<'stm'>;
  readonly number: string;
  readonly period: string;
  readonly commissionIds: readonly CommissionId[];
  readonly closing: MoneyJson;
  readonly at: Instant;
}

/** More commissions of a statement than one event names. */
export interface MoreOfStatementNews extends Rank, Owner {
  readonly about: 'more_of_statement';
  readonly statementId: Id<'stm'>;
  readonly period: string;
  readonly commissionIds: readonly CommissionId[];
  readonly at: Instant;
}

export const PAYOUT_STEPS = ['submitted', 'settled', 'failed', 'returned'] as const;
export type PayoutStep = (typeof PAYOUT_STEPS)[number];

export interface Allocation {
  readonly commissionId: CommissionId;
  readonly amount: MoneyJson;
}

export interface PayoutNews extends Rank, Owner {
  readonly about: 'payout';
  readonly step: PayoutStep;
  readonly payoutId: PayoutId;
  readonly amount: MoneyJson;
  readonly allocations: readonly Allocation[];
  /** What it kept for what had been clawed back. */
  readonly recovered: readonly Allocation[];
  readonly reason?: string | undefined;
  readonly at: Instant;
}

export type News =
  | ClickNews
  | ConversionNews
  | MilestoneNews
  | AssessmentNews
  | StepNews
  | PartNews
  | AdjustmentNews
  | StatementNews
  | MoreOfStatementNews
  | PayoutNews;
