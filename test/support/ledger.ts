import { GroupedPosting } from '../../src/modules/ledger/adapters/grouped-posting.ts';
import { ledgerStores } from '../../src/modules/ledger/adapters/postgres/ledger-stores.ts';
import { PostgresLedgerAuditor } from '../../src/modules/ledger/adapters/postgres/postgres-ledger-auditor.ts';
import { PostgresLedgerReader } from '../../src/modules/ledger/adapters/postgres/postgres-ledger-reader.ts';
import { PostgresLedgerReports } from '../../src/modules/ledger/adapters/postgres/postgres-ledger-reports.ts';
import { PostgresPlainJournal } from '../../src/modules/ledger/adapters/postgres/postgres-plain-journal.ts';
import { ChangeAccount } from '../../src/modules/ledger/application/change-account.ts';
import { CloseLedgerPeriod } from '../../src/modules/ledger/application/close-ledger-period.ts';
import { HoldDesk } from '../../src/modules/ledger/application/holds.ts';
import { Ledger } from '../../src/modules/ledger/application/ledger.ts';
import { OpenAccounts } from '../../src/modules/ledger/application/open-accounts.ts';
import { PostTogether } from '../../src/modules/ledger/application/post-together.ts';
import { PostTransactions } from '../../src/modules/ledger/application/post-transactions.ts';
import { LedgerBooks } from '../../src/modules/ledger/application/ledger-books.ts';
import { ProveBooks } from '../../src/modules/ledger/application/prove-books.ts';
import { PublishTemplate } from '../../src/modules/ledger/application/publish-template.ts';
import { RunTemplate } from '../../src/modules/ledger/application/run-template.ts';
import { SealJournal } from '../../src/modules/ledger/application/seal-journal.ts';
import { Ed25519SealSigner } from '../../src/modules/ledger/adapters/postgres/ed25519-seal-signer.ts';
import { PostgresCheckpoints } from '../../src/modules/ledger/adapters/postgres/postgres-checkpoints.ts';
import { PostgresSealReader } from '../../src/modules/ledger/adapters/postgres/postgres-seals.ts';
import { SystemWallClock } from '../../src/infrastructure/system/system.ts';
import { MasterKeyVault } from '../../src/infrastructure/system/master-key-vault.ts';
import { ReverseTransaction } from '../../src/modules/ledger/application/reverse-transaction.ts';
import type { Random } from '../../src/shared/clock.ts';
import type { LedgerStores } from '../../src/modules/ledger/ports/ledger-stores.ts';
import { at, SeededRandom } from './clock.ts';
import type { TestDatabase } from './database.ts';
import { partsOn, postgresTransaction } from './transaction.ts';

/** The ledger as the program wires it, on a test's database and as its own role. */
export const ledgerOn = (
  database: Pick<TestDatabase, 'as'>,
  now = '2018-02-01T00:00:00Z',
  random: Random = new SeededRandom(1),
) => {
  const own = database.as('ledger');
  const clock = at(now);
  let attempts = 0;
  const transaction = postgresTransaction<LedgerStores>(own, (trx, outbox) => {
    attempts += 1;
    return ledgerStores(trx, outbox);
  });
  const reader = new PostgresLedgerReader(own.knex);
  const seals = new PostgresSealReader(own.knex);
  const signer = new Ed25519SealSigner(own.knex, new MasterKeyVault(Buffer.alloc(32, 1)), new SystemWallClock());
  const openAccounts = new OpenAccounts(transaction, clock);
  const postTransactions = new PostTransactions(transaction, clock);
  const plain = new PostgresPlainJournal(partsOn(own));
  const together = new PostTogether(plain, postTransactions, clock);
  const books = new LedgerBooks(seals, signer);
  const reports = new PostgresLedgerReports(own.knex);
  return {
    own,
    /** How many transactions were begun; more than were asked for when some lost a race and were done again. */
    attempts: () => attempts,
    reader,
    openAccounts,
    postTransactions,
    plain,
    transaction,
    reports,
    changeAccount: new ChangeAccount(transaction, clock),
    closePeriod: new CloseLedgerPeriod(transaction, clock),
    reverse: new ReverseTransaction(transaction, clock),
    holds: new HoldDesk(transaction, clock),
    seals,
    seal: new SealJournal(transaction, seals, signer, clock),
    books,
    prove: new ProveBooks(books, seals, new PostgresCheckpoints(own.knex), signer, clock, random),
    publishTemplate: new PublishTemplate(transaction, clock),
    runTemplate: new RunTemplate(transaction, clock),
    clock,
    /** Each caller by himself. */
    ledger: new Ledger(openAccounts, postTransactions, reader, { reports, seals }),
    /** Callers grouped, as the program wires it. */
    grouped: new Ledger(openAccounts, new GroupedPosting(postTransactions, together), reader, { reports, seals }),
    auditor: new PostgresLedgerAuditor(own.knex),
  };
};
