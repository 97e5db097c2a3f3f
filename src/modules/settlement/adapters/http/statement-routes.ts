import { confinedTo, mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { boundsOf, type Month } from '../../../../shared/calendar.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsMonth } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { ClosePeriod } from '../../application/statements/close-period.ts';
import { monthsUntil } from '../../domain/statements/period.ts';
import type { PeriodsOfProgram, StatementReader } from '../../ports/statement-reader.ts';
import {
  PeriodsView,
  PeriodView,
  periodView,
  type ShownPeriod,
  StatementTotalsView,
  statementTotalsView,
  StatementView,
  statementView,
} from './statement-views.ts';

class ProgramPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

class PeriodPath extends ProgramPath {
  @IsMonth() readonly period!: Month;
}

class StatementQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'>;
  @IsMonth({ optional: true }) readonly period?: Month;
}

export class TotalsQuery {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'>;
}

const StatementPage = pageOfShape(StatementView);

/** `ring` tells whoever finishes closings that there is something to do. */
export const statementRoutes = (
  reader: StatementReader,
  closePeriod: ClosePeriod,
  clock: Clock,
  ring: () => void,
): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/programs/{programId}/periods/{period}/close',
    operationId: 'closePeriod',
    tag: 'settlement',
    summary: 'Close a period: statements and payouts follow',
    description:
      'From now on nothing more is booked into the period; its statements and payouts are made right after. ' +
      '503 while events of the period are still on their way: try again.',
    access: { scope: 'settlement:write' },
    params: PeriodPath,
    idempotency: 'required',
    success: { 202: PeriodView, 200: PeriodView },
    errors: [
      'settlement.unknown_program',
      'settlement.period_not_over',
      'settlement.earlier_period_open',
      'settlement.period_before_books',
      'settlement.period_not_ready',
      'settlement.zone_changed',
    ],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const period = await closePeriod.run(params.programId, params.period, actor.subject);
      ring();
      return period;
    },
    respond: (period) => ({ status: period.state === 'closed' ? 200 : 202, body: periodView(period) }),
  }),
  ...periodRoutes(reader, clock),
  ...listRoutes(reader),
];

const periodRoutes = (reader: StatementReader, clock: Clock): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/programs/{programId}/periods',
    operationId: 'listPeriods',
    tag: 'settlement',
    summary: 'Periods of a program, open and closed',
    access: { scope: 'settlement:read' },
    params: ProgramPath,
    success: { 200: PeriodsView },
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      return { data: shownPeriods(await reader.periods(params.programId), clock.now()).map(periodView) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/programs/{programId}/periods/{period}',
    operationId: 'getPeriod',
    tag: 'settlement',
    summary: 'How far the closing of a period has come',
    access: { scope: 'settlement:read' },
    params: PeriodPath,
    success: { 200: PeriodView },
    errors: ['settlement.period_not_found'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const periods = shownPeriods(await reader.periods(params.programId), clock.now());
      const found = periods.find(({ period }) => period === params.period);
      if (found === undefined) {
        throw new AppError('not_found', 'settlement.period_not_found', `nothing happened in ${params.period}`);
      }
      return periodView(found);
    },
  }),
];

const listRoutes = (reader: StatementReader): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/statements',
    operationId: 'listStatements',
    tag: 'settlement',
    summary: 'Statements, earliest period first',
    access: { scope: 'settlement:read' },
    query: StatementQuery,
    success: { 200: StatementPage },
    handle: async ({ actor, query }) => {
      const { programId, period } = query;
      const filter = { programId, period, partnerId: confinedTo(actor, query.partnerId) };
      const { data, nextCursor } = await reader.statements(toPageRequest(query), filter);
      return { data: data.map(statementView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/statements/totals',
    operationId: 'getStatementTotals',
    tag: 'settlement',
    summary: 'How many statements there are, period by period',
    access: { scope: 'settlement:read' },
    query: TotalsQuery,
    success: { 200: StatementTotalsView },
    handle: async ({ actor, query }) =>
      statementTotalsView(await reader.totals(query.programId, confinedTo(actor, query.partnerId))),
  }),
];

/** Closed ones as they were closed, and those that are open, up to the current one. */
const shownPeriods = (found: PeriodsOfProgram | undefined, now: Instant): ShownPeriod[] => {
  if (found === undefined) return [];
  const { books, first, periods } = found;
  const closed = new Map(periods.map((each) => [each.period, each]));
  const start = [first, periods[0]?.period].filter((month) => month !== undefined).toSorted()[0];
  if (start === undefined) return [];
  return monthsUntil(start, books.timeZone, now).map(
    (period) =>
      closed.get(period) ?? {
        programId: books.programId,
        period,
        state: 'open',
        ...boundsOf(period, books.timeZone),
      },
  );
};
