import { confinedTo } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsDay, IsIdOf } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { instant, msBetween } from '../../../../shared/instant.ts';
import type { ExplainPayment } from '../../application/explain-payment.ts';
import { balances } from '../../domain/balance.ts';
import type { CommissionId } from '../../domain/news.ts';
import type { ReportReader } from '../../ports/report-reader.ts';
import {
  balanceListView,
  BalanceListView,
  CommissionPaymentView,
  DailyReportView,
  dailyView,
  paymentView,
  ProgramSummaryView,
  summaryView,
} from './views.ts';

const MOST_DAYS = 366;
const DAY_MS = 86_400_000;
const READ = { scope: 'reports:read' };

class ReportQuery {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par', { optional: true, description: 'One partner; a partner sees itself, whatever it says' })
  readonly partnerId?: Id<'par'>;
}

class DailyReportQuery extends ReportQuery {
  @IsDay({ description: 'The first day, in UTC' }) readonly from!: string;
  @IsDay({ description: `The last day; at most ${MOST_DAYS} in all` }) readonly to!: string;
}

class CommissionPath {
  @IsIdOf('com') readonly commissionId!: CommissionId;
}

export const reportRoutes = (reader: ReportReader, explain: ExplainPayment): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/reports/daily',
    operationId: 'getDailyReport',
    tag: 'reporting',
    summary: 'What each day brought',
    description:
      'Each thing counts on the day, in UTC, on which it happened: the click, the placing of the order, the lock. ' +
      'A credit that moved to another partner is taken from the one and given to the other.',
    access: READ,
    query: DailyReportQuery,
    success: { 200: DailyReportView },
    errors: ['reporting.bad_range'],
    handle: async ({ actor, query: { programId, partnerId, from, to } }) => {
      mustBeRange(from, to);
      return dailyView(await reader.daily({ programId, partnerId: confinedTo(actor, partnerId) }, from, to));
    },
  }),
  route({
    method: 'get',
    path: '/v1/balance',
    operationId: 'getBalance',
    tag: 'reporting',
    summary: "Where a partner's money stands",
    access: READ,
    query: ReportQuery,
    success: { 200: BalanceListView },
    errors: ['reporting.partner_missing'],
    handle: async ({ actor, query: { programId, partnerId: asked } }) => {
      const partnerId = confinedTo(actor, asked);
      if (partnerId === undefined)
        throw new AppError('invalid', 'reporting.partner_missing', 'say whose balance: send partnerId');
      const scope = { programId, partnerId };
      const [commissions, payouts, adjustments] = await Promise.all([
        reader.commissionSums(scope),
        reader.payoutSums(scope),
        reader.adjustmentSums(scope),
      ]);
      return balanceListView(
        balances(
          commissions.map(({ amountMinor: minor, ...sum }) => ({ minor, ...sum })),
          payouts,
          adjustments,
        ),
      );
    },
  }),
  route({
    method: 'get',
    path: '/v1/commissions/{commissionId}/payment',
    operationId: 'getCommissionPayment',
    tag: 'reporting',
    summary: 'When a commission is paid, and what blocks it',
    access: READ,
    params: CommissionPath,
    success: { 200: CommissionPaymentView },
    errors: ['reporting.unknown_commission'],
    handle: async ({ actor, params }) => paymentView(await explain.run(params.commissionId, actor.partnerId)),
  }),
  route({
    method: 'get',
    path: '/v1/reports/program-summary',
    operationId: 'getProgramSummary',
    tag: 'reporting',
    summary: 'How a program stands: clicks, conversions, commissions, statements, payouts',
    access: READ,
    query: ReportQuery,
    success: { 200: ProgramSummaryView },
    handle: async ({ actor, query: { programId, partnerId } }) => {
      const scope = { programId, partnerId: confinedTo(actor, partnerId) };
      const [tally, commissions, payouts] = await Promise.all([
        reader.tally(scope),
        reader.commissionSums(scope),
        reader.payoutSums(scope),
      ]);
      return summaryView(tally, commissions, payouts);
    },
  }),
];

const mustBeRange = (from: string, to: string): void => {
  const days = msBetween(instant(`${from}T00:00:00Z`), instant(`${to}T00:00:00Z`)) / DAY_MS + 1;
  if (days >= 1 && days <= MOST_DAYS) return;
  throw new AppError('invalid', 'reporting.bad_range', `ask for 1 to ${MOST_DAYS} days, the first one first`, {
    faults: [
      { pointer: '/query/to', code: 'reporting.bad_range', detail: `must be from ${from} to ${MOST_DAYS} days later` },
    ],
  });
};
