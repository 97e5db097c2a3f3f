import {
  IsCurrency,
  IsDecimal,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsMoney,
  IsMonth,
  IsNested,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import { batchLifecycle, payoutLifecycle } from '../../domain/payouts/payout-life-cycle.ts';
import { netOf } from '../../domain/payouts/leaving.ts';
import { historyOf } from '../../domain/payouts/payout-history.ts';
import type { Batch, Payout } from '../../domain/payouts/payout.ts';
import { RAILS } from '../../domain/rails/rail-name.ts';
import { UsedRateView, usedRateView } from './fx-views.ts';
import type { CountedBatch, DetailedPayout, StateTotal } from '../../ports/payout-reader.ts';

const PAYOUT_STATES = Object.keys(payoutLifecycle);

class WithholdingView {
  @IsMoney() readonly amount!: MoneyJson;
  @IsText({ max: 20, description: 'For which tax office' }) readonly jurisdiction!: string;
  @IsDecimal({ description: 'Of the amount before' }) readonly percent!: string;
  @IsText({ max: 100, description: 'Why: `backup_ordered`, `no_tax_id`, `non_resident` or `treaty`' })
  readonly reason!: string;
}

class PayoutExchangeView {
  @IsMoney({ description: 'What leaves the house, and what banks tell of' }) readonly leaves!: MoneyJson;
  @IsNested(() => UsedRateView) readonly rate!: UsedRateView;
  @IsInstant({ description: 'When the rate was fixed; what comes back does so at the same' })
  readonly fixedAt!: Instant;
  @IsWhole({ min: 0, max: 1_000 }) readonly spreadBasisPoints!: number;
  @IsMoney({ description: 'What the house kept' }) readonly spread!: MoneyJson;
}

export class PayoutView {
  @IsIdOf('pay') readonly id!: string;
  @IsIdOf('bat') readonly batchId!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsIdOf('par') readonly partnerId!: string;
  @IsMonth({ description: 'The period after whose close it was made' }) readonly period!: string;
  @IsOneOf(RAILS, { optional: true, description: 'What carries the money' }) readonly rail?: string;
  @IsMoney({ description: 'All of it, in the currency of the books' }) readonly amount!: MoneyJson;
  @IsNested(() => WithholdingView, { optional: true, description: 'What of it a tax office gets' })
  readonly withheld?: WithholdingView;
  @IsMoney({ optional: true, description: 'What is left when something is withheld' }) readonly net?: MoneyJson;
  @IsNested(() => PayoutExchangeView, { optional: true, description: 'What leaves the house in another currency' })
  readonly exchange?: PayoutExchangeView;
  @IsOneOf(PAYOUT_STATES) readonly state!: string;
  @IsText({ max: 200, optional: true, description: 'Why it was cancelled, rejected or returned' })
  readonly reason?: string;
  @IsText({ max: 200, optional: true, description: 'Why it could not be sent when its batch was to be' })
  readonly heldBackBecause?: string;
  @IsInstant() readonly createdAt!: Instant;
  @IsInstant({ optional: true }) readonly submittedAt?: Instant;
  @IsInstant({ optional: true }) readonly settledAt?: Instant;
  @IsInstant({ optional: true, description: 'When it was cancelled, rejected or returned' }) readonly endedAt?: Instant;
}

const withheldIn = (payout: Payout) => {
  const { withholding, amount } = payout;
  if (withholding === undefined) return {};
  const { jurisdiction, percent, reason, minor } = withholding;
  return {
    withheld: { amount: Money.of(minor, amount.currency).toJSON(), jurisdiction, percent, reason },
    net: netOf(payout).toJSON(),
  };
};

const exchangeOf = ({ exchange }: Payout) =>
  exchange && {
    leaves: exchange.counter.toJSON(),
    rate: usedRateView(exchange.rate),
    fixedAt: exchange.fixedAt,
    spreadBasisPoints: exchange.spreadBasisPoints,
    spread: exchange.spread.toJSON(),
  };

const payoutFields = ({ amount, ...payout }: Payout) => ({
  id: payout.id,
  batchId: payout.batchId,
  programId: payout.programId,
  partnerId: payout.partnerId,
  period: payout.period,
  rail: payout.rail,
  amount: amount.toJSON(),
  ...withheldIn({ amount, ...payout }),
  exchange: exchangeOf({ amount, ...payout }),
  state: payout.state,
  reason: payout.reason,
  heldBackBecause: payout.submittedAt === undefined ? payout.heldBack?.because : undefined,
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

class PayoutStepView {
  @IsOneOf([...PAYOUT_STATES, 'held_back'], {
    description: '`held_back`: its batch was to be sent, and nobody of it could be paid',
  })
  readonly state!: string;
  @IsInstant() readonly at!: Instant;
  @IsText({ max: 200, optional: true }) readonly reason?: string;
}

export class PayoutDetailView extends PayoutView {
  @IsListOf(() => PayoutStepView, { max: 10, description: 'What became of it when, earliest first' })
  readonly history!: readonly PayoutStepView[];
  @IsListOf(() => PayoutShareView, { max: 1_000_000, description: 'With the adjustments they sum to the amount' })
  readonly allocations!: readonly PayoutShareView[];
  @IsListOf(() => PayoutAdjustmentView, { max: 1_000_000, description: 'Entries beside commissions' })
  readonly adjustments!: readonly PayoutAdjustmentView[];
}

export const payoutDetailView = ({ payout, approvedAt, allocations }: DetailedPayout): PayoutDetailView =>
  ({
    ...payoutFields(payout),
    history: historyOf(payout, approvedAt),
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
