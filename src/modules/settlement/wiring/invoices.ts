import { ContainerModule } from 'inversify';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { Clock } from '../../../shared/clock.ts';
import { PartnersPort } from '../../partners/index.ts';
import { billingRoutes } from '../adapters/http/billing-routes.ts';
import { InvoiceDesk, invoiceRoutes } from '../adapters/http/invoice-routes.ts';
import { invoiceRunRoutes } from '../adapters/http/invoice-run-routes.ts';
import { StatementDesk } from '../adapters/http/one-statement-routes.ts';
import { PostgresInvoiceReader } from '../adapters/postgres/invoices/postgres-invoice-reader.ts';
import { invoiceRunReader } from '../adapters/postgres/invoices/postgres-invoice-runs.ts';
import { issueRunReader } from '../adapters/postgres/invoices/postgres-issue-runs.ts';
import { Billing } from '../application/invoices/billing.ts';
import { AskMonth, DraftMonth } from '../application/invoices/draft-month.ts';
import { AskIssue, IssueMonth } from '../application/invoices/issue-month.ts';
import { WriteInvoices } from '../application/invoices/write-invoices.ts';
import { InvoiceRunReader } from '../ports/invoice-runs.ts';
import { InvoiceReader } from '../ports/invoices.ts';
import { IssueRunReader } from '../ports/issue-runs.ts';
import { Papers } from '../ports/papers.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import { bellOf, INVOICES_JOB, ISSUE_JOB, type Part } from './part.ts';

/** Invoices that a program writes in the name of its partners. */
export const invoices: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(InvoiceReader).toResolvedValue(({ knex }) => new PostgresInvoiceReader(knex), [Database]);
    bind(Billing).toResolvedValue(
      (transaction, partners, clock) => new Billing(transaction, partners, clock),
      [SettlementTransaction, PartnersPort, Clock],
    );
    bind(WriteInvoices).toResolvedValue(
      (transaction, partners, clock) => new WriteInvoices(transaction, partners, clock),
      [SettlementTransaction, PartnersPort, Clock],
    );
    bind(InvoiceRunReader).toResolvedValue(({ knex }) => invoiceRunReader(knex), [Database]);
    bind(AskMonth).toResolvedValue(
      (transaction, clock) => new AskMonth(transaction, clock),
      [SettlementTransaction, Clock],
    );
    bind(DraftMonth).toResolvedValue(
      (transaction, write, clock) => new DraftMonth(transaction, write, clock),
      [SettlementTransaction, WriteInvoices, Clock],
    );
    bind(IssueRunReader).toResolvedValue(({ knex }) => issueRunReader(knex), [Database]);
    bind(AskIssue).toResolvedValue(
      (transaction, clock) => new AskIssue(transaction, clock),
      [SettlementTransaction, Clock],
    );
    bind(IssueMonth).toResolvedValue(
      (transaction, write, clock) => new IssueMonth(transaction, write, clock),
      [SettlementTransaction, WriteInvoices, Clock],
    );
  }),
  routes: (own) => [
    ...billingRoutes(own.get(InvoiceReader), own.get(Billing)),
    ...invoiceRoutes(
      new InvoiceDesk(own.get(InvoiceReader), own.get(Papers), own.get(WriteInvoices)),
      own.get(StatementDesk),
    ),
    ...invoiceRunRoutes(
      { reader: own.get(InvoiceRunReader), ask: own.get(AskMonth), ring: bellOf(own, INVOICES_JOB) },
      { reader: own.get(IssueRunReader), ask: own.get(AskIssue), ring: bellOf(own, ISSUE_JOB) },
    ),
  ],
  jobs: (own) => {
    const [draft, drafting] = [own.get(DraftMonth), own.get(InvoiceRunReader)];
    const [issue, issuing] = [own.get(IssueMonth), own.get(IssueRunReader)];
    return [
      { name: INVOICES_JOB, everyMs: 1_000, run: () => draft.run(), due: () => drafting.hasRunning() },
      { name: ISSUE_JOB, everyMs: 1_000, run: () => issue.run(), due: () => issuing.hasRunning() },
    ];
  },
};
