import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../../shared/ids.ts';
import type { InvoiceRefusal, InvoiceRun } from '../../../domain/invoices/invoice-run.ts';
import type { Statement } from '../../../domain/statements/statement.ts';
import type { InvoiceRunReader, InvoiceRuns } from '../../../ports/invoice-runs.ts';
import { type StatementRow, toStatement } from '../rows.ts';
import { type MonthTables, PostgresMonthRunReader, PostgresMonthRuns } from './postgres-month-runs.ts';

const TABLES: MonthTables<InvoiceRun, InvoiceRefusal> = {
  runs: 'invoice_runs',
  refusals: 'invoice_refusals',
  count: { column: 'drafted', of: ({ drafted }) => drafted, with: (run, drafted) => ({ ...run, drafted }) },
  about: {
    column: 'statement_id',
    of: ({ statementId }) => statementId,
    with: (refusal, uuid) => ({ ...refusal, statementId: fromUuid('stm', uuid) }),
  },
};

export class PostgresInvoiceRuns extends PostgresMonthRuns<InvoiceRun, InvoiceRefusal> implements InvoiceRuns {
  constructor(db: Knex) {
    super(db, TABLES);
  }

  async statements({ programId, period, after }: InvoiceRun, limit: number): Promise<readonly Statement[]> {
    const rows = await rowsOf<StatementRow>(
      this.db,
      `select * from settlement.statements
       where program_id = :programId and period = :period and (:after::uuid is null or partner_id > :after)
       order by partner_id
       limit :limit`,
      { programId: toUuid(programId), period, after: after === undefined ? null : toUuid(after), limit },
    );
    return rows.map(toStatement);
  }
}

export const invoiceRunReader = (db: Knex): InvoiceRunReader => new PostgresMonthRunReader(db, TABLES);
