import { ContainerModule } from 'inversify';
import { Settings } from '../../infrastructure/config.ts';
import type { Module } from '../../infrastructure/module.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../shared/clock.ts';
import { Vault } from '../../shared/vault.ts';
import { AcceptEvents } from './accept-events.ts';
import { type PipelineStores, PipelineTransaction } from './accepted-events.ts';
import { PostgresAcceptedEvents } from './postgres-accepted-events.ts';
import { pipelineRoutes } from './routes.ts';

const bindings = new ContainerModule(({ bind }) => {
  bind(PipelineTransaction).toResolvedValue(
    (parts) =>
      new PostgresTransaction<PipelineStores>(parts, (trx, outbox) => ({
        accepted: new PostgresAcceptedEvents(trx),
        outbox,
      })),
    [TransactionParts],
  );
  bind(AcceptEvents).toResolvedValue(
    (transaction, clock, vault, settings) =>
      new AcceptEvents(transaction, clock, vault, settings.FUTURE_TOLERANCE_SECONDS * 1_000),
    [PipelineTransaction, Clock, Vault, Settings],
  );
});

export const pipeline: Module = {
  name: 'pipeline',
  bindings,
  offers: [],
  routes: (own) => pipelineRoutes(own.get(AcceptEvents)),
};
