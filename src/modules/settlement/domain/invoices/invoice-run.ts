import type { StatementId } from '../../index.ts';
import { begunMonth, type MonthRefusal, type MonthRun } from './month-run.ts';

/** Drafting the invoices of all statements of a month. */
export interface InvoiceRun extends MonthRun {
  /** Drafted, or drafted anew; those issued before are kept. */
  readonly drafted: number;
}

/** Why there is no invoice of a statement. */
export interface InvoiceRefusal extends MonthRefusal {
  readonly statementId: StatementId;
}

export const begunRun = (...asked: Parameters<typeof begunMonth>): InvoiceRun => ({
  ...begunMonth(...asked),
  drafted: 0,
});
