import type { Database } from '../../src/infrastructure/postgres/database.ts';
import { HttpRail } from '../../src/modules/settlement/adapters/http-rail/http-rail.ts';
import { settlementStores } from '../../src/modules/settlement/adapters/postgres/settlement-stores.ts';
import { CallRails } from '../../src/modules/settlement/application/rails/call-rails.ts';
import { KnownRails } from '../../src/modules/settlement/application/rails/known-rails.ts';
import type { Instant } from '../../src/shared/instant.ts';
import { at } from './clock.ts';
import { GlassVault } from './settlement-story.ts';
import { postgresTransaction } from './transaction.ts';

/** What calls the provider at that address, on a real database. */
export const callRailsOn = (database: Database, provider: string, now: Instant) => {
  const rail = new HttpRail({ url: provider, dialect: 'paypal', timeoutMs: 500 });
  const transaction = postgresTransaction(database, settlementStores);
  const calls = new CallRails(transaction, new KnownRails([rail]), new GlassVault(), at(now));
  return { calls, rail, transaction };
};
