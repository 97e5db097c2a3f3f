import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import {
  IsDecimal,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsNested,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { instant } from '../../../../shared/instant.ts';
import type {
  ModelReport,
  ReportedCredit,
  ReportedModel,
  ReportModels,
} from '../../application/deciding/model-report.ts';
import { JOURNEYS_BY, type JourneysBy } from '../../ports/journeys.ts';

const MANY = Number.MAX_SAFE_INTEGER;

class ModelPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

class ModelQuery {
  @IsOneOf(['markov', 'shapley']) readonly model!: ReportedModel['name'];
  @IsWhole({ min: 1, max: 10, optional: true, description: 'Of Markov: how many steps count; 1 unless told' })
  readonly order?: number;
  @IsOneOf(['rate', 'conversions'], {
    optional: true,
    description: 'Of Shapley: what a set of channels is worth (docs/attribution.md); `rate` unless told',
  })
  readonly worth?: 'rate' | 'conversions';
  @IsInstant({ description: 'Of orders placed, and touches made, from then on' }) readonly from!: string;
  @IsInstant({ description: 'Up to, but not including' }) readonly to!: string;
  @IsOneOf(JOURNEYS_BY, { optional: true, description: '`partner` unless told; a channel is a kind of touch' })
  readonly by?: JourneysBy;
}

class LastTouchView {
  @IsDecimal() readonly share!: string;
  @IsWhole({ min: 0, max: MANY }) readonly conversions!: number;
}

class ModelCreditView {
  @IsText({ max: 100, description: 'A partner’s id, or a kind of touch' }) readonly channel!: string;
  @IsDecimal({ description: 'Its part of all conversions; by rate it may be less than nothing' })
  readonly share!: string;
  @IsDecimal() readonly conversions!: string;
  @IsDecimal({ nullable: true, description: 'Of Markov: the part of conversions that would be lost without it' })
  readonly removalEffect!: string | null;
  @IsDecimal({ nullable: true, description: 'Of a Shapley value that was sampled; null: it is exact' })
  readonly standardError!: string | null;
  @IsNested(() => LastTouchView) readonly lastTouch!: LastTouchView;
}

class ModelReportView {
  @IsWhole({ min: 0, max: MANY, description: 'To an order, or to nothing' }) readonly journeys!: number;
  @IsWhole({ min: 0, max: MANY }) readonly conversions!: number;
  @IsDecimal({ nullable: true, description: 'Of Markov: of a journey that starts' })
  readonly conversionProbability!: string | null;
  @IsListOf(() => ModelCreditView, { max: 50_000, description: 'Who has most comes first' })
  readonly channels!: readonly ModelCreditView[];
}

export const modelRoutes = (reports: ReportModels): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/programs/{programId}/attribution/models',
    operationId: 'reportModel',
    tag: 'attribution',
    summary: 'What each partner or channel would have by a data-driven model, beside last touch (staff)',
    description: 'A report: no order is credited by it.',
    access: { scope: 'conversions:read' },
    params: ModelPath,
    query: ModelQuery,
    success: { 200: ModelReportView },
    problems: [403, 422],
    errors: ['attribution.period_empty', 'attribution.report_too_large'],
    handle: async ({ actor, params: { programId }, query }) => {
      mustBeStaff(actor);
      const [from, to] = [instant(query.from), instant(query.to)];
      if (from >= to) throw new AppError('invalid', 'attribution.period_empty', `to must lie after ${from}`);
      return reportView(await reports.run({ programId, from, to, by: query.by ?? 'partner' }, modelOf(query)));
    },
  }),
];

const modelOf = ({ model, order = 1, worth = 'rate' }: ModelQuery): ReportedModel =>
  model === 'markov' ? { name: 'markov', order } : { name: 'shapley', worth };

const reportView = ({ channels, conversionProbability, ...totals }: ModelReport): ModelReportView => ({
  ...totals,
  conversionProbability: decimal(conversionProbability),
  channels: channels.map(creditView),
});

const creditView = ({ channel, share, conversions, removalEffect, standardError, lastTouch }: ReportedCredit) => ({
  channel,
  share: share.toFixed(6),
  conversions: conversions.toFixed(6),
  removalEffect: decimal(removalEffect),
  standardError: decimal(standardError),
  lastTouch: { share: lastTouch.share.toFixed(6), conversions: lastTouch.conversions },
});

const decimal = (value: number | undefined): string | null => (value === undefined ? null : value.toFixed(6));
