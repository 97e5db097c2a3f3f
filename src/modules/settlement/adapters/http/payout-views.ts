import {
  IsCurrency,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsMoney,
  IsMonth,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import { batchLifecycle, payoutLifecycle } from '../../domain/payouts/payout-life-cycle.ts';
import type { Batch, Payout } from '../../domain/payouts/payout.ts';
import { RAILS } from '../../domain/rails/rail-name.ts';
import type { CountedBatch, DetailedPayout, StateTotal } from '../../ports/payout-reader.ts';

const PAYOUT_STATES = Object.keys(payoutLifecycle);

export class PayoutView {
  @IsIdOf('pay') readonly id!: string;
  @IsIdOf('bat') readonly batchId!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsIdOf('par') readonly partnerId!: string;
  @IsMonth({ description: 'The period after whose close it was made' }) readonly period!: string;
  @IsOneOf(RAILS, { optional: true, description: 'What carries the money' }) readonly rail?: string;
  @IsMoney() readonly amount!: MoneyJson;
  @IsOneOf(PAYOUT_STATES) readonly state!: string;
  @IsText({ max: 200, optional: true, description: 'Why it was cancelled, rejected or returned' })
  readonly reason?: string;
  @IsInstant() readonly createdAt!: Instant;
  @IsInstant({ optional: true }) readonly submittedAt?: Instant;
  @IsInstant({ optional: true }) readonly settledAt?: Instant;
  @IsInstant({ optional: true, description: 'When it was cancelled, rejected or returned' }) readonly endedAt?: Instant;
}

const payoutFields = ({ amount, ...payout }: Payout) => ({
  id: payout.id,
  batchId: payout.batchId,
  programId: payout.programId,
  partnerId: payout.partnerId,
  period: payout.period,
  rail: payout.rail,
  amount: amount.toJSON(),
  state: payout.state,
  reason: payout.reason,
  createdAt: payout.createdAt,
  submittedAt: payout.submittedAt,
  settledAt: payout.settledAt,
  endedAt: payout.endedAt,
});

export const payoutView = (payout: Payout): PayoutView => payoutFields(payout) as PayoutView;

class PayoutShareView {
  @IsIdOf('com') readonly commissionId!: string;
  @IsMoney({ negative: true, description: 'Negative for what a clawback took' }) readonly amount!: MoneyJson;
}

class PayoutAdjustmentView {
  @IsIdOf('adj') readonly adjustmentId!: string;
  @IsMoney({ negative: true, description: 'Negative for what it took' }) readonly amount!: MoneyJson;
}

export class PayoutDetailView extends PayoutView {
  @IsListOf(() => PayoutShareView, { max: 1_000_000, description: 'With the adjustments they sum to the amount' })
  readonly allocations!: readonly PayoutShareView[];
  @IsListOf(() => PayoutAdjustmentView, { max: 1_000_000, description: 'Entries beside commissions' })
  readonly adjustments!: readonly PayoutAdjustmentView[];
}

export const payoutDetailView = ({ payout, allocations }: DetailedPayout): PayoutDetailView =>
  ({
    ...payoutFields(payout),
    allocations: allocations.flatMap(({ commissionId, minor }) =>
      commissionId === undefined ? [] : [{ commissionId, amount: moneyOf(payout, minor) }],
    ),
    adjustments: allocations.flatMap(({ adjustmentId, minor }) =>
      adjustmentId === undefined ? [] : [{ adjustmentId, amount: moneyOf(payout, minor) }],
    ),
  }) as PayoutDetailView;

const moneyOf = ({ amount }: Payout, minor: bigint): MoneyJson => Money.of(minor, amount.currency).toJSON();

class PayoutStateTotalView {
  @IsOneOf(PAYOUT_STATES) readonly state!: string;
  @IsWhole({ min: 0, max: 1_000_000_000 }) readonly count!: number;
  @IsMoney() readonly amount!: MoneyJson;
}

export class PayoutTotalsView {
  @IsListOf(() => PayoutStateTotalView, { max: 50, description: 'The states in which there are any' })
  readonly states!: readonly PayoutStateTotalView[];
}

export const payoutTotalsView = (totals: readonly StateTotal[]): PayoutTotalsView => ({
  states: totals.map(({ state, count, amount }) => ({ state, count, amount: amount.toJSON() })),
});

export class PayoutBatchView {
  @IsIdOf('bat') readonly id!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsMonth() readonly period!: string;
  @IsOneOf(RAILS, { optional: true, description: 'What carries the money' }) readonly rail?: string;
  @IsCurrency({ optional: true, description: 'In which the partners are paid' }) readonly currency?: string;
  @IsOneOf(Object.keys(batchLifecycle)) readonly state!: string;
  @IsText({ max: 300, description: 'Who closed the period; somebody else approves' }) readonly closedBy!: string;
  @IsInstant() readonly createdAt!: Instant;
  @IsText({ max: 300, optional: true }) readonly approvedBy?: string;
  @IsInstant({ optional: true }) readonly approvedAt?: Instant;
  @IsInstant({ optional: true }) readonly submittedAt?: Instant;
}

const batchFields = (batch: Batch) => ({
  id: batch.id,
  programId: batch.programId,
  period: batch.period,
  rail: batch.rail,
  currency: batch.currency,
  state: batch.state,
  closedBy: batch.closedBy,
  createdAt: batch.createdAt,
  approvedBy: batch.approvedBy,
  approvedAt: batch.approvedAt,
  submittedAt: batch.submittedAt,
});

export const batchView = (batch: Batch): PayoutBatchView => batchFields(batch) as PayoutBatchView;

export class PayoutBatchDetailView extends PayoutBatchView {
  @IsListOf(() => PayoutStateTotalView, { max: 50, description: 'How many payouts are in which state' })
  readonly payouts!: readonly PayoutStateTotalView[];
}

export const batchDetailView = ({ batch, payouts }: CountedBatch): PayoutBatchDetailView =>
  ({ ...batchFields(batch), payouts: payoutTotalsView(payouts).states }) as PayoutBatchDetailView;
