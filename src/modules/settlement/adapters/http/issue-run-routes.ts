import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Month } from '../../../../shared/calendar.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsInstant, IsMonth, IsOneOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { AskIssue } from '../../application/invoices/issue-month.ts';
import type { IssueRun } from '../../domain/invoices/issue-run.ts';
import type { IssueRunReader } from '../../ports/issue-runs.ts';

const MOST = 100_000_000;

class IssuedMonthPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsMonth() readonly period!: Month;
}

class IssueRunView {
  @IsIdOf('prg') readonly programId!: string;
  @IsMonth() readonly period!: string;
  @IsOneOf(['running', 'done']) readonly state!: string;
  @IsWhole({ min: 0, max: MOST, description: 'Issued behind this request' }) readonly issued!: number;
  @IsWhole({ min: 0, max: MOST, description: 'Issued otherwise, and left as they are' }) readonly kept!: number;
  @IsWhole({ min: 0, max: MOST, description: 'Could not be issued, and are drafts still; `…/refusals` says why' })
  readonly refused!: number;
  @IsText({ max: 300 }) readonly askedBy!: string;
  @IsInstant() readonly askedAt!: Instant;
  @IsInstant({ optional: true }) readonly endedAt?: Instant;
}

class IssueRefusalView {
  @IsIdOf('par') readonly partnerId!: string;
  @IsIdOf('inv') readonly invoiceId!: string;
  @IsText({ max: 100, example: 'settlement.not_agreed' }) readonly code!: string;
  @IsText({ max: 500, description: 'Says what to do, too' }) readonly detail!: string;
}

const IssueRefusalPage = pageOfShape(IssueRefusalView);

const PATH = '/v1/programs/{programId}/periods/{period}/invoices/issue';

/** The drafts of a whole month become final. `ring` tells whoever issues them. */
export const issueRunRoutes = (reader: IssueRunReader, ask: AskIssue, ring: () => void): readonly Route[] => [
  route({
    method: 'post',
    path: PATH,
    operationId: 'issueInvoicesOfPeriod',
    tag: 'settlement',
    summary: 'Issue all invoices of a closed period that are drafts: from now on nothing on them changes',
    description:
      'Said again while it goes on, it only tells how far it is; once done, it begins anew with what is a draft still.',
    access: { scope: 'settlement:write' },
    params: IssuedMonthPath,
    idempotency: 'required',
    success: { 202: IssueRunView },
    errors: ['settlement.period_open', 'settlement.invoices_being_drafted'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const run = await ask.run(params.programId, params.period, actor.subject);
      ring();
      return run;
    },
    respond: (run) => ({ status: 202, body: runView(run) }),
  }),
  ...readRoutes(reader),
];

const readRoutes = (reader: IssueRunReader): readonly Route[] => [
  route({
    method: 'get',
    path: PATH,
    operationId: 'getIssueOfPeriod',
    tag: 'settlement',
    summary: 'How far the issuing of a period’s invoices has come',
    access: { scope: 'settlement:read' },
    params: IssuedMonthPath,
    success: { 200: IssueRunView },
    errors: ['settlement.invoice_run_not_found'],
    handle: async ({ actor, params: { programId, period } }) => {
      mustBeStaff(actor);
      const run = await reader.run(programId, period);
      if (run !== undefined) return runView(run);
      const detail = `nobody has asked to issue the invoices of ${period}; POST the same address`;
      throw new AppError('not_found', 'settlement.invoice_run_not_found', detail);
    },
  }),
  route({
    method: 'get',
    path: `${PATH}/refusals`,
    operationId: 'listIssueRefusals',
    tag: 'settlement',
    summary: 'Which drafts of a period could not be issued, why, and what to do',
    access: { scope: 'settlement:read' },
    params: IssuedMonthPath,
    query: PageQuery,
    success: { 200: IssueRefusalPage },
    handle: ({ actor, params: { programId, period }, query }) => {
      mustBeStaff(actor);
      return reader.refusals(programId, period, toPageRequest(query));
    },
  }),
];

const runView = ({ after: _, ...run }: IssueRun): IssueRunView => run as IssueRunView;
