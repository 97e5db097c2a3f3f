import type { Id } from '../../../shared/ids.ts';
import type { AdjustmentSum } from '../domain/balance.ts';
import type { CommissionFacts, CommissionState } from '../domain/commission-status.ts';
import type { AssessmentNews, CommissionId, Owner, PayoutStep } from '../domain/news.ts';
import type { PayoutFacts } from '../domain/payout-status.ts';
import type { RollupMeasure } from '../index.ts';

/** Of a program; of one partner in it, if named. */
export interface Scope {
  readonly programId: Id<'prg'>;
  readonly partnerId?: Id<'par'> | undefined;
}

export interface DailyFigure {
  readonly day: string;
  readonly measure: RollupMeasure;
  readonly currency?: string | undefined;
  readonly count: number;
  readonly minor: bigint;
}

export interface CommissionSum {
  readonly state: CommissionState;
  /** Absent while commission has not told an amount. */
  readonly currency?: string | undefined;
  readonly count: number;
  readonly amountMinor: bigint;
  readonly vestedMinor: bigint;
  readonly clawedBackMinor: bigint;
}

export interface PayoutSum {
  readonly state: PayoutStep;
  readonly currency: string;
  readonly count: number;
  readonly minor: bigint;
}

export interface Tally {
  readonly clicks: number;
  readonly attributed: number;
  readonly unattributed: number;
  readonly statements: number;
}

/** Looks at what was put together, outside any transaction. */
export abstract class ReportReader {
  /** Days and measures in order; summed over partners, unless one is named. */
  abstract daily(scope: Scope, from: string, to: string): Promise<readonly DailyFigure[]>;
  abstract commissionSums(scope: Scope): Promise<readonly CommissionSum[]>;
  /** By currency: of all entries beside commissions. */
  abstract adjustmentSums(scope: Scope): Promise<readonly AdjustmentSum[]>;
  abstract payoutSums(scope: Scope): Promise<readonly PayoutSum[]>;
  abstract tally(scope: Scope): Promise<Tally>;
  abstract commission(commissionId: CommissionId): Promise<CommissionFacts | undefined>;
  abstract assessment(
    orderId: Id<'ord'>,
    partnerId: Id<'par'>,
  ): Promise<Pick<AssessmentNews, 'verdict' | 'reasons'> | undefined>;
  abstract payouts(owner: Owner): Promise<readonly PayoutFacts[]>;
}
