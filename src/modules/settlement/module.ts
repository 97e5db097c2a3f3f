import { ContainerModule } from 'inversify';
import { Settings } from '../../infrastructure/config.ts';
import { jobBell } from '../../infrastructure/job.ts';
import type { Module, Resolver } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { Vault } from '../../shared/vault.ts';
import { CommissionPort } from '../commission/index.ts';
import { LedgerPort } from '../ledger/index.ts';
import { PartnersPort } from '../partners/index.ts';
import { bankRoutes, simulatedBankRoutes } from './adapters/http/bank-routes.ts';
import { payoutRoutes } from './adapters/http/payout-routes.ts';
import { statementRoutes } from './adapters/http/statement-routes.ts';
import { Iso20022Files } from './adapters/iso20022/iso-20022-files.ts';
import { settlementConsumers } from './adapters/messaging/consumers.ts';
import { PostgresAuditReader } from './adapters/postgres/postgres-audit-reader.ts';
import { PostgresBatchReader } from './adapters/postgres/postgres-batch-reader.ts';
import { PostgresPayoutReader } from './adapters/postgres/postgres-payout-reader.ts';
import { PostgresPendingWork } from './adapters/postgres/postgres-pending-work.ts';
import { PostgresStatementReader } from './adapters/postgres/postgres-statement-reader.ts';
import { settlementStores } from './adapters/postgres/settlement-stores.ts';
import { PayingAccounts, SetBankAccount } from './application/rails/bank-accounts.ts';
import { BookCommissions } from './application/books/book-commissions.ts';
import { ClosePeriod } from './application/statements/close-period.ts';
import { ApproveBatch, CancelBatch } from './application/payouts/decide-batch.ts';
import { FinishClosing } from './application/statements/finish-closing.ts';
import { ImportBankStatement } from './application/reconciliation/import-bank-statement.ts';
import { PaymentFile } from './application/rails/payment-file.ts';
import { PostBookings } from './application/books/post-bookings.ts';
import { SettlementAudits } from './application/audit/settlement-audits.ts';
import { SimulateBank } from './application/rails/simulate-bank.ts';
import { SubmitBatch } from './application/payouts/submit-batch.ts';
import * as events from './events.ts';
import { AuditReader } from './ports/audit-reader.ts';
import { BatchReader } from './ports/batch-reader.ts';
import { PaymentFiles } from './ports/payment-files.ts';
import { PayoutReader } from './ports/payout-reader.ts';
import { PendingWork } from './ports/pending-work.ts';
import { SettlementTransaction } from './ports/settlement-stores.ts';
import { StatementReader } from './ports/statement-reader.ts';

const POST_JOB = 'settlement.post';
const CLOSE_JOB = 'settlement.close';

