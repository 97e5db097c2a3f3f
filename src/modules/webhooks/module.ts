import { ContainerModule } from 'inversify';
import { Settings } from '../../infrastructure/config.ts';
import type { Module } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Random, WallClock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { Ids } from '../../shared/ids.ts';
import { Vault } from '../../shared/vault.ts';
import { AttributionPort } from '../attribution/index.ts';
import { PartnersPort } from '../partners/index.ts';
import { deliveryRoutes } from './adapters/http/delivery-routes.ts';
import { endpointRoutes } from './adapters/http/endpoint-routes.ts';
import { postbackRoutes } from './adapters/http/postback-routes.ts';
import { webhookJobs } from './adapters/jobs/jobs.ts';
import { webhookConsumers } from './adapters/messaging/consumers.ts';
import { UndiciAddressGuard } from './adapters/outbound/undici-guard.ts';
import { UndiciSender } from './adapters/outbound/undici-sender.ts';
import { PostgresDeliveries } from './adapters/postgres/postgres-deliveries.ts';
import { PostgresDeliveryQueue } from './adapters/postgres/postgres-delivery-queue.ts';
import { PostgresEndpoints } from './adapters/postgres/postgres-endpoints.ts';
import { PostgresWebhookReader } from './adapters/postgres/postgres-webhook-reader.ts';
import { ChangeEndpoint } from './application/change-endpoint.ts';
import { DispatchDeliveries, DispatchParts } from './application/dispatch-deliveries.ts';
import { FanOutEvents } from './application/fan-out-events.ts';
import { RegisterEndpoints } from './application/register-endpoints.ts';
import { Secrets } from './application/secrets.ts';
import { TestEndpoint } from './application/test-endpoint.ts';
import * as events from './events.ts';
import { AddressGuard } from './ports/address-guard.ts';
import { DeliveryQueue } from './ports/delivery-queue.ts';
import { Sender } from './ports/sender.ts';
import { WebhookReader } from './ports/webhook-reader.ts';
import { type WebhookStores, WebhookTransaction } from './ports/webhooks.ts';

const MOST_FINDINGS = 100;

const bindings = new ContainerModule(({ bind }) => {
  bind(WebhookTransaction).toResolvedValue(
    (parts) =>
      new PostgresTransaction<WebhookStores>(parts, (trx, outbox) => ({
        endpoints: new PostgresEndpoints(trx),
        deliveries: new PostgresDeliveries(trx),
        outbox,
      })),
    [TransactionParts],
  );
  bind(WebhookReader).toResolvedValue(({ knex }) => new PostgresWebhookReader(knex), [Database]);
  bind(DeliveryQueue).toResolvedValue(({ knex }) => new PostgresDeliveryQueue(knex), [Database]);
  bind(AddressGuard).toResolvedValue(
    (settings) => new UndiciAddressGuard({ exempt: settings.WEBHOOK_PRIVATE_HOSTS }),
    [Settings],
  );
  bind(Sender)
    .toResolvedValue(
      (wallClock, settings) =>
        new UndiciSender(wallClock, settings.WEBHOOK_TIMEOUT_MS, { exempt: settings.WEBHOOK_PRIVATE_HOSTS }),
      [WallClock, Settings],
    )
    .inSingletonScope();
  bind(Secrets).toResolvedValue((vault, random) => new Secrets(vault, random), [Vault, Random]);
  bind(RegisterEndpoints).toResolvedValue(
    (transaction, partners, guard, secrets, ids, wallClock) =>
      new RegisterEndpoints(transaction, partners, guard, secrets, ids, wallClock),
    [WebhookTransaction, PartnersPort, AddressGuard, Secrets, Ids, WallClock],
  );
  bind(ChangeEndpoint).toResolvedValue(
    (transaction, secrets, wallClock) => new ChangeEndpoint(transaction, secrets, wallClock),
    [WebhookTransaction, Secrets, WallClock],
  );
  bind(TestEndpoint).toResolvedValue(
    (transaction, reader, sender, secrets, ids, wallClock) =>
      new TestEndpoint(transaction, reader, sender, secrets, ids, wallClock),
    [WebhookTransaction, WebhookReader, Sender, Secrets, Ids, WallClock],
  );
  bind(FanOutEvents).toResolvedValue(
    (ids, wallClock, attribution) => new FanOutEvents(ids, wallClock, attribution),
    [Ids, WallClock, AttributionPort],
  );
  bind(DispatchParts).toResolvedValue(
    (ids, wallClock, random, { WEBHOOK_TIMEOUT_MS: timeoutMs }) => ({ ids, wallClock, random, timeoutMs }),
    [Ids, WallClock, Random, Settings],
  );
  bind(DispatchDeliveries).toResolvedValue(
    (transaction, queue, sender, secrets, parts) => new DispatchDeliveries(transaction, queue, sender, secrets, parts),
    [WebhookTransaction, DeliveryQueue, Sender, Secrets, DispatchParts],
  );
});

export const webhooks: Module = {
  name: 'webhooks',
  tells: contractsIn(events),
  bindings,
  offers: [],
  routes: (own) => {
    const useCases = {
      register: own.get(RegisterEndpoints),
      change: own.get(ChangeEndpoint),
      test: own.get(TestEndpoint),
      reader: own.get(WebhookReader),
    };
    return [
      ...endpointRoutes(useCases),
      ...postbackRoutes(useCases),
      ...deliveryRoutes(useCases.change, useCases.reader),
    ];
  },
  consumers: (own) =>
    webhookConsumers(own.get(WebhookTransaction), own.get(FanOutEvents), own.get(TransactionParts).doorbell),
  audits: (own) => [
    {
      promise: 'every webhook endpoint has its events numbered without gaps',
      run: async () =>
        (await own.get(WebhookReader).withGaps(MOST_FINDINGS)).map((id) => `a number is missing at ${id}`),
    },
    {
      promise: 'no webhook delivery waits with nobody to send it',
      about: 'operations',
      run: async () =>
        (await own.get(WebhookReader).stranded(MOST_FINDINGS)).map((id) => `what waits for ${id} is never due`),
    },
  ],
  jobs: (own) => webhookJobs(own.get(DispatchDeliveries), own.get(DeliveryQueue), own.get(WallClock)),
};
