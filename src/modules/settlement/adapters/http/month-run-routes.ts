import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Month } from '../../../../shared/calendar.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsInstant, IsMonth, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Shape } from '../../../../shared/shape.ts';
import type { MonthRefusal, MonthRun } from '../../domain/invoices/month-run.ts';
import type { MonthRunReader } from '../../ports/month-runs.ts';

class MonthPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsMonth() readonly period!: Month;
}

export class MonthRunView {
  @IsIdOf('prg') readonly programId!: string;
  @IsMonth() readonly period!: string;
  @IsOneOf(['running', 'done']) readonly state!: string;
  @IsText({ max: 300 }) readonly askedBy!: string;
  @IsInstant() readonly askedAt!: Instant;
  @IsInstant({ optional: true }) readonly endedAt?: Instant;
}

export class MonthRefusalView {
  @IsIdOf('par') readonly partnerId!: string;
  @IsText({ max: 100, example: 'settlement.not_agreed' }) readonly code!: string;
  @IsText({ max: 500, description: 'Says what to do, too' }) readonly detail!: string;
}

interface Words {
  readonly operationId: string;
  readonly summary: string;
}

/** What is said of one kind of run. */
export interface MonthWords {
  readonly path: string;
  readonly ask: Words & { readonly description: string; readonly errors: readonly string[] };
  readonly look: Words & { readonly nobodyAsked: (period: Month) => string };
  readonly refusals: Words;
  readonly view: Shape;
  readonly page: Shape;
}

export interface MonthWork<Run extends MonthRun, Refusal extends MonthRefusal> {
  readonly reader: MonthRunReader<Run, Refusal>;
  readonly ask: { run(programId: Id<'prg'>, period: Month, by: string): Promise<Run> };
  /** Tells whoever does it. */
  readonly ring: () => void;
}

/** Something is done for all partners of a month: ask for it, see how far it is, and for whom it could not be done. */
export const monthRunRoutes = <Run extends MonthRun, Refusal extends MonthRefusal>(
  { path, ask: { operationId, summary, description, errors }, ...words }: MonthWords,
  { reader, ask, ring }: MonthWork<Run, Refusal>,
): readonly Route[] => [
  route({
    ...{ method: 'post', path, operationId, tag: 'settlement', summary, description },
    access: { scope: 'settlement:write' },
    params: MonthPath,
    idempotency: 'required',
    success: { 202: words.view },
    errors,
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const run = await ask.run(params.programId, params.period, actor.subject);
      ring();
      return run;
    },
    respond: (run) => ({ status: 202, body: viewOf(run) }),
  }),
  ...readRoutes(path, words, reader),
];

const readRoutes = <Run extends MonthRun, Refusal extends MonthRefusal>(
  path: string,
  { look, refusals, view, page }: Pick<MonthWords, 'look' | 'refusals' | 'view' | 'page'>,
  reader: MonthRunReader<Run, Refusal>,
): readonly Route[] => [
  route({
    ...{ method: 'get', path, operationId: look.operationId, tag: 'settlement', summary: look.summary },
    access: { scope: 'settlement:read' },
    params: MonthPath,
    success: { 200: view },
    errors: ['settlement.invoice_run_not_found'],
    handle: async ({ actor, params: { programId, period } }) => {
      mustBeStaff(actor);
      const run = await reader.run(programId, period);
      if (run !== undefined) return viewOf(run);
      throw new AppError('not_found', 'settlement.invoice_run_not_found', look.nobodyAsked(period));
    },
  }),
  route({
    ...{ method: 'get', path: `${path}/refusals`, tag: 'settlement', ...refusals },
    access: { scope: 'settlement:read' },
    params: MonthPath,
    query: PageQuery,
    success: { 200: page },
    handle: ({ actor, params: { programId, period }, query }) => {
      mustBeStaff(actor);
      return reader.refusals(programId, period, toPageRequest(query));
    },
  }),
];

/** Where it goes on is its own business. */
const viewOf = ({ after: _, ...run }: MonthRun): Omit<MonthRun, 'after'> => run;
