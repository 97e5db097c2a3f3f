import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../../shared/ids.ts';
import type { Invoice } from '../../../domain/invoices/invoice.ts';
import type { IssueRefusal, IssueRun } from '../../../domain/invoices/issue-run.ts';
import type { IssueRunReader, IssueRuns } from '../../../ports/issue-runs.ts';
import { type InvoiceRow, toInvoice } from './invoice-rows.ts';
import { type MonthTables, PostgresMonthRunReader, PostgresMonthRuns } from './postgres-month-runs.ts';

const TABLES: MonthTables<IssueRun, IssueRefusal> = {
  runs: 'issue_runs',
  refusals: 'issue_refusals',
  count: { column: 'issued', of: ({ issued }) => issued, with: (run, issued) => ({ ...run, issued }) },
  about: {
    column: 'invoice_id',
    of: ({ invoiceId }) => invoiceId,
    with: (refusal, uuid) => ({ ...refusal, invoiceId: fromUuid('inv', uuid) }),
  },
};

export class PostgresIssueRuns extends PostgresMonthRuns<IssueRun, IssueRefusal> implements IssueRuns {
  constructor(db: Knex) {
    super(db, TABLES);
  }

  async invoices({ programId, period, after }: IssueRun, limit: number): Promise<readonly Invoice[]> {
    // By way of the statements, which stand in this order: however many programs have invoices of the month.
    const rows = await rowsOf<InvoiceRow>(
      this.db,
      `select invoices.*
       from settlement.statements
       join settlement.invoices on invoices.statement_id = statements.id
       where statements.program_id = :programId and statements.period = :period
         and (:after::uuid is null or statements.partner_id > :after)
         and invoices.voids is null and invoices.state <> 'voided'
       order by statements.partner_id
       limit :limit`,
      { programId: toUuid(programId), period, after: after === undefined ? null : toUuid(after), limit },
    );
    return rows.map(toInvoice);
  }
}

export const issueRunReader = (db: Knex): IssueRunReader => new PostgresMonthRunReader(db, TABLES);
