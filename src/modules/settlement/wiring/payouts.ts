import { ContainerModule } from 'inversify';
import { Settings } from '../../../infrastructure/config.ts';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { Clock } from '../../../shared/clock.ts';
import { payoutRoutes } from '../adapters/http/payout-routes.ts';
import { PostgresBatchReader } from '../adapters/postgres/postgres-batch-reader.ts';
import { PostgresPayoutReader } from '../adapters/postgres/postgres-payout-reader.ts';
import { QuoteRates } from '../application/fx/quote-rates.ts';
import { AskPartners } from '../application/payouts/circumstances.ts';
import { ApproveBatch, CancelBatch } from '../application/payouts/decide-batch.ts';
import { AskPayees } from '../application/payouts/payees.ts';
import { SubmitBatch } from '../application/payouts/submit-batch.ts';
import { PayingAccounts } from '../application/rails/bank-accounts.ts';
import { HandOver } from '../application/rails/hand-over.ts';
import { PaymentFile } from '../application/rails/payment-file.ts';
import { BatchReader } from '../ports/batch-reader.ts';
import { PayoutReader } from '../ports/payout-reader.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import { bellOf, type Part, POST_JOB } from './part.ts';

/** What a close pays, and who says so. */
export const payouts: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(PayoutReader).toResolvedValue(({ knex }) => new PostgresPayoutReader(knex), [Database]);
    bind(BatchReader).toResolvedValue(({ knex }) => new PostgresBatchReader(knex), [Database]);
    bind(ApproveBatch).toResolvedValue(
      (transaction, clock) => new ApproveBatch(transaction, clock),
      [SettlementTransaction, Clock],
    );
    bind(CancelBatch).toResolvedValue(
      (transaction, clock) => new CancelBatch(transaction, clock),
      [SettlementTransaction, Clock],
    );
    bind(AskPayees).toResolvedValue(
      (reader, partners, quotes) => new AskPayees(reader, partners, quotes),
      [BatchReader, AskPartners, QuoteRates],
    );
    bind(SubmitBatch).toResolvedValue(
      (transaction, payees, handOver, { SANDBOX }, clock) =>
        new SubmitBatch(transaction, payees, handOver, new PayingAccounts(SANDBOX), clock),
      [SettlementTransaction, AskPayees, HandOver, Settings, Clock],
    );
  }),
  routes: (own) =>
    payoutRoutes(
      own.get(PayoutReader),
      {
        approve: own.get(ApproveBatch),
        submit: own.get(SubmitBatch),
        cancel: own.get(CancelBatch),
        file: own.get(PaymentFile),
      },
      bellOf(own, POST_JOB),
    ),
};