const bindings = new ContainerModule(({ bind }) => {
  bind(SettlementTransaction).toResolvedValue(
    (parts) => new PostgresTransaction(parts, settlementStores),
    [TransactionParts],
  );
  bind(StatementReader).toResolvedValue(({ knex }) => new PostgresStatementReader(knex), [Database]);
  bind(PayoutReader).toResolvedValue(({ knex }) => new PostgresPayoutReader(knex), [Database]);
  bind(BatchReader).toResolvedValue(({ knex }) => new PostgresBatchReader(knex), [Database]);
  bind(PendingWork).toResolvedValue(({ knex }) => new PostgresPendingWork(knex), [Database]);
  bind(AuditReader).toResolvedValue(({ knex }) => new PostgresAuditReader(knex), [Database]);
  bind(PaymentFiles).toConstantValue(new Iso20022Files());

  bind(PostBookings).toResolvedValue(
    (transaction, ledger, clock) => new PostBookings(transaction, ledger, clock),
    [SettlementTransaction, LedgerPort, Clock],
  );
  bind(BookCommissions).toResolvedValue(
    (transaction, partners, post, clock) => new BookCommissions(transaction, partners, post, clock),
    [SettlementTransaction, PartnersPort, PostBookings, Clock],
  );
  bind(ClosePeriod).toResolvedValue(
    (transaction, commission, partners, clock) => new ClosePeriod(transaction, commission, partners, clock),
    [SettlementTransaction, CommissionPort, PartnersPort, Clock],
  );
  bind(FinishClosing).toResolvedValue(
    (transaction, ledger, partners, clock) => new FinishClosing(transaction, ledger, partners, clock),
    [SettlementTransaction, LedgerPort, PartnersPort, Clock],
  );
  bind(ApproveBatch).toResolvedValue(
    (transaction, clock) => new ApproveBatch(transaction, clock),
    [SettlementTransaction, Clock],
  );
  bind(CancelBatch).toResolvedValue(
    (transaction, clock) => new CancelBatch(transaction, clock),
    [SettlementTransaction, Clock],
  );
  bind(PaymentFile).toResolvedValue(
    (reader, files, vault) => new PaymentFile(reader, files, vault),
    [BatchReader, PaymentFiles, Vault],
  );
  bind(SubmitBatch).toResolvedValue(
    (transaction, reader, partners, file, { SANDBOX }, clock) =>
      new SubmitBatch(transaction, reader, partners, file, new PayingAccounts(SANDBOX), clock),
    [SettlementTransaction, BatchReader, PartnersPort, PaymentFile, Settings, Clock],
  );
  bind(SetBankAccount).toResolvedValue(
    (transaction, partners) => new SetBankAccount(transaction, partners),
    [SettlementTransaction, PartnersPort],
  );
  bind(ImportBankStatement).toResolvedValue(
    (transaction, files, clock) => new ImportBankStatement(transaction, files, clock),
    [SettlementTransaction, PaymentFiles, Clock],
  );
  bind(SimulateBank).toResolvedValue(
    (transaction, file, files, clock) => new SimulateBank(transaction, file, files, clock),
    [SettlementTransaction, PaymentFile, PaymentFiles, Clock],
  );
  bind(SettlementAudits).toResolvedValue(
    (reader, ledger, commission, clock) => new SettlementAudits(reader, ledger, commission, clock),
    [AuditReader, LedgerPort, CommissionPort, Clock],
  );
});

/** Wakes a job at once, in whichever process it runs. */
const bellOf = (own: Resolver, job: string) => (): void => {
  own.get(TransactionParts).doorbell.ring(jobBell({ name: job }));
};

export const settlement: Module = {
  name: 'settlement',
  tells: contractsIn(events),
  bindings,
  offers: [],
  routes: (own) => [
    ...statementRoutes(own.get(StatementReader), own.get(ClosePeriod), own.get(Clock), bellOf(own, CLOSE_JOB)),
    ...payoutRoutes(
      own.get(PayoutReader),
      {
        approve: own.get(ApproveBatch),
        submit: own.get(SubmitBatch),
        cancel: own.get(CancelBatch),
        file: own.get(PaymentFile),
      },
      bellOf(own, POST_JOB),
    ),
    ...bankRoutes(
      { statements: own.get(StatementReader), payouts: own.get(PayoutReader) },
      own.get(SetBankAccount),
      own.get(ImportBankStatement),
      bellOf(own, POST_JOB),
    ),
    ...(own.get(Settings).SANDBOX ? simulatedBankRoutes(own.get(SimulateBank)) : []),
  ],
  consumers: (own) => settlementConsumers(own.get(BookCommissions)),
  jobs: (own) => {
    const [post, close, pending] = [own.get(PostBookings), own.get(FinishClosing), own.get(PendingWork)];
    return [
      { name: POST_JOB, everyMs: 1_000, run: () => post.run(), due: () => pending.hasUnposted() },
      { name: CLOSE_JOB, everyMs: 1_000, run: () => close.run(), due: () => pending.hasClosing() },
    ];
  },
  audits: (own) => {
    const audits = own.get(SettlementAudits);
    return [
      { promise: 'every statement is opening plus its entries, and equals the ledger', run: () => audits.statements() },
      { promise: "every payout's allocations sum to its amount", run: () => audits.allocations() },
      { promise: 'the clearing account equals what is submitted and not yet settled', run: () => audits.clearing() },
      { promise: 'every locked commission is booked once', run: () => audits.locks() },
    ];
  },
};
