import type { Knex } from 'knex';
import type { Outbox } from '../../../../shared/outbox.ts';
import type { SettlementStores } from '../../ports/settlement-stores.ts';
import { PostgresDisputes } from './disputes/postgres-disputes.ts';
import { PostgresFx } from './fx/postgres-fx.ts';
import { payoutControl } from './payouts/payout-control.ts';
import { PostgresInvoiceRuns } from './invoices/postgres-invoice-runs.ts';
import { PostgresInvoices } from './invoices/postgres-invoices.ts';
import { PostgresIssueRuns } from './invoices/postgres-issue-runs.ts';
import { PostgresBankStatements } from './postgres-bank-statements.ts';
import { PostgresBookings } from './postgres-bookings.ts';
import { PostgresReconciliations } from './reconciliation/postgres-reconciliations.ts';
import { PostgresBooks } from './postgres-books.ts';
import { PostgresPayouts } from './postgres-payouts.ts';
import { PostgresSimulatedAccounts } from './postgres-simulated-accounts.ts';
import { PostgresRailPayments } from './rails/postgres-rail-payments.ts';
import { PostgresRulings } from './rails/postgres-rulings.ts';
import { PostgresSettingChanges } from './settings/postgres-setting-changes.ts';
import { PostgresRemittances } from './tax/postgres-remittances.ts';
import { PostgresTaxSettings } from './tax/postgres-tax-settings.ts';
import { PostgresStatements } from './postgres-statements.ts';
import { PostgresReceptions } from './statements/postgres-receptions.ts';

/** All of settlement's stores, on one transaction. */
export const settlementStores = (trx: Knex, outbox: Outbox): SettlementStores => ({
  books: new PostgresBooks(trx),
  bookings: new PostgresBookings(trx),
  statements: new PostgresStatements(trx),
  receptions: new PostgresReceptions(trx),
  invoices: new PostgresInvoices(trx),
  invoiceRuns: new PostgresInvoiceRuns(trx),
  issueRuns: new PostgresIssueRuns(trx),
  payouts: new PostgresPayouts(trx),
  control: payoutControl(trx),
  changes: new PostgresSettingChanges(trx),
  taxSettings: new PostgresTaxSettings(trx),
  bank: new PostgresBankStatements(trx),
  disputes: new PostgresDisputes(trx),
  fx: new PostgresFx(trx),
  reconciliations: new PostgresReconciliations(trx),
  rails: new PostgresRailPayments(trx),
  remittances: new PostgresRemittances(trx),
  rulings: new PostgresRulings(trx),
  simulated: new PostgresSimulatedAccounts(trx),
  outbox,
});
