import { ContainerModule } from 'inversify';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { Clock } from '../../../shared/clock.ts';
import { CommissionPort } from '../../commission/index.ts';
import { LedgerPort } from '../../ledger/index.ts';
import { PartnersPort } from '../../partners/index.ts';
import { CsvTables } from '../adapters/documents/csv-tables.ts';
import { PdfPapers } from '../adapters/documents/pdf-papers.ts';
import { oneStatementRoutes, StatementDesk } from '../adapters/http/one-statement-routes.ts';
import { statementRoutes } from '../adapters/http/statement-routes.ts';
import { PostgresStatementReader } from '../adapters/postgres/postgres-statement-reader.ts';
import { ValuePositions } from '../application/fx/value-positions.ts';
import { AskPartners } from '../application/payouts/circumstances.ts';
import { ClosePeriod } from '../application/statements/close-period.ts';
import { DecidePayouts } from '../application/statements/decide-payouts.ts';
import { FinishClosing } from '../application/statements/finish-closing.ts';
import { PrintStatement } from '../application/statements/print-statement.ts';
import { ReceiveStatement } from '../application/statements/receive-statement.ts';
import { WriteStatements } from '../application/statements/write-statements.ts';
import { Papers, Tables } from '../ports/papers.ts';
import { PendingWork } from '../ports/pending-work.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import { StatementReader } from '../ports/statement-reader.ts';
import { bellOf, CLOSE_JOB, type Part } from './part.ts';

/** Periods, and the statements that close them. */
export const statements: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(StatementReader).toResolvedValue(({ knex }) => new PostgresStatementReader(knex), [Database]);
    bind(ClosePeriod).toResolvedValue(
      (transaction, commission, partners, values, clock) =>
        new ClosePeriod(transaction, commission, partners, values, clock),
      [SettlementTransaction, CommissionPort, PartnersPort, ValuePositions, Clock],
    );
    bind(WriteStatements).toResolvedValue(
      (transaction, ledger) => new WriteStatements(transaction, ledger),
      [SettlementTransaction, LedgerPort],
    );
    bind(DecidePayouts).toResolvedValue(
      (transaction, partners, clock) => new DecidePayouts(transaction, partners, clock),
      [SettlementTransaction, AskPartners, Clock],
    );
    bind(Papers).toConstantValue(new PdfPapers());
    bind(Tables).toConstantValue(new CsvTables());
    bind(PrintStatement).toResolvedValue(
      (reader, partners, papers, tables) => new PrintStatement(reader, partners, papers, tables),
      [StatementReader, PartnersPort, Papers, Tables],
    );
    bind(ReceiveStatement).toResolvedValue(
      (transaction, clock) => new ReceiveStatement(transaction, clock),
      [SettlementTransaction, Clock],
    );
    bind(StatementDesk).toResolvedValue(
      (reader, print, receive) => new StatementDesk(reader, print, receive),
      [StatementReader, PrintStatement, ReceiveStatement],
    );
    bind(FinishClosing).toResolvedValue(
      (transaction, statements, decisions) => new FinishClosing(transaction, statements, decisions),
      [SettlementTransaction, WriteStatements, DecidePayouts],
    );
  }),
  routes: (own) => [
    ...statementRoutes(own.get(StatementReader), own.get(ClosePeriod), own.get(Clock), bellOf(own, CLOSE_JOB)),
    ...oneStatementRoutes(own.get(StatementDesk)),
  ],
  jobs: (own) => {
    const [close, pending] = [own.get(FinishClosing), own.get(PendingWork)];
    return [{ name: CLOSE_JOB, everyMs: 1_000, run: () => close.run(), due: () => pending.hasClosing() }];
  },
};
