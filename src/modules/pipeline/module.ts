import { ContainerModule, type ContainerModuleLoadOptions } from 'inversify';
import { Settings } from '../../infrastructure/config.ts';
import type { Module } from '../../infrastructure/module.ts';
import { afterARest, othersFirst } from '../../infrastructure/pause.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { DayTables } from '../../infrastructure/postgres/day-partitions.ts';
import { EventLogs } from '../../infrastructure/postgres/event-logs.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Trouble } from '../../infrastructure/service.ts';
import { IntakeMetrics } from '../../infrastructure/telemetry/intake.ts';
import { Clock, Random, WallClock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { Vault } from '../../shared/vault.ts';
import { AjvEventReader } from './adapters/ajv/ajv-event-reader.ts';
import { ArchiveParts, archiveParts } from './adapters/archive/archive-parts.ts';
import { FeedFollower } from './adapters/feed/feed-follower.ts';
import { HmacPostbackSignatures } from './adapters/hmac-postback-signatures.ts';
import { eventIntake } from './adapters/grpc/event-intake.ts';
import { eventRoutes } from './adapters/http/event-routes.ts';
import { feedRoutes } from './adapters/http/feed-routes.ts';
import { postbackRoutes } from './adapters/http/postback-routes.ts';
import { quarantineRoutes } from './adapters/http/quarantine-routes.ts';
import { typeRoutes } from './adapters/http/type-routes.ts';
import { pipelineJobs } from './adapters/jobs/jobs.ts';
import { PostgresAcceptedEvents } from './adapters/postgres/postgres-accepted-events.ts';
import { PostgresEventTypes } from './adapters/postgres/postgres-event-types.ts';
import { PostgresPassingEvents } from './adapters/postgres/postgres-passing-events.ts';
import { PostgresPostbacks } from './adapters/postgres/postgres-postbacks.ts';
import { PostgresQuarantine } from './adapters/postgres/postgres-quarantine.ts';
import { PostgresQuarantineReader } from './adapters/postgres/postgres-quarantine-reader.ts';
import { PostgresSeenEvents } from './adapters/postgres/postgres-seen-events.ts';
import { REGISTRY_BELL, registryWatch } from './adapters/registry-watch.ts';
import { TelemetryIntakeMeter } from './adapters/telemetry/intake-meter.ts';
import { AcceptEvents, IntakeParts, IntakeStores } from './application/accept-events.ts';
import { AnnounceEvents } from './application/announce-events.ts';
import { ArchiveDesk } from './application/archive-desk.ts';
import { EventCatalogue } from './application/event-catalogue.ts';
import { KeepRefused } from './application/keep-refused.ts';
import { Lanes } from './application/lanes.ts';
import { Piecework } from './application/piecework.ts';
import { ReceivePostback } from './application/receive-postback.ts';
import { RegisterEventType } from './application/register-event-type.ts';
import { ReplayArchive } from './application/replay-archive.ts';
import { WorkQuarantine } from './application/work-quarantine.ts';
import { isRenamed } from './domain/feed-event.ts';
import { writersFor } from './domain/lane-queue.ts';
import * as events from './events.ts';
import { QuarantinePort } from './index.ts';
import { type PipelineStores, PipelineTransaction } from './ports/accepted-events.ts';
import { DayPartitions } from './ports/day-partitions.ts';
import { EventReader } from './ports/event-reader.ts';
import { IntakeMeter } from './ports/intake-meter.ts';
import { PassingEvents } from './ports/passing-events.ts';
import { PostbackTransaction } from './ports/postbacks.ts';
import { QuarantineReader } from './ports/quarantine.ts';

type Bind = ContainerModuleLoadOptions['bind'];

const bindStores = (bind: Bind): void => {
  bind(PipelineTransaction).toResolvedValue(
    (parts) =>
      new PostgresTransaction<PipelineStores>(parts, (trx, outbox) => ({
        accepted: new PostgresAcceptedEvents(trx),
        seen: new PostgresSeenEvents(trx),
        types: new PostgresEventTypes(trx),
        quarantine: new PostgresQuarantine(trx),
        outbox,
      })),
    [TransactionParts],
  );
  bind(PassingEvents).toResolvedValue((parts) => new PostgresPassingEvents(parts), [TransactionParts]);
  bind(DayPartitions)
    .toResolvedValue(({ knex, schema }) => new DayTables(knex, schema), [Database])
    .inSingletonScope();
  bind(QuarantineReader).toResolvedValue(({ knex }) => new PostgresQuarantineReader(knex), [Database]);
  bind(KeepRefused).toResolvedValue(
    (transaction, days, vault, settings) => new KeepRefused(transaction, days, vault, settings.QUARANTINE_MOST_A_DAY),
    [PipelineTransaction, DayPartitions, Vault, Settings],
  );
  bind(IntakeStores).toResolvedValue(
    (transaction, passing, days, refused, vault) => ({
      transaction,
      passing,
      days,
      refused,
      announce: new AnnounceEvents(vault),
    }),
    [PipelineTransaction, PassingEvents, DayPartitions, KeepRefused, Vault],
  );
};

const bindRegistry = (bind: Bind): void => {
  bind(EventCatalogue)
    .toResolvedValue(({ knex }) => new EventCatalogue(new PostgresEventTypes(knex)), [Database])
    .inSingletonScope();
  bind(EventReader)
    .toResolvedValue((catalogue) => new AjvEventReader(catalogue), [EventCatalogue])
    .inSingletonScope();
  bind(RegisterEventType).toResolvedValue(
    (transaction, reader, catalogue, { doorbell }, wallClock) =>
      new RegisterEventType(
        transaction,
        reader,
        catalogue,
        () => {
          doorbell.ring(REGISTRY_BELL);
        },
        wallClock,
      ),
    [PipelineTransaction, EventReader, EventCatalogue, TransactionParts, WallClock],
  );
};

const bindIntake = (bind: Bind): void => {
  bind(Lanes)
    .toResolvedValue(
      (settings, wallClock) => new Lanes(writersFor(settings.DATABASE_POOL_SIZE), wallClock),
      [Settings, WallClock],
    )
    .inSingletonScope();
  bind(IntakeMeter)
    .toResolvedValue(
      (lanes) => {
        const metrics = new IntakeMetrics();
        metrics.observeWaiting(() => lanes.waiting());
        return new TelemetryIntakeMeter(metrics);
      },
      [Lanes],
    )
    .inSingletonScope();
  bind(IntakeParts).toResolvedValue(
    (stores, reader, lanes, meter, clock, settings) => ({
      stores,
      reader,
      lanes,
      piecework: new Piecework({ later: othersFirst, afterARest, isPressed: () => lanes.isPressed }),
      meter,
      clock,
      limits: {
        futureToleranceMs: settings.FUTURE_TOLERANCE_SECONDS * 1_000,
        seenDays: settings.SEEN_EVENT_DAYS,
      },
    }),
    [IntakeStores, EventReader, Lanes, IntakeMeter, Clock, Settings],
  );
  bind(AcceptEvents).toResolvedValue((parts) => new AcceptEvents(parts), [IntakeParts]);
  bind(QuarantinePort).toResolvedValue(
    (transaction, reader, acceptEvents, catalogue, vault, clock) =>
      new WorkQuarantine(transaction, reader, acceptEvents, catalogue, vault, clock),
    [PipelineTransaction, QuarantineReader, AcceptEvents, EventCatalogue, Vault, Clock],
  );
};

const bindNeighbours = (bind: Bind): void => {
  bind(PostbackTransaction).toResolvedValue(
    (parts) => new PostgresTransaction(parts, (trx) => ({ postbacks: new PostgresPostbacks(trx) })),
    [TransactionParts],
  );
  bind(ReceivePostback).toResolvedValue(
    (transaction, acceptEvents, vault, random, clock, wallClock) =>
      new ReceivePostback(transaction, acceptEvents, {
        signatures: new HmacPostbackSignatures(),
        vault,
        random,
        clock,
        wallClock,
      }),
    [PostbackTransaction, AcceptEvents, Vault, Random, Clock, WallClock],
  );
  bind(FeedFollower)
    .toResolvedValue(
      (events, { doorbell }, trouble) => new FeedFollower({ logs: () => events.all, doorbell, trouble }),
      [EventLogs, TransactionParts, Trouble],
    )
    .inSingletonScope();
  bind(ArchiveParts).toResolvedValue(archiveParts, [Database, EventLogs, WallClock, Settings]).inSingletonScope();
  bind(ArchiveDesk).toResolvedValue(({ desk }) => desk, [ArchiveParts]);
  bind(ReplayArchive).toResolvedValue(({ replay }) => replay, [ArchiveParts]);
};

const bindings = new ContainerModule(({ bind }) => {
  for (const part of [bindStores, bindRegistry, bindIntake, bindNeighbours]) part(bind);
});

/** What the feed may ever show: what comes in, and what modules say. */
const known =
  (catalogue: EventCatalogue, { types }: EventLogs) =>
  (type: string): boolean =>
    catalogue.find(type) !== undefined || (types.has(type) && !isRenamed(type));

export const pipeline: Module = {
  name: 'pipeline',
  tells: contractsIn(events),
  bindings,
  offers: [QuarantinePort, ArchiveDesk, ReplayArchive],
  routes: (own) => [
    ...eventRoutes(own.get(AcceptEvents)),
    ...postbackRoutes(own.get(ReceivePostback)),
    ...typeRoutes(own.get(PipelineTransaction), own.get(RegisterEventType)),
    ...quarantineRoutes(own.get(QuarantinePort)),
    ...feedRoutes(own.get(FeedFollower), own.get(WallClock), known(own.get(EventCatalogue), own.get(EventLogs))),
  ],
  grpc: (own) => [eventIntake(own.get(AcceptEvents))],
  services: (own) => [
    registryWatch(own.get(EventCatalogue), own.get(TransactionParts).doorbell, own.get(Trouble)),
    own.get(FeedFollower),
  ],
  jobs: (own) => {
    const { QUARANTINE_DAYS: quarantineDays, SEEN_EVENT_DAYS: seenDays } = own.get(Settings);
    return [
      ...pipelineJobs(own.get(DayPartitions), own.get(PipelineTransaction), own.get(Clock), {
        quarantineDays,
        seenDays,
      }),
      ...own.get(ArchiveParts).jobs,
    ];
  },
  audits: (own) => own.get(ArchiveParts).audits,
};
