import type { Invoice } from '../domain/invoices/invoice.ts';
import type { IssueRefusal, IssueRun } from '../domain/invoices/issue-run.ts';
import { MonthRunReader, MonthRuns } from './month-runs.ts';

/** How far the issuing of months has come. */
export abstract class IssueRuns extends MonthRuns<IssueRun, IssueRefusal> {
  /**
   * Invoices of its month behind the last it has looked at, in the order of partners; neither voided ones nor those that
   * void others, so that there is one of a partner at most.
   */
  abstract invoices(run: IssueRun, limit: number): Promise<readonly Invoice[]>;
}

export abstract class IssueRunReader extends MonthRunReader<IssueRun, IssueRefusal> {}
