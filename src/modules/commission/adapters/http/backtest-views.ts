import { pageOfShape } from '../../../../infrastructure/http/paging.ts';
import {
  IsBag,
  IsFlag,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsMoney,
  IsNested,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type Instant, instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { BacktestRequest } from '../../application/backtests/ask-backtest.ts';
import type { Backtest, BacktestResult } from '../../domain/backtest/backtest.ts';
import type { BacktestId, TermsDraftId, TermsId } from '../../index.ts';
import { AmountExplanationView } from './explanation-views.ts';

const MOST = Number.MAX_SAFE_INTEGER;

export class BacktestPath {
  @IsIdOf('bkt') readonly backtestId!: BacktestId;
}

/** What both ways of asking say. */
export class PeriodRequest {
  @IsInstant({ description: 'Orders placed from then on' }) readonly from!: string;
  @IsInstant({ description: 'Half-open: those placed then are not among them' }) readonly until!: string;
  @IsMoney({ optional: true, description: 'More than this in all, and `budget.isBreached` says so' })
  readonly budget?: MoneyJson;
}

export class WordsRequest extends PeriodRequest {
  @IsIdOf('tdr', { optional: true }) readonly draftId?: TermsDraftId;
  @IsIdOf('trm', { optional: true, description: 'A published version, as if it had always been in force' })
  readonly termsId?: TermsId;
  @IsBag({
    optional: true,
    description: 'The terms themselves; without any of the three, each order by its own version',
  })
  readonly terms?: object;
}

export const periodOf = ({
  from,
  until,
  budget,
}: PeriodRequest): Pick<BacktestRequest, 'from' | 'until' | 'budget'> => ({
  from: instant(from),
  until: instant(until),
  budget,
});

class SumsView {
  @IsMoney({ negative: true, description: 'As history has it' }) readonly live!: MoneyJson;
  @IsMoney({ negative: true, description: 'By the terms that were rehearsed' }) readonly rehearsed!: MoneyJson;
  @IsMoney({ negative: true }) readonly delta!: MoneyJson;
}

class PartnerDeltaView extends SumsView {
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsWhole({ min: 0, max: MOST }) readonly orders!: number;
}

class CapHitView {
  @IsText({ max: 300 }) readonly limit!: string;
  @IsWhole({ min: 0, max: MOST }) readonly orders!: number;
  @IsMoney({ description: 'What it cut in all' }) readonly cut!: MoneyJson;
}

class ChangedOrderView extends SumsView {
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsIdOf('com', { nullable: true }) readonly commissionId!: Id<'com'> | null;
  @IsNested(() => AmountExplanationView, { nullable: true }) readonly liveExplanation!: object | null;
  @IsNested(() => AmountExplanationView, { nullable: true }) readonly rehearsedExplanation!: object | null;
}

class ExampleView {
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsText({ max: 2_000 }) readonly detail!: string;
}

class NotCalculatedView {
  @IsText({ max: 100 }) readonly code!: string;
  @IsWhole({ min: 1, max: MOST }) readonly orders!: number;
  @IsNested(() => ExampleView) readonly example!: ExampleView;
}

class BudgetView {
  @IsMoney() readonly limit!: MoneyJson;
  @IsFlag() readonly isBreached!: boolean;
}

class BacktestResultView extends SumsView {
  @IsWhole({ min: 0, max: MOST }) readonly orders!: number;
  @IsWhole({ min: 0, max: MOST }) readonly changedOrders!: number;
  @IsListOf(() => PartnerDeltaView, { max: 1_000, description: 'Who gains or loses most comes first' })
  readonly partners!: readonly PartnerDeltaView[];
  @IsWhole({ min: 0, max: MOST }) readonly partnersInAll!: number;
  @IsListOf(() => CapHitView, { max: 1_000 }) readonly caps!: readonly CapHitView[];
  @IsListOf(() => ChangedOrderView, { max: 10, description: 'The most changed, with both explanations' })
  readonly changed!: readonly ChangedOrderView[];
  @IsListOf(() => NotCalculatedView, { max: 100, description: 'Orders these terms cannot calculate, by reason' })
  readonly notCalculated!: readonly NotCalculatedView[];
  @IsNested(() => BudgetView, { nullable: true }) readonly budget!: BudgetView | null;
}

export class BacktestView {
  @IsIdOf('bkt') readonly id!: BacktestId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsOneOf(['draft', 'version', 'words', 'live']) readonly subject!: string;
  @IsIdOf('tdr', { nullable: true }) readonly draftId!: TermsDraftId | null;
  @IsIdOf('trm', { nullable: true }) readonly termsId!: TermsId | null;
  @IsInstant() readonly from!: Instant;
  @IsInstant() readonly until!: Instant;
  @IsOneOf(['running', 'finished', 'failed']) readonly state!: string;
  @IsWhole({ min: 0, max: MOST, description: 'Orders gone through so far' }) readonly judged!: number;
  @IsText({ max: 2_000, nullable: true }) readonly failure!: string | null;
  @IsInstant() readonly askedAt!: Instant;
  @IsInstant({ nullable: true }) readonly finishedAt!: Instant | null;
  @IsNested(() => BacktestResultView, { nullable: true }) readonly result!: BacktestResult | null;
}

export const BacktestPage = pageOfShape(BacktestView);

export const backtestView = (backtest: Backtest): BacktestView => {
  const { backtestId: id, programId, subject, from, until, state, judged, askedAt } = backtest;
  return {
    ...{ id, programId, from, until, state, judged, askedAt },
    subject: subject.kind,
    draftId: subject.kind === 'draft' ? subject.draftId : null,
    termsId: subject.kind === 'version' ? subject.termsId : null,
    failure: backtest.failure ?? null,
    finishedAt: backtest.finishedAt ?? null,
    result: backtest.result ?? null,
  };
};
