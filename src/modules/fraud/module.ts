import { ContainerModule } from 'inversify';
import type { Module } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { Ids } from '../../shared/ids.ts';
import { AttributionPort } from '../attribution/index.ts';
import { OrdersPort } from '../orders/index.ts';
import { PartnersPort } from '../partners/index.ts';
import { fraudRoutes } from './adapters/http/routes.ts';
import { IsbotDetector } from './adapters/isbot-detector.ts';
import { fraudConsumers } from './adapters/messaging/consumers.ts';
import { PostgresFraudReader } from './adapters/postgres/postgres-fraud-reader.ts';
import { postgresFraudStores } from './adapters/postgres/stores.ts';
import { AssessConversions } from './application/assess-conversions.ts';
import { FraudQueries } from './application/fraud-queries.ts';
import { GatherFacts } from './application/gather-facts.ts';
import { ResolveCase } from './application/resolve-case.ts';
import * as events from './events.ts';
import { BotDetector } from './ports/bot-detector.ts';
import { FraudReader } from './ports/fraud-reader.ts';
import { FraudTransaction } from './ports/fraud-stores.ts';

const bindings = new ContainerModule(({ bind }) => {
  bind(FraudTransaction).toResolvedValue(
    (parts) => new PostgresTransaction(parts, postgresFraudStores),
    [TransactionParts],
  );
  bind(FraudReader).toResolvedValue(({ knex }) => new PostgresFraudReader(knex), [Database]);
  bind(BotDetector).toResolvedValue(() => new IsbotDetector(), []);
  bind(GatherFacts).toResolvedValue(
    (attribution, orders, partners, detector) => new GatherFacts(attribution, orders, partners, detector),
    [AttributionPort, OrdersPort, PartnersPort, BotDetector],
  );
  bind(AssessConversions).toResolvedValue((ids, clock) => new AssessConversions(ids, clock), [Ids, Clock]);
  bind(ResolveCase).toResolvedValue(
    (transaction, ids, clock) => new ResolveCase(transaction, ids, clock),
    [FraudTransaction, Ids, Clock],
  );
  bind(FraudQueries).toResolvedValue((reader) => new FraudQueries(reader), [FraudReader]);
});

export const fraud: Module = {
  name: 'fraud',
  tells: contractsIn(events),
  bindings,
  offers: [],
  routes: (own) => fraudRoutes(own.get(FraudReader), own.get(ResolveCase)),
  consumers: (own) => fraudConsumers(own.get(FraudTransaction), own.get(GatherFacts), own.get(AssessConversions)),
  audits: (own) => [
    {
      promise: 'every fraud finding is what the rules make of the recorded facts',
      run: () => own.get(FraudQueries).contradictions(),
    },
  ],
};
