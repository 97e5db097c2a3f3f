import { ContainerModule } from 'inversify';
import type { Module } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock, Random, WallClock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { Vault } from '../../shared/vault.ts';
import { GroupedPosting } from './adapters/grouped-posting.ts';
import { Ed25519SealSigner } from './adapters/postgres/ed25519-seal-signer.ts';
import { ledgerReads, ledgerWrites } from './adapters/grpc/ledger-services.ts';
import { accountRoutes } from './adapters/http/account-routes.ts';
import { holdRoutes } from './adapters/http/hold-routes.ts';
import { sealRoutes } from './adapters/http/seal-routes.ts';
import { templateRoutes } from './adapters/http/template-routes.ts';
import { transactionRoutes } from './adapters/http/transaction-routes.ts';
import { ledgerStores } from './adapters/postgres/ledger-stores.ts';
import { PostgresCheckpoints } from './adapters/postgres/postgres-checkpoints.ts';
import { PostgresLedgerAuditor } from './adapters/postgres/postgres-ledger-auditor.ts';
import { PostgresLedgerReader } from './adapters/postgres/postgres-ledger-reader.ts';
import { PostgresLedgerReports } from './adapters/postgres/postgres-ledger-reports.ts';
import { PostgresPlainJournal } from './adapters/postgres/postgres-plain-journal.ts';
import { PostgresSealReader } from './adapters/postgres/postgres-seals.ts';
import { PostgresTemplateReader } from './adapters/postgres/postgres-templates.ts';
import { ChangeAccount } from './application/change-account.ts';
import { CloseLedgerPeriod } from './application/close-ledger-period.ts';
import { HoldDesk } from './application/holds.ts';
import { Ledger } from './application/ledger.ts';
import { LedgerBooks } from './application/ledger-books.ts';
import { OpenAccounts } from './application/open-accounts.ts';
import { PostTogether } from './application/post-together.ts';
import { PostTransactions } from './application/post-transactions.ts';
import { ProveBooks } from './application/prove-books.ts';
import { PublishTemplate } from './application/publish-template.ts';
import { ReverseTransaction } from './application/reverse-transaction.ts';
import { RunTemplate } from './application/run-template.ts';
import { SealJournal } from './application/seal-journal.ts';
import * as events from './events.ts';
import { LedgerPort } from './index.ts';
import { LedgerAuditor } from './ports/ledger-auditor.ts';
import { LedgerReader } from './ports/ledger-reader.ts';
import { LedgerReports } from './ports/ledger-reports.ts';
import { LedgerTransaction } from './ports/ledger-stores.ts';
import { PlainJournal } from './ports/plain-journal.ts';
import { Posting } from './ports/posting.ts';
import { Checkpoints, SealReader, SealSigner } from './ports/seals.ts';
import { TemplateReader } from './ports/template-reader.ts';

const EXPIRE_EVERY_MS = 1_000;
const SEAL_EVERY_MS = 5_000;

