import type { Audit } from '../../../infrastructure/audit.ts';
import type { Job } from '../../../infrastructure/job.ts';
import { PostgresTransaction, type TransactionParts } from '../../../infrastructure/postgres/transaction.ts';
import { observeDrift } from '../../../infrastructure/telemetry/drift.ts';
import type { Clock, WallClock } from '../../../shared/clock.ts';
import type { OrdersPort } from '../../orders/index.ts';
import type { PartnersPort } from '../../partners/index.ts';
import { DecideAgain } from '../application/deciding/decide-again.ts';
import { KeepReplays } from '../application/replays/keep-replays.ts';
import { ReportModels } from '../application/deciding/model-report.ts';
import type { PublishPolicy } from '../application/deciding/publish-policy.ts';
import { RunReplays } from '../application/replays/run-replays.ts';
import { SeededChance } from '../application/replays/seeded-chance.ts';
import { WatchDrift } from '../application/deciding/watch-drift.ts';
import { PostgresDriftLog } from './postgres/postgres-drift-log.ts';
import { PostgresJourneys } from './postgres/postgres-journeys.ts';
import { PostgresReplayReader } from './postgres/postgres-replay-reader.ts';
import { postgresReplayStores } from './postgres/replay-stores.ts';

/** What looks at the past again, by other policies and models or by the same. */
export abstract class ReplayParts {
  abstract readonly keepReplays: KeepReplays;
  abstract readonly reportModels: ReportModels;
  abstract readonly jobs: readonly Job[];
  abstract readonly audits: readonly Audit[];
}

interface Sources {
  readonly parts: TransactionParts;
  readonly partners: PartnersPort;
  readonly orders: OrdersPort;
  readonly publishPolicy: PublishPolicy;
  readonly clock: Clock;
  readonly wallClock: WallClock;
}

export const replayParts = ({ parts, partners, orders, publishPolicy, clock, wallClock }: Sources): ReplayParts => {
  const { knex } = parts.database;
  const transaction = new PostgresTransaction(parts, postgresReplayStores);
  const reader = new PostgresReplayReader(knex);
  const decideAgain = new DecideAgain(partners, clock);
  const runReplays = new RunReplays(transaction, reader, decideAgain, orders, clock);
  const watchDrift = new WatchDrift(new PostgresDriftLog(knex), transaction, decideAgain, wallClock);
  observeDrift('attribution', () => watchDrift.found());
  return {
    keepReplays: new KeepReplays(partners, transaction, reader, publishPolicy, parts.ids, clock),
    reportModels: new ReportModels(new PostgresJourneys(knex), (seed) => new SeededChance(seed)),
    jobs: [
      { name: 'attribution.replay', everyMs: 1_000, run: () => runReplays.run(), due: () => runReplays.due() },
      { name: 'attribution.watch_drift', everyMs: 60_000, run: () => watchDrift.run(), due: () => watchDrift.due() },
    ],
    audits: [
      {
        promise: 'every order would be credited from the touches on disk as it was',
        run: () => watchDrift.findings(),
      },
    ],
  };
};
