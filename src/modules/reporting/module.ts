import { ContainerModule } from 'inversify';
import type { Module } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../shared/clock.ts';
import { reportRoutes } from './adapters/http/routes.ts';
import { reportingConsumers } from './adapters/messaging/consumers.ts';
import { PostgresReportReader } from './adapters/postgres/postgres-report-reader.ts';
import { PostgresReports } from './adapters/postgres/postgres-reports.ts';
import { ExplainPayment } from './application/explain-payment.ts';
import { RecordNews } from './application/record-news.ts';
import { ReportReader } from './ports/report-reader.ts';
import { type ReportStores, ReportTransaction } from './ports/reports.ts';

const bindings = new ContainerModule(({ bind }) => {
  bind(ReportTransaction).toResolvedValue(
    (parts) =>
      new PostgresTransaction<ReportStores>(parts, (trx, outbox) => ({ reports: new PostgresReports(trx), outbox })),
    [TransactionParts],
  );
  bind(ReportReader).toResolvedValue(({ knex }) => new PostgresReportReader(knex), [Database]);
  bind(RecordNews).toResolvedValue(() => new RecordNews(), []);
  bind(ExplainPayment).toResolvedValue((reader, clock) => new ExplainPayment(reader, clock), [ReportReader, Clock]);
});

export const reporting: Module = {
  name: 'reporting',
  bindings,
  offers: [],
  routes: (own) => reportRoutes(own.get(ReportReader), own.get(ExplainPayment)),
  consumers: (own) => reportingConsumers(own.get(ReportTransaction), own.get(RecordNews)),
};
