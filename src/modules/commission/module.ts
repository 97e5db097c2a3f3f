import { ContainerModule } from 'inversify';
import type { Module } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { Ids } from '../../shared/ids.ts';
import { OrdersPort } from '../orders/index.ts';
import { PartnersPort } from '../partners/index.ts';
import { draftRoutes } from './adapters/http/draft-routes.ts';
import { explanationRoutes } from './adapters/http/explanation-routes.ts';
import { commissionRoutes } from './adapters/http/routes.ts';
import { termsRoutes } from './adapters/http/terms-routes.ts';
import { commissionConsumers } from './adapters/messaging/consumers.ts';
import { commissionStores } from './adapters/postgres/commission-stores.ts';
import { PostgresCommissionReader } from './adapters/postgres/postgres-commission-reader.ts';
import { PostgresTermsDraftReader } from './adapters/postgres/postgres-terms-drafts.ts';
import { CommissionQueries } from './application/commission-queries.ts';
import { CompareDraft } from './application/compare-draft.ts';
import { DraftTerms } from './application/draft-terms.ts';
import { LockDue } from './application/lock-due.ts';
import { PublishTerms } from './application/publish-terms.ts';
import { ReckonCommissions } from './application/reckon-commissions.ts';
import { SettleCommissions } from './application/settle-commissions.ts';
import * as events from './events.ts';
import { CommissionPort } from './index.ts';
import { CommissionReader } from './ports/commission-reader.ts';
import { type CommissionStores, CommissionTransaction } from './ports/commissions.ts';
import { TermsDraftReader } from './ports/terms-drafts.ts';

const LOCK_EVERY_MS = 500;

const bindings = new ContainerModule(({ bind }) => {
  bind(CommissionTransaction).toResolvedValue(
    (parts) => new PostgresTransaction<CommissionStores>(parts, commissionStores),
    [TransactionParts],
  );
  bind(CommissionReader).toResolvedValue(({ knex }) => new PostgresCommissionReader(knex), [Database]);
  bind(ReckonCommissions).toResolvedValue((orders, clock) => new ReckonCommissions(orders, clock), [OrdersPort, Clock]);
  bind(SettleCommissions).toResolvedValue((clock) => new SettleCommissions(clock), [Clock]);
  bind(LockDue).toResolvedValue(
    (tx, reader, clock) => new LockDue(tx, reader, clock),
    [CommissionTransaction, CommissionReader, Clock],
  );
  bind(PublishTerms).toResolvedValue(
    (tx, partners, ids, clock) => new PublishTerms(tx, partners, ids, clock),
    [CommissionTransaction, PartnersPort, Ids, Clock],
  );
  bind(TermsDraftReader).toResolvedValue(({ knex }) => new PostgresTermsDraftReader(knex), [Database]);
  bind(DraftTerms).toResolvedValue(
    (tx, partners, ids, clock) => new DraftTerms(tx, partners, ids, clock),
    [CommissionTransaction, PartnersPort, Ids, Clock],
  );
  bind(CompareDraft).toResolvedValue((reader, clock) => new CompareDraft(reader, clock), [CommissionReader, Clock]);
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
  routes: (own) => [
    ...commissionRoutes(own.get(CommissionReader)),
    ...explanationRoutes(own.get(CommissionReader)),
    ...termsRoutes(own.get(CommissionReader), own.get(PublishTerms)),
    ...draftRoutes(own.get(TermsDraftReader), own.get(DraftTerms), own.get(PublishTerms), own.get(CompareDraft)),
  ],
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
