import { ContainerModule } from 'inversify';
import type { Module } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { GroupedPosting } from './adapters/grouped-posting.ts';
import { accountRoutes } from './adapters/http/account-routes.ts';
import { holdRoutes } from './adapters/http/hold-routes.ts';
import { transactionRoutes } from './adapters/http/transaction-routes.ts';
import { ledgerStores } from './adapters/postgres/ledger-stores.ts';
import { PostgresLedgerAuditor } from './adapters/postgres/postgres-ledger-auditor.ts';
import { PostgresLedgerReader } from './adapters/postgres/postgres-ledger-reader.ts';
import { PostgresLedgerReports } from './adapters/postgres/postgres-ledger-reports.ts';
import { ChangeAccount } from './application/change-account.ts';
import { CloseLedgerPeriod } from './application/close-ledger-period.ts';
import { HoldDesk } from './application/holds.ts';
import { Ledger } from './application/ledger.ts';
import { OpenAccounts } from './application/open-accounts.ts';
import { PostTransactions } from './application/post-transactions.ts';
import { ReverseTransaction } from './application/reverse-transaction.ts';
import * as events from './events.ts';
import { LedgerPort } from './index.ts';
import { LedgerAuditor } from './ports/ledger-auditor.ts';
import { LedgerReader } from './ports/ledger-reader.ts';
import { LedgerReports } from './ports/ledger-reports.ts';
import { LedgerTransaction } from './ports/ledger-stores.ts';
import { Posting } from './ports/posting.ts';

const EXPIRE_EVERY_MS = 1_000;

const bindings = new ContainerModule(({ bind }) => {
  bind(LedgerTransaction).toResolvedValue((parts) => new PostgresTransaction(parts, ledgerStores), [TransactionParts]);
  bind(LedgerReader).toResolvedValue(({ knex }) => new PostgresLedgerReader(knex), [Database]);
  bind(LedgerReports).toResolvedValue(({ knex }) => new PostgresLedgerReports(knex), [Database]);
  bind(LedgerAuditor).toResolvedValue(({ knex }) => new PostgresLedgerAuditor(knex), [Database]);

  const writes = [LedgerTransaction, Clock] as const;
  bind(OpenAccounts).toResolvedValue((transaction, clock) => new OpenAccounts(transaction, clock), [...writes]);
  bind(ChangeAccount).toResolvedValue((transaction, clock) => new ChangeAccount(transaction, clock), [...writes]);
  bind(CloseLedgerPeriod).toResolvedValue(
    (transaction, clock) => new CloseLedgerPeriod(transaction, clock),
    [...writes],
  );
  bind(ReverseTransaction).toResolvedValue(
    (transaction, clock) => new ReverseTransaction(transaction, clock),
    [...writes],
  );
  bind(HoldDesk).toResolvedValue((transaction, clock) => new HoldDesk(transaction, clock), [...writes]);
  bind(Posting).toResolvedValue(
    (transaction, clock) => new GroupedPosting(new PostTransactions(transaction, clock)),
    [...writes],
  );
  bind(LedgerPort).toResolvedValue(
    (opening, posting, reader) => new Ledger(opening, posting, reader),
    [OpenAccounts, Posting, LedgerReader],
  );
});

export const ledger: Module = {
  name: 'ledger',
  tells: contractsIn(events),
  bindings,
  offers: [LedgerPort],
  routes: (own) => [
    ...accountRoutes(own.get(OpenAccounts), own.get(ChangeAccount), own.get(LedgerReader), own.get(LedgerReports)),
    ...transactionRoutes(
      own.get(Posting),
      own.get(ReverseTransaction),
      own.get(CloseLedgerPeriod),
      own.get(LedgerReader),
    ),
    ...holdRoutes(own.get(HoldDesk), own.get(LedgerReader)),
  ],
  jobs: (own) => {
    const [desk, reader, clock] = [own.get(HoldDesk), own.get(LedgerReader), own.get(Clock)];
    return [
      {
        name: 'ledger.expire_holds',
        everyMs: EXPIRE_EVERY_MS,
        run: () => desk.expire(),
        due: () => reader.hasExpired(clock.now()),
      },
    ];
  },
  audits: (own) => {
    const auditor = own.get(LedgerAuditor);
    return [
      { promise: 'every transaction sums to zero', run: () => auditor.unbalancedTransactions() },
      { promise: 'every kept balance is the sum of its postings', run: () => auditor.wrongBalances() },
      { promise: 'what is held of every account is what its open holds sum to', run: () => auditor.wrongHolds() },
      { promise: 'the trial balance is zero in every currency', run: () => auditor.unbalancedCurrencies() },
    ];
  },
};
