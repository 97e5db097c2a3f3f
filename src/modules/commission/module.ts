import { ContainerModule } from 'inversify';
import type { Module } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { Ids } from '../../shared/ids.ts';
import { OrdersPort } from '../orders/index.ts';
import { PartnersPort } from '../partners/index.ts';
import { commissionRoutes } from './adapters/http/routes.ts';
import { commissionConsumers } from './adapters/messaging/consumers.ts';
import { PostgresCommissionReader } from './adapters/postgres/postgres-commission-reader.ts';
import {
  PostgresCommissions,
  PostgresCredits,
  PostgresTermsVersions,
} from './adapters/postgres/postgres-commissions.ts';
import { CommissionQueries } from './application/commission-queries.ts';
import { LockDue } from './application/lock-due.ts';
import { PublishTerms } from './application/publish-terms.ts';
import { ReckonCommissions } from './application/reckon-commissions.ts';
import { SettleCommissions } from './application/settle-commissions.ts';
import * as events from './events.ts';
import { CommissionPort } from './index.ts';
import { CommissionReader } from './ports/commission-reader.ts';
import { type CommissionStores, CommissionTransaction } from './ports/commissions.ts';

const LOCK_EVERY_MS = 500;

const bindings = new ContainerModule(({ bind }) => {
  bind(CommissionTransaction).toResolvedValue(
    (parts) =>
      new PostgresTransaction<CommissionStores>(parts, (trx, outbox) => ({
        commissions: new PostgresCommissions(trx),
        credits: new PostgresCredits(trx),
        terms: new PostgresTermsVersions(trx),
        outbox,
      })),
    [TransactionParts],
  );
  bind(CommissionReader).toResolvedValue(({ knex }) => new PostgresCommissionReader(knex), [Database]);
  bind(ReckonCommissions).toResolvedValue((orders, clock) => new ReckonCommissions(orders, clock), [OrdersPort, Clock]);
  bind(SettleCommissions).toResolvedValue(() => new SettleCommissions(), []);
  bind(LockDue).toResolvedValue(
    (tx, reader, clock) => new LockDue(tx, reader, clock),
    [CommissionTransaction, CommissionReader, Clock],
  );
  bind(PublishTerms).toResolvedValue(
    (tx, partners, ids, clock) => new PublishTerms(tx, partners, ids, clock),
    [CommissionTransaction, PartnersPort, Ids, Clock],
  );
  bind(CommissionQueries).toResolvedValue(
    (reader, partners) => new CommissionQueries(reader, partners),
    [CommissionReader, PartnersPort],
  );
  bind(CommissionPort).toResolvedValue((queries) => queries, [CommissionQueries]);
});

export const commission: Module = {
  name: 'commission',
  tells: contractsIn(events),
  bindings,
  offers: [CommissionPort],
  routes: (own) => commissionRoutes(own.get(CommissionReader), own.get(PublishTerms)),
  consumers: (own) =>
    commissionConsumers(own.get(CommissionTransaction), own.get(ReckonCommissions), own.get(SettleCommissions)),
  jobs: (own) => {
    const lockDue = own.get(LockDue);
    return [
      { name: 'commission.lock_due', everyMs: LOCK_EVERY_MS, run: () => lockDue.run(), due: () => lockDue.isDue() },
    ];
  },
  audits: (own) => [
    {
      promise: 'every commission has an explanation that comes to the same cents',
      run: () => own.get(CommissionQueries).unexplained(),
    },
  ],
};
