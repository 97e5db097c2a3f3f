import type { InvoiceRefusal, InvoiceRun } from '../domain/invoices/invoice-run.ts';
import type { Statement } from '../domain/statements/statement.ts';
import { MonthRunReader, MonthRuns } from './month-runs.ts';

/** How far the drafting of months has come. */
export abstract class InvoiceRuns extends MonthRuns<InvoiceRun, InvoiceRefusal> {
  /** Statements of its month behind the last it has looked at, in the order of partners. */
  abstract statements(run: InvoiceRun, limit: number): Promise<readonly Statement[]>;
}

export abstract class InvoiceRunReader extends MonthRunReader<InvoiceRun, InvoiceRefusal> {}
