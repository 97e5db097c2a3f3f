import type { Money } from '../../../shared/money.ts';
import type { CsvLayout } from '../domain/reconciliation/csv-layout.ts';
import type { BankStatement } from '../domain/reconciliation/reconciliation.ts';

/** What a CSV file holds of a statement, and what it does not say. */
export interface CsvStatement {
  readonly csv: string;
  readonly account: string;
  readonly statementId: string;
  readonly sequence?: number | undefined;
  readonly opening: Money;
  readonly closing: Money;
}

/** Statements of banks that write CSV. */
export abstract class BankCsv {
  /** Throws `settlement.malformed_bank_statement` with the line of each fault. */
  abstract read(statement: CsvStatement, layout: CsvLayout): BankStatement;
}
