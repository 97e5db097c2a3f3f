import type { Knex } from 'knex';
import type { Outbox } from '../../../../shared/outbox.ts';
import type { CommissionStores } from '../../ports/commissions.ts';
import { PostgresAdjustments } from './postgres-adjustments.ts';
import { PostgresCommissions, PostgresCredits } from './postgres-commissions.ts';
import { PostgresExchangeRates } from './postgres-exchange-rates.ts';
import { PostgresOrderQueue } from './postgres-order-queue.ts';
import { PostgresPeriods } from './postgres-periods.ts';
import { PostgresTermsDrafts } from './postgres-terms-drafts.ts';
import { PostgresTermsVersions } from './postgres-terms-versions.ts';

/** All of commission's stores, on one transaction. */
export const commissionStores = (trx: Knex, outbox: Outbox): CommissionStores => ({
  commissions: new PostgresCommissions(trx),
  credits: new PostgresCredits(trx),
  adjustments: new PostgresAdjustments(trx),
  terms: new PostgresTermsVersions(trx),
  drafts: new PostgresTermsDrafts(trx),
  periods: new PostgresPeriods(trx),
  queue: new PostgresOrderQueue(trx),
  rates: new PostgresExchangeRates(trx),
  outbox,
});
