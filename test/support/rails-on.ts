import type { Database } from '../../src/infrastructure/postgres/database.ts';
import { HttpRail } from '../../src/modules/settlement/adapters/http-rail/http-rail.ts';
import { settlementStores } from '../../src/modules/settlement/adapters/postgres/settlement-stores.ts';
import { CallRails } from '../../src/modules/settlement/application/rails/call-rails.ts';
import { KnownRails } from '../../src/modules/settlement/application/rails/known-rails.ts';
import type { Batch, Payout } from '../../src/modules/settlement/domain/payouts/payout.ts';
import type { RailName } from '../../src/modules/settlement/domain/rails/rail-name.ts';
import type { SettlementTransaction } from '../../src/modules/settlement/ports/settlement-stores.ts';
import { boundsOf } from '../../src/shared/calendar.ts';
import type { Instant } from '../../src/shared/instant.ts';
import { Money } from '../../src/shared/money.ts';
import { at, idOf } from './clock.ts';
import { GlassVault, noonOf, programId } from './settlement-story.ts';
import { postgresTransaction } from './transaction.ts';

/** What calls the provider at that address, on a real database. */
export const callRailsOn = (database: Database, provider: string, now: Instant) => {
  const rail = new HttpRail({ url: provider, dialect: 'paypal', timeoutMs: 500 });
  const transaction = postgresTransaction(database, settlementStores);
  const calls = new CallRails(transaction, new KnownRails([rail]), new GlassVault(), at(now));
  return { calls, rail, transaction };
};

/** A batch that was submitted by a rail, with two payouts of 50 reais. */
export const paidByRails = async (transaction: SettlementTransaction, rail: RailName) => {
  const sentAt = noonOf('02-05');
  const approvedBy = { approvedBy: 'boss', approvedAt: sentAt };
  const about = { programId, period: '2018-01', rail, createdAt: sentAt, submittedAt: sentAt } as const;
  const batch: Batch = {
    ...about,
    id: idOf('bat', 1),
    currency: 'BRL',
    state: 'submitted',
    closedBy: 'f',
    ...approvedBy,
  };
  const payouts = [1, 2].map((n): Payout => ({
    ...about,
    id: idOf('pay', n),
    batchId: batch.id,
    partnerId: idOf('par', n),
    amount: Money.of(5_000n, 'BRL'),
    state: 'submitted',
    bounces: 0,
    clearedByBatch: true,
  }));
  await transaction.run(async (stores) => {
    await stores.books.open([{ programId, currency: 'BRL', timeZone: 'UTC' }], sentAt);
    const period = {
      programId,
      period: '2018-01',
      closedBy: 'f',
      beganAt: sentAt,
      ...boundsOf('2018-01', 'UTC'),
    } as const;
    await stores.books.savePeriod({ ...period, state: 'closed', statements: 0, closedAt: sentAt });
    const draft: Batch = {
      ...batch,
      state: 'draft',
      submittedAt: undefined,
      approvedBy: undefined,
      approvedAt: undefined,
    };
    await stores.payouts.add({ batches: [draft], payouts, decisions: [] });
    await stores.payouts.saveBatch(batch);
    await stores.payouts.save(payouts);
  });
  return { batch, payouts };
};