const bindings = new ContainerModule(({ bind }) => {
  bind(LedgerTransaction).toResolvedValue((parts) => new PostgresTransaction(parts, ledgerStores), [TransactionParts]);
  bind(LedgerReader).toResolvedValue(({ knex }) => new PostgresLedgerReader(knex), [Database]);
  bind(LedgerReports).toResolvedValue(({ knex }) => new PostgresLedgerReports(knex), [Database]);
  bind(TemplateReader).toResolvedValue(({ knex }) => new PostgresTemplateReader(knex), [Database]);
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
  bind(PublishTemplate).toResolvedValue((transaction, clock) => new PublishTemplate(transaction, clock), [...writes]);
  bind(RunTemplate).toResolvedValue((transaction, clock) => new RunTemplate(transaction, clock), [...writes]);
  bind(HoldDesk).toResolvedValue((transaction, clock) => new HoldDesk(transaction, clock), [...writes]);
  bind(PlainJournal).toResolvedValue((parts) => new PostgresPlainJournal(parts), [TransactionParts]);
  bind(Posting).toResolvedValue(
    (transaction, plain, clock) => {
      const posting = new PostTransactions(transaction, clock);
      return new GroupedPosting(posting, new PostTogether(plain, posting, clock));
    },
    [LedgerTransaction, PlainJournal, Clock],
  );
  bind(SealReader).toResolvedValue(({ knex }) => new PostgresSealReader(knex), [Database]);
  bind(SealSigner).toResolvedValue(
    ({ knex }, vault, wallClock) => new Ed25519SealSigner(knex, vault, wallClock),
    [Database, Vault, WallClock],
  );
  bind(SealJournal).toResolvedValue(
    (transaction, reader, signer, clock) => new SealJournal(transaction, reader, signer, clock),
    [LedgerTransaction, SealReader, SealSigner, Clock],
  );
  bind(LedgerBooks).toResolvedValue((reader, signer) => new LedgerBooks(reader, signer), [SealReader, SealSigner]);
  bind(Checkpoints).toResolvedValue(({ knex }) => new PostgresCheckpoints(knex), [Database]);
  bind(ProveBooks).toResolvedValue(
    (books, seals, checkpoints, signer, clock, random) =>
      new ProveBooks(books, seals, checkpoints, signer, clock, random),
    [LedgerBooks, SealReader, Checkpoints, SealSigner, Clock, Random],
  );
  bind(LedgerPort).toResolvedValue(
    (opening, posting, reader, reports, seals) => new Ledger(opening, posting, reader, { reports, seals }),
    [OpenAccounts, Posting, LedgerReader, LedgerReports, SealReader],
  );
});

export const ledger: Module = {
  name: 'ledger',
  tells: contractsIn(events),
  bindings,
  offers: [LedgerPort, LedgerBooks, ProveBooks, PublishTemplate],
  routes: (own) => [
    ...accountRoutes(own.get(OpenAccounts), own.get(ChangeAccount), own.get(LedgerReader), own.get(LedgerReports)),
    ...transactionRoutes(
      own.get(Posting),
      own.get(ReverseTransaction),
      own.get(CloseLedgerPeriod),
      own.get(LedgerReader),
    ),
    ...holdRoutes(own.get(HoldDesk), own.get(LedgerReader)),
    ...templateRoutes(own.get(PublishTemplate), own.get(RunTemplate), own.get(TemplateReader)),
    ...sealRoutes(own.get(LedgerBooks), own.get(SealReader)),
  ],
  grpc: (own) => [
    ledgerWrites({
      open: own.get(OpenAccounts),
      posting: own.get(Posting),
      reverse: own.get(ReverseTransaction),
      holds: own.get(HoldDesk),
      templates: own.get(RunTemplate),
    }),
    ledgerReads(own.get(LedgerReader), own.get(LedgerReports)),
  ],
  jobs: (own) => {
    const [desk, reader, clock] = [own.get(HoldDesk), own.get(LedgerReader), own.get(Clock)];
    const seal = own.get(SealJournal);
    return [
      {
        name: 'ledger.expire_holds',
        everyMs: EXPIRE_EVERY_MS,
        run: () => desk.expire(),
        due: () => reader.hasExpired(clock.now()),
      },
      { name: 'ledger.seal', everyMs: SEAL_EVERY_MS, run: () => seal.run(), due: () => seal.isDue() },
    ];
  },
  audits: (own) => {
    const auditor = own.get(LedgerAuditor);
    return [
      { promise: 'every transaction sums to zero', run: () => auditor.unbalancedTransactions() },
      { promise: 'every kept balance is the sum of its postings', run: () => auditor.wrongBalances() },
      { promise: 'what is held of every account is what its open holds sum to', run: () => auditor.wrongHolds() },
      { promise: 'the trial balance is zero in every currency', run: () => auditor.unbalancedCurrencies() },
      { promise: 'every sealed transaction is as it was sealed', run: () => sealFaults(own.get(ProveBooks)) },
    ];
  },
};

/** Of what is new since somebody last looked, and of a part of what is not; `tributary ledger verify --whole` looks at all. */
const sealFaults = async (prove: ProveBooks): Promise<readonly string[]> => {
  const { fault } = await prove.run();
  return fault === undefined ? [] : [fault];
};
