import type { InvoiceId } from '../../index.ts';
import { begunMonth, type MonthRefusal, type MonthRun } from './month-run.ts';

/**
 * Issuing all drafts of a month. Each step is noted in the transaction that issues, so that who is cut off goes on with
 * the very next.
 */
export interface IssueRun extends MonthRun {
  /** Behind this request; those issued by somebody else are kept. */
  readonly issued: number;
}

/** Why a draft could not be issued. */
export interface IssueRefusal extends MonthRefusal {
  readonly invoiceId: InvoiceId;
}

export const begunIssueRun = (...asked: Parameters<typeof begunMonth>): IssueRun => ({
  ...begunMonth(...asked),
  issued: 0,
});
