import {
  IsCurrency,
  IsDecimal,
  IsFlag,
  IsInstant,
  IsListOf,
  IsMoney,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import { divide } from '../../../../shared/rate.ts';
import type { LiabilityForecast } from '../../application/forecast-liability.ts';
import { type BudgetOutlook, isAtRisk } from '../../domain/budget.ts';
import type { MonthForecast } from '../../domain/forecast.ts';
import { type Chance, STAGES } from '../../domain/funnel.ts';

const LARGEST = Number.MAX_SAFE_INTEGER;

class ForecastTotalView {
  @IsCurrency() readonly currency!: string;
  @IsMoney({ description: 'By the chance of each commission to be kept' }) readonly expected!: MoneyJson;
  @IsMoney({ description: 'If all of them are' }) readonly maximum!: MoneyJson;
}

class ForecastMonthView extends ForecastTotalView {
  @IsText({ max: 7, nullable: true, description: 'When it locks, `2026-12`, in UTC; null while nobody can say' })
  readonly month!: string | null;
}

class ForecastStageView {
  @IsOneOf(STAGES) readonly stage!: string;
  @IsWhole({ min: 0, max: LARGEST, description: 'Open commissions that have come so far' }) readonly open!: number;
  @IsDecimal({ description: 'How many of those that come so far are kept, rounded to 4 decimals' })
  readonly chance!: string;
  @IsWhole({ min: 0, max: LARGEST, description: 'Commissions it is learnt from; one that was kept is added to them' })
  readonly seen!: number;
}

class ForecastBudgetView {
  @IsText({ max: 200, description: 'As the terms call it' }) readonly group!: string;
  @IsMoney() readonly budget!: MoneyJson;
  @IsMoney({ description: 'Of commissions that have locked' }) readonly secured!: MoneyJson;
  @IsMoney({ description: 'What open ones will want of it, by their chances' }) readonly expectedOpen!: MoneyJson;
  @IsMoney({ description: 'What they would want if all were kept' }) readonly maximumOpen!: MoneyJson;
  @IsFlag({ description: 'More is expected to be wanted than there is' }) readonly atRisk!: boolean;
}

export class ForecastView {
  @IsInstant() readonly asOf!: Instant;
  @IsListOf(() => ForecastTotalView, { max: 200, description: 'One for each currency' })
  readonly totals!: readonly ForecastTotalView[];
  @IsListOf(() => ForecastMonthView, { max: 100_000, description: 'By currency and month; they sum to the totals' })
  readonly months!: readonly ForecastMonthView[];
  @IsListOf(() => ForecastStageView, { max: STAGES.length }) readonly stages!: readonly ForecastStageView[];
  @IsListOf(() => ForecastBudgetView, { max: 1_000, description: 'Of the terms in force' })
  readonly budgets!: readonly ForecastBudgetView[];
}

export const forecastView = ({ asOf, months, funnel, open, budgets }: LiabilityForecast): ForecastView => ({
  asOf,
  totals: [...grouped(months, ({ currency }) => currency)].map(([currency, of]) => ({
    currency,
    expected: Money.sum(
      currency,
      of.map(({ expected }) => expected),
    ).toJSON(),
    maximum: Money.sum(
      currency,
      of.map(({ maximum }) => maximum),
    ).toJSON(),
  })),
  months: months.map(monthView),
  stages: STAGES.map((stage) => ({
    stage,
    open: open.get(stage) ?? 0,
    chance: chanceText(funnel[stage].chance),
    seen: funnel[stage].seen,
  })),
  budgets: budgets.map(budgetView),
});

const monthView = ({ currency, month, expected, maximum }: MonthForecast): ForecastMonthView => ({
  currency,
  month: month ?? null,
  expected: expected.toJSON(),
  maximum: maximum.toJSON(),
});

const budgetView = (outlook: BudgetOutlook): ForecastBudgetView => ({
  group: outlook.group,
  budget: outlook.budget.toJSON(),
  secured: outlook.secured.toJSON(),
  expectedOpen: outlook.expectedOpen.toJSON(),
  maximumOpen: outlook.maximumOpen.toJSON(),
  atRisk: isAtRisk(outlook),
});

const chanceText = ({ num, den }: Chance): string => {
  const parts = divide(num * 10_000n, den, 'half_up')
    .toString()
    .padStart(5, '0');
  return `${parts.slice(0, -4)}.${parts.slice(-4)}`;
};
