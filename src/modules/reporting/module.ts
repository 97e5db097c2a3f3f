import { ContainerModule } from 'inversify';
import type { Module } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock, WallClock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { BudgetPort } from '../commission/index.ts';
import { forecastRoutes } from './adapters/http/forecast-routes.ts';
import { reportRoutes } from './adapters/http/routes.ts';
import { reportingConsumers } from './adapters/messaging/consumers.ts';
import { PostgresBudgetStates } from './adapters/postgres/postgres-budget-states.ts';
import { PostgresLiabilities } from './adapters/postgres/postgres-liabilities.ts';
import { PostgresReportReader } from './adapters/postgres/postgres-report-reader.ts';
import { PostgresReports } from './adapters/postgres/postgres-reports.ts';
import { ExplainPayment } from './application/explain-payment.ts';
import { ForecastLiability } from './application/forecast-liability.ts';
import { GuardBudgets } from './application/guard-budgets.ts';
import { RecordNews } from './application/record-news.ts';
import * as events from './events.ts';
import { Liabilities } from './ports/liabilities.ts';
import { ReportReader } from './ports/report-reader.ts';
import { type ReportStores, ReportTransaction } from './ports/reports.ts';

const bindings = new ContainerModule(({ bind }) => {
  bind(ReportTransaction).toResolvedValue(
    (parts) =>
      new PostgresTransaction<ReportStores>(parts, (trx, outbox) => ({
        reports: new PostgresReports(trx),
        budgets: new PostgresBudgetStates(trx),
        outbox,
      })),
    [TransactionParts],
  );
  bind(ReportReader).toResolvedValue(({ knex }) => new PostgresReportReader(knex), [Database]);
  bind(RecordNews).toResolvedValue(() => new RecordNews(), []);
  bind(ExplainPayment).toResolvedValue((reader, clock) => new ExplainPayment(reader, clock), [ReportReader, Clock]);
  bind(Liabilities).toResolvedValue(({ knex }) => new PostgresLiabilities(knex), [Database]);
  bind(ForecastLiability).toResolvedValue(
    (liabilities, budgets, clock) => new ForecastLiability(liabilities, budgets, clock),
    [Liabilities, BudgetPort, Clock],
  );
  bind(GuardBudgets).toResolvedValue(
    (tx, liabilities, forecast, clock, wallClock) => new GuardBudgets(tx, liabilities, forecast, clock, wallClock),
    [ReportTransaction, Liabilities, ForecastLiability, Clock, WallClock],
  );
});

const GUARD_EVERY_MS = 60_000;

export const reporting: Module = {
  name: 'reporting',
  tells: contractsIn(events),
  bindings,
  offers: [],
  routes: (own) => [
    ...reportRoutes(own.get(ReportReader), own.get(ExplainPayment)),
    ...forecastRoutes(own.get(ForecastLiability)),
  ],
  consumers: (own) => reportingConsumers(own.get(ReportTransaction), own.get(RecordNews)),
  jobs: (own) => {
    const guard = own.get(GuardBudgets);
    return [
      {
        name: 'reporting.guard_budgets',
        everyMs: GUARD_EVERY_MS,
        run: () => guard.run(),
        due: () => guard.due(),
      },
    ];
  },
};
