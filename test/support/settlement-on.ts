import { settlementStores } from '../../src/modules/settlement/adapters/postgres/settlement-stores.ts';
import { Pain001Rail } from '../../src/modules/settlement/adapters/iso20022/pain-001-rail.ts';
import { PostgresBatchReader } from '../../src/modules/settlement/adapters/postgres/postgres-batch-reader.ts';
import { AskPartners } from '../../src/modules/settlement/application/payouts/circumstances.ts';
import {
  ApproveBatch,
  CancelBatch,
  TakeOutPayout,
} from '../../src/modules/settlement/application/payouts/decide-batch.ts';
import { AskPayees } from '../../src/modules/settlement/application/payouts/payees.ts';
import { SubmitBatch } from '../../src/modules/settlement/application/payouts/submit-batch.ts';
import { PayingAccounts } from '../../src/modules/settlement/application/rails/bank-accounts.ts';
import { HandOver } from '../../src/modules/settlement/application/rails/hand-over.ts';
import { KnownRails } from '../../src/modules/settlement/application/rails/known-rails.ts';
import { PaymentFile } from '../../src/modules/settlement/application/rails/payment-file.ts';
import { BookCommissions } from '../../src/modules/settlement/application/books/book-commissions.ts';
import { QuoteRates } from '../../src/modules/settlement/application/fx/quote-rates.ts';
import { ValuePositions } from '../../src/modules/settlement/application/fx/value-positions.ts';
import { ClosePeriod } from '../../src/modules/settlement/application/statements/close-period.ts';
import { DecidePayouts } from '../../src/modules/settlement/application/statements/decide-payouts.ts';
import { FinishClosing } from '../../src/modules/settlement/application/statements/finish-closing.ts';
import {
  type ChunkSize,
  WriteStatements,
} from '../../src/modules/settlement/application/statements/write-statements.ts';
import { PostBookings } from '../../src/modules/settlement/application/books/post-bookings.ts';
import { EverybodyCleared } from '../../src/modules/settlement/ports/tax-clearance.ts';
import type { Month } from '../../src/shared/calendar.ts';
import { at } from './clock.ts';
import type { TestDatabase } from './database.ts';
import { ledgerOn } from './ledger.ts';
import { GlassVault, programId, ToldCommission, ToldRates } from './settlement-story.ts';
import { SettlingPartners } from './settling-partners.ts';
import { postgresTransaction } from './transaction.ts';

/** Settlement and the ledger on a test's database, with commission and partners that say what they are told. */
export const settlementOn = (database: Pick<TestDatabase, 'as'>, now: string, chunk?: ChunkSize) => {
  const clock = at(now);
  const { ledger } = ledgerOn(database, now);
  const settlement = database.as('settlement');
  const transaction = postgresTransaction(settlement, settlementStores);
  const partners = new SettlingPartners();
  const rails = new KnownRails([new Pain001Rail()]);
  const asking = new AskPartners(partners, new EverybodyCleared(), rails);
  const commission = new ToldCommission();
  const rates = new ToldRates();
  const quotes = new QuoteRates(transaction, rates);
  const post = new PostBookings(transaction, ledger, clock);
  const close = new ClosePeriod(transaction, commission, partners, new ValuePositions(transaction, quotes), clock);
  const finish = new FinishClosing(
    transaction,
    new WriteStatements(transaction, ledger, chunk),
    new DecidePayouts(transaction, asking, clock, chunk?.partners),
  );
  const reader = new PostgresBatchReader(settlement.knex);
  const vault = new GlassVault();
  const file = new PaymentFile(reader, vault);
  const handOver = new HandOver(rails, vault);
  return {
    transaction,
    commission,
    partners,
    rates,
    close,
    finish,
    approve: new ApproveBatch(transaction, clock),
    cancel: new CancelBatch(transaction, clock),
    takeOut: new TakeOutPayout(transaction, reader, clock),
    submit: new SubmitBatch(
      transaction,
      new AskPayees(reader, asking, quotes),
      handOver,
      new PayingAccounts(true),
      clock,
    ),
    post,
    file,
    book: new BookCommissions(transaction, partners, post, clock),
    closed: async (period: Month): Promise<void> => {
      await close.run(programId, period, 'finance');
      while (await finish.run());
    },
  };
};
