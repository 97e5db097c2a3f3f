import { pageOfShape } from '../../../../infrastructure/http/paging.ts';
import type { Route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsWhole } from '../../../../shared/fields.ts';
import type { InvoiceRefusal, InvoiceRun } from '../../domain/invoices/invoice-run.ts';
import type { IssueRefusal, IssueRun } from '../../domain/invoices/issue-run.ts';
import { MonthRefusalView, monthRunRoutes, MonthRunView, type MonthWords, type MonthWork } from './month-run-routes.ts';

const MOST = 100_000_000;

class InvoiceRunView extends MonthRunView {
  @IsWhole({ min: 0, max: MOST, description: 'Drafted, or drafted anew' }) readonly drafted!: number;
  @IsWhole({ min: 0, max: MOST, description: 'Issued before, and left as they are' }) readonly kept!: number;
  @IsWhole({ min: 0, max: MOST, description: 'None could be drafted; `…/refusals` says why' })
  readonly refused!: number;
}

class InvoiceRefusalView extends MonthRefusalView {
  @IsIdOf('stm') readonly statementId!: string;
}

class IssueRunView extends MonthRunView {
  @IsWhole({ min: 0, max: MOST, description: 'Issued behind this request' }) readonly issued!: number;
  @IsWhole({ min: 0, max: MOST, description: 'Issued otherwise, and left as they are' }) readonly kept!: number;
  @IsWhole({ min: 0, max: MOST, description: 'Could not be issued, and are drafts still; `…/refusals` says why' })
  readonly refused!: number;
}

class IssueRefusalView extends MonthRefusalView {
  @IsIdOf('inv') readonly invoiceId!: string;
}

const PATH = '/v1/programs/{programId}/periods/{period}/invoices';

const DRAFTING: MonthWords = {
  path: PATH,
  ask: {
    operationId: 'draftInvoicesOfPeriod',
    summary: 'Draft the invoices of all statements of a closed period',
    description:
      'Said again while it goes on, it only tells how far it is; once done, it begins anew. Issued ones stay.',
    errors: ['settlement.period_open', 'settlement.no_billing_profile'],
  },
  look: {
    operationId: 'getInvoicesOfPeriod',
    summary: 'How far the drafting of a period’s invoices has come',
    nobodyAsked: (period) => `nobody has asked for the invoices of ${period}; POST the same address`,
  },
  refusals: {
    operationId: 'listInvoiceRefusals',
    summary: 'Of which statements of a period no invoice could be drafted, and why',
  },
  view: InvoiceRunView,
  page: pageOfShape(InvoiceRefusalView),
};

const ISSUING: MonthWords = {
  path: `${PATH}/issue`,
  ask: {
    operationId: 'issueInvoicesOfPeriod',
    summary: 'Issue all invoices of a closed period that are drafts: from now on nothing on them changes',
    description:
      'Said again while it goes on, it only tells how far it is; once done, it begins anew with what is a draft still.',
    errors: ['settlement.period_open', 'settlement.invoices_being_drafted'],
  },
  look: {
    operationId: 'getIssueOfPeriod',
    summary: 'How far the issuing of a period’s invoices has come',
    nobodyAsked: (period) => `nobody has asked to issue the invoices of ${period}; POST the same address`,
  },
  refusals: {
    operationId: 'listIssueRefusals',
    summary: 'Which drafts of a period could not be issued, why, and what to do',
  },
  view: IssueRunView,
  page: pageOfShape(IssueRefusalView),
};

/** The invoices of a whole month: drafted, and made final. */
export const invoiceRunRoutes = (
  drafting: MonthWork<InvoiceRun, InvoiceRefusal>,
  issuing: MonthWork<IssueRun, IssueRefusal>,
): readonly Route[] => [...monthRunRoutes(DRAFTING, drafting), ...monthRunRoutes(ISSUING, issuing)];
