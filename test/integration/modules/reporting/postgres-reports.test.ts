import { PostgresReportReader } from '../../../../src/modules/reporting/adapters/postgres/postgres-report-reader.ts';
import { PostgresBudgetStates } from '../../../../src/modules/reporting/adapters/postgres/postgres-budget-states.ts';
import { PostgresReports } from '../../../../src/modules/reporting/adapters/postgres/postgres-reports.ts';
import type { ReportStores } from '../../../../src/modules/reporting/ports/reports.ts';
import { reportingContract } from '../../../support/contracts/reporting-contract.ts';
import { cloneDatabase, type TestDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the PostgreSQL store of reports', () => {
  const databases: TestDatabase[] = [];
  afterEach(async () => {
    await Promise.all(databases.splice(0).map((database) => database.drop()));
  });

  reportingContract(async () => {
    const database = await cloneDatabase();
    databases.push(database);
    const reporting = database.as('reporting');
    return {
      transaction: postgresTransaction<ReportStores>(reporting, (trx, outbox) => ({
        reports: new PostgresReports(trx),
        budgets: new PostgresBudgetStates(trx),
        outbox,
      })),
      reader: new PostgresReportReader(reporting.knex),
    };
  });
});
