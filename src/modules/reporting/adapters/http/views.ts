import {
  IsCurrency,
  IsDay,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsMoney,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { ExplainedPayment } from '../../application/explain-payment.ts';
import type { Balance } from '../../domain/balance.ts';
import { COMMISSION_STATES, type CommissionFacts, statusOf } from '../../domain/commission-status.ts';
import { COMMISSION_STEPS, PAYOUT_STEPS } from '../../domain/news.ts';
import { BLOCKERS, type BlockerCode } from '../../domain/outlook.ts';
import { ROLLUP_MEASURES } from '../../index.ts';
import type { CommissionSum, DailyFigure, PayoutSum, Tally } from '../../ports/report-reader.ts';

const LARGEST = Number.MAX_SAFE_INTEGER;

const money = (minor: bigint, currency: string): MoneyJson => Money.of(minor, currency).toJSON();

// ── days ──────────────────────────────────────────────────────────────────────────────────────────────────────────

class DailyFigureView {
  @IsDay({ description: 'In UTC' }) readonly day!: string;
  @IsOneOf(ROLLUP_MEASURES) readonly measure!: string;
  @IsWhole({ min: -LARGEST, max: LARGEST }) readonly count!: number;
  @IsMoney({ negative: true, optional: true, description: 'Absent for what has no amount' })
  readonly amount?: MoneyJson | undefined;
}

export class DailyReportView {
  @IsListOf(() => DailyFigureView, { max: 100_000, description: 'By day and measure; what is zero is left out' })
  readonly data!: readonly DailyFigureView[];
}

export const dailyView = (figures: readonly DailyFigure[]): DailyReportView => ({
  data: figures.map(({ day, measure, count, minor, currency }) => ({
    day,
    measure,
    count,
    ...(currency !== undefined && { amount: money(minor, currency) }),
  })),
});

// ── balance ───────────────────────────────────────────────────────────────────────────────────────────────────────

class BalanceView {
  @IsCurrency() readonly currency!: string;
  @IsMoney({ description: 'Not earned yet, or held' }) readonly pending!: MoneyJson;
  @IsMoney({ description: 'Earned; the order can still be sent back' }) readonly vested!: MoneyJson;
  @IsMoney({ negative: true, description: 'Locked and not on its way; below zero, it is netted from what comes next' })
  readonly payable!: MoneyJson;
  @IsMoney({ description: 'With the bank' }) readonly inPayout!: MoneyJson;
  @IsMoney({ description: 'Confirmed by the bank' }) readonly paid!: MoneyJson;
  @IsMoney({ description: 'Taken back after the lock' }) readonly clawedBack!: MoneyJson;
  @IsMoney({
    negative: true,
    description: 'Adjustments, bonuses and what the terms added after the lock; in `payable`',
  })
  readonly adjusted!: MoneyJson;
}

export class BalanceListView {
  @IsListOf(() => BalanceView, { max: 200, description: 'One for each currency' })
  readonly data!: readonly BalanceView[];
}

export const balanceListView = (balances: readonly Balance[]): BalanceListView => ({
  data: balances.map(({ currency, pending, vested, payable, inPayout, paid, clawedBack, adjusted }) => ({
    currency,
    pending: money(pending, currency),
    vested: money(vested, currency),
    payable: money(payable, currency),
    inPayout: money(inPayout, currency),
    paid: money(paid, currency),
    clawedBack: money(clawedBack, currency),
    adjusted: money(adjusted, currency),
  })),
});

// ── when, and why not yet ─────────────────────────────────────────────────────────────────────────────────────────

class BlockerView {
  @IsOneOf(BLOCKERS) readonly code!: BlockerCode;
  @IsText({ max: 5_000 }) readonly sentence!: string;
  @IsInstant({ optional: true, description: 'When it ends by itself' }) readonly until?: Instant | undefined;
}

class CommissionStepView {
  @IsOneOf([...COMMISSION_STEPS, 'settled', 'paid', 'clawed_back']) readonly step!: string;
  @IsInstant() readonly at!: Instant;
}

export class CommissionPaymentView {
  @IsIdOf('com') readonly commissionId!: Id<'com'>;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsText({ max: 200, optional: true }) readonly orderRef?: string | undefined;
  @IsOneOf(COMMISSION_STATES) readonly state!: string;
  @IsMoney({ optional: true }) readonly amount?: MoneyJson | undefined;
  @IsInstant({
    nullable: true,
    description: 'Not before this; null while nobody can say, or when only people and banks are left to wait for',
  })
  readonly earliestAt!: Instant | null;
  @IsListOf(() => BlockerView, { min: 1, max: 20, description: 'What is in the way, or how it ended' })
  readonly blockers!: readonly BlockerView[];
  @IsListOf(() => CommissionStepView, { max: 10_000, description: 'What happened, oldest first' })
  readonly steps!: readonly CommissionStepView[];
  @IsIdOf('stm', { optional: true }) readonly statementId?: Id<'stm'> | undefined;
}

export const paymentView = ({ facts, outlook }: ExplainedPayment): CommissionPaymentView => {
  const { currency, amountMinor } = statusOf(facts);
  const { commissionId, programId, partnerId, order, statement } = facts;
  return {
    commissionId,
    programId,
    partnerId,
    orderRef: order?.orderRef,
    state: outlook.state,
    ...(currency !== undefined && { amount: money(amountMinor, currency) }),
    earliestAt: outlook.earliestAt ?? null,
    blockers: outlook.blockers,
    steps: stepsOf(facts),
    statementId: statement?.statementId,
  };
};

const stepsOf = ({ steps, statement, brought, clawbacks }: CommissionFacts): readonly CommissionStepView[] =>
  [
    ...COMMISSION_STEPS.flatMap((step) => ({ step, at: steps[step]?.at })),
    { step: 'settled', at: statement?.at },
    ...Object.values(brought).map((part) => ({ step: 'paid', at: part?.at })),
    ...Object.values(clawbacks).map((part) => ({ step: 'clawed_back', at: part?.at })),
  ]
    .flatMap(({ step, at }) => (at === undefined ? [] : [{ step, at }]))
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

// ── summary ───────────────────────────────────────────────────────────────────────────────────────────────────────

class CommissionSumView {
  @IsOneOf(COMMISSION_STATES) readonly state!: string;
  @IsWhole({ min: 0, max: LARGEST }) readonly count!: number;
  @IsMoney({ optional: true }) readonly amount?: MoneyJson | undefined;
}

class PayoutSumView {
  @IsOneOf(PAYOUT_STEPS) readonly state!: string;
  @IsWhole({ min: 0, max: LARGEST }) readonly count!: number;
  @IsMoney() readonly amount!: MoneyJson;
}

export class ProgramSummaryView {
  @IsWhole({ min: 0, max: LARGEST }) readonly clicks!: number;
  @IsWhole({ min: 0, max: LARGEST }) readonly conversionsAttributed!: number;
  @IsWhole({ min: 0, max: LARGEST }) readonly conversionsUnattributed!: number;
  @IsListOf(() => CommissionSumView, { max: 2_000, description: 'By state and currency' })
  readonly commissions!: readonly CommissionSumView[];
  @IsWhole({ min: 0, max: LARGEST }) readonly statements!: number;
  @IsListOf(() => PayoutSumView, { max: 1_000, description: 'By state and currency' })
  readonly payouts!: readonly PayoutSumView[];
}

export const summaryView = (
  { clicks, attributed, unattributed, statements }: Tally,
  commissions: readonly CommissionSum[],
  payouts: readonly PayoutSum[],
): ProgramSummaryView => ({
  clicks,
  conversionsAttributed: attributed,
  conversionsUnattributed: unattributed,
  commissions: commissions.map(({ state, count, amountMinor, currency }) => ({
    state,
    count,
    ...(currency !== undefined && { amount: money(amountMinor, currency) }),
  })),
  statements,
  payouts: payouts.map(({ state, count, minor, currency }) => ({ state, count, amount: money(minor, currency) })),
});
