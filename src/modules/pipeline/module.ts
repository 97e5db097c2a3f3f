import { ContainerModule } from 'inversify';
import { Settings } from '../../infrastructure/config.ts';
import { GrpcServer } from '../../infrastructure/grpc/grpc-server.ts';
import { TokenVerifier } from '../../infrastructure/http/authenticate.ts';
import type { Module } from '../../infrastructure/module.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Trouble } from '../../infrastructure/service.ts';
import { Clock } from '../../shared/clock.ts';
import { Vault } from '../../shared/vault.ts';
import { AjvEventReader } from './adapters/ajv/ajv-event-reader.ts';
import { eventIntake } from './adapters/grpc/event-intake.ts';
import { eventRoutes } from './adapters/http/event-routes.ts';
import { PostgresAcceptedEvents } from './adapters/postgres/postgres-accepted-events.ts';
import { AcceptEvents } from './application/accept-events.ts';
import { type PipelineStores, PipelineTransaction } from './ports/accepted-events.ts';
import { EventReader } from './ports/event-reader.ts';

const bindings = new ContainerModule(({ bind }) => {
  bind(PipelineTransaction).toResolvedValue(
    (parts) =>
      new PostgresTransaction<PipelineStores>(parts, (trx, outbox) => ({
        accepted: new PostgresAcceptedEvents(trx),
        outbox,
      })),
    [TransactionParts],
  );
  bind(EventReader).toConstantValue(new AjvEventReader());
  bind(AcceptEvents).toResolvedValue(
    (transaction, reader, clock, vault, settings) =>
      new AcceptEvents(transaction, reader, clock, vault, settings.FUTURE_TOLERANCE_SECONDS * 1_000),
    [PipelineTransaction, EventReader, Clock, Vault, Settings],
  );
  bind(GrpcServer).toResolvedValue(
    (settings, verifier, trouble, acceptEvents) =>
      new GrpcServer({ settings, verifier, trouble }, [eventIntake(acceptEvents)]),
    [Settings, TokenVerifier, Trouble, AcceptEvents],
  );
});

export const pipeline: Module = {
  name: 'pipeline',
  bindings,
  offers: [],
  routes: (own) => eventRoutes(own.get(AcceptEvents)),
  services: (own) => [own.get(GrpcServer)],
};
