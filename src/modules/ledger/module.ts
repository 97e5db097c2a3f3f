import { ContainerModule } from 'inversify';
import type { Module } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { ledgerRoutes } from './adapters/http/routes.ts';
import { PostgresAccounts } from './adapters/postgres/postgres-accounts.ts';
import { PostgresJournal } from './adapters/postgres/postgres-journal.ts';
import { PostgresLedgerAuditor } from './adapters/postgres/postgres-ledger-auditor.ts';
import { PostgresLedgerReader } from './adapters/postgres/postgres-ledger-reader.ts';
import { Ledger } from './application/ledger.ts';
import { OpenAccounts } from './application/open-accounts.ts';
import { PostTransactions } from './application/post-transactions.ts';
import * as events from './events.ts';
import { LedgerPort } from './index.ts';
import { LedgerAuditor } from './ports/ledger-auditor.ts';
import { LedgerReader } from './ports/ledger-reader.ts';
import { type LedgerStores, LedgerTransaction } from './ports/ledger-stores.ts';

const bindings = new ContainerModule(({ bind }) => {
  bind(LedgerTransaction).toResolvedValue(
    (parts) =>
      new PostgresTransaction<LedgerStores>(parts, (trx, outbox) => ({
        accounts: new PostgresAccounts(trx),
        journal: new PostgresJournal(trx),
        outbox,
      })),
    [TransactionParts],
  );
  bind(LedgerReader).toResolvedValue(({ knex }) => new PostgresLedgerReader(knex), [Database]);
  bind(LedgerAuditor).toResolvedValue(({ knex }) => new PostgresLedgerAuditor(knex), [Database]);
  bind(OpenAccounts).toResolvedValue(
    (transaction, clock) => new OpenAccounts(transaction, clock),
    [LedgerTransaction, Clock],
  );
  bind(PostTransactions).toResolvedValue(
    (transaction, clock) => new PostTransactions(transaction, clock),
    [LedgerTransaction, Clock],
  );
  bind(LedgerPort).toResolvedValue(
    (opening, posting, reader) => new Ledger(opening, posting, reader),
    [OpenAccounts, PostTransactions, LedgerReader],
  );
});

export const ledger: Module = {
  name: 'ledger',
  tells: contractsIn(events),
  bindings,
  offers: [LedgerPort],
  routes: (own) => ledgerRoutes(own.get(OpenAccounts), own.get(PostTransactions), own.get(LedgerReader)),
  audits: (own) => [
    { promise: 'every transaction sums to zero', run: () => own.get(LedgerAuditor).unbalancedTransactions() },
    { promise: 'every kept balance is the sum of its postings', run: () => own.get(LedgerAuditor).wrongBalances() },
    {
      promise: 'the trial balance is zero in every currency',
      run: () => own.get(LedgerAuditor).unbalancedCurrencies(),
    },
  ],
};
