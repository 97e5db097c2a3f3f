import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Month } from '../../../../shared/calendar.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsInstant, IsMonth, IsOneOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { AskMonth } from '../../application/invoices/draft-month.ts';
import type { InvoiceRun } from '../../domain/invoices/invoice-run.ts';
import type { InvoiceRunReader } from '../../ports/invoice-runs.ts';

const MOST = 100_000_000;

class InvoicedMonthPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsMonth() readonly period!: Month;
}

class InvoiceRunView {
  @IsIdOf('prg') readonly programId!: string;
  @IsMonth() readonly period!: string;
  @IsOneOf(['running', 'done']) readonly state!: string;
  @IsWhole({ min: 0, max: MOST, description: 'Drafted, or drafted anew' }) readonly drafted!: number;
  @IsWhole({ min: 0, max: MOST, description: 'Issued before, and left as they are' }) readonly kept!: number;
  @IsWhole({ min: 0, max: MOST, description: 'None could be drafted; `…/refusals` says why' })
  readonly refused!: number;
  @IsText({ max: 300 }) readonly askedBy!: string;
  @IsInstant() readonly askedAt!: Instant;
  @IsInstant({ optional: true }) readonly endedAt?: Instant;
}

class InvoiceRefusalView {
  @IsIdOf('par') readonly partnerId!: string;
  @IsIdOf('stm') readonly statementId!: string;
  @IsText({ max: 100, example: 'settlement.not_agreed' }) readonly code!: string;
  @IsText({ max: 500 }) readonly detail!: string;
}

const InvoiceRefusalPage = pageOfShape(InvoiceRefusalView);

const PATH = '/v1/programs/{programId}/periods/{period}/invoices';

/** The invoices of a whole month. `ring` tells whoever drafts them. */
export const invoiceRunRoutes = (reader: InvoiceRunReader, ask: AskMonth, ring: () => void): readonly Route[] => [
  route({
    method: 'post',
    path: PATH,
    operationId: 'draftInvoicesOfPeriod',
    tag: 'settlement',
    summary: 'Draft the invoices of all statements of a closed period',
    description:
      'Said again while it goes on, it only tells how far it is; once done, it begins anew. Issued ones stay.',
    access: { scope: 'settlement:write' },
    params: InvoicedMonthPath,
    idempotency: 'required',
    success: { 202: InvoiceRunView },
    errors: ['settlement.period_open', 'settlement.no_billing_profile'],
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

const readRoutes = (reader: InvoiceRunReader): readonly Route[] => [
  route({
    method: 'get',
    path: PATH,
    operationId: 'getInvoicesOfPeriod',
    tag: 'settlement',
    summary: 'How far the drafting of a period’s invoices has come',
    access: { scope: 'settlement:read' },
    params: InvoicedMonthPath,
    success: { 200: InvoiceRunView },
    errors: ['settlement.invoice_run_not_found'],
    handle: async ({ actor, params: { programId, period } }) => {
      mustBeStaff(actor);
      const run = await reader.run(programId, period);
      if (run !== undefined) return runView(run);
      const detail = `nobody has asked for the invoices of ${period}; POST the same address`;
      throw new AppError('not_found', 'settlement.invoice_run_not_found', detail);
    },
  }),
  route({
    method: 'get',
    path: `${PATH}/refusals`,
    operationId: 'listInvoiceRefusals',
    tag: 'settlement',
    summary: 'Of which statements of a period no invoice could be drafted, and why',
    access: { scope: 'settlement:read' },
    params: InvoicedMonthPath,
    query: PageQuery,
    success: { 200: InvoiceRefusalPage },
    handle: ({ actor, params: { programId, period }, query }) => {
      mustBeStaff(actor);
      return reader.refusals(programId, period, toPageRequest(query));
    },
  }),
];

const runView = ({ after: _, ...run }: InvoiceRun): InvoiceRunView => run as InvoiceRunView;
