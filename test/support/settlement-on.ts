import { settlementStores } from '../../src/modules/settlement/adapters/postgres/settlement-stores.ts';
import { BookCommissions } from '../../src/modules/settlement/application/books/book-commissions.ts';
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
import { programId, ToldCommission } from './settlement-story.ts';
import { SettlingPartners } from './settling-partners.ts';
import { postgresTransaction } from './transaction.ts';

/** Settlement and the ledger on a test's database, with commission and partners that say what they are told. */
export const settlementOn = (database: Pick<TestDatabase, 'as'>, now: string, chunk?: ChunkSize) => {
  const clock = at(now);
  const { ledger } = ledgerOn(database, now);
  const transaction = postgresTransaction(database.as('settlement'), settlementStores);
  const partners = new SettlingPartners();
  const commission = new ToldCommission();
  const post = new PostBookings(transaction, ledger, clock);
  const close = new ClosePeriod(transaction, commission, partners, clock);
  const finish = new FinishClosing(
    transaction,
    new WriteStatements(transaction, ledger, chunk),
    new DecidePayouts(transaction, partners, new EverybodyCleared(), clock),
  );
  return {
    commission,
    book: new BookCommissions(transaction, partners, post, clock),
    closed: async (period: Month): Promise<void> => {
      await close.run(programId, period, 'finance');
      while (await finish.run());
    },
  };
};
