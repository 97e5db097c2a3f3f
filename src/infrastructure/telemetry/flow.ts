/** Gauges of what flows: how far readers are behind, how long writers hold them up, how busy the pools are. */
import type { Broker } from '../messaging/broker.ts';
import type { Inbound } from '../messaging/inbound.ts';
import { type Database, rawClient } from '../postgres/database.ts';
import type { OutboxReader } from '../postgres/outbox-reader.ts';
import { within } from '../within.ts';
import type { Gauge, Metrics } from './metrics.ts';

/** Whoever asks for metrics asks again soon, and most of all when something is wrong. */
const LAG_PATIENCE_MS = 1_000;

export const observeFlow = (
  metrics: Metrics,
  broker: Broker,
  inbounds: readonly Inbound[],
  outboxes: readonly OutboxReader[],
  databases: readonly Database[],
): void => {
  metrics.observeGauges(
    {
      outbox_lag_seconds: 'Age of the oldest event the reader has not passed',
      outbox_barrier_seconds: 'How long the last look at the outbox waited for writers',
      database_pool_used: 'Connections in use',
      database_pool_waiting: 'Requests waiting for a connection',
    },
    async () => [
      ...outboxes.map(({ schema, barrierAgeMs }) => ({
        name: 'outbox_barrier_seconds',
        labels: { schema },
        value: barrierAgeMs / 1_000,
      })),
      ...databases.flatMap(poolGauges),
      // Metrics must be read also while the broker or the database is away or silent: that lag is then unknown.
      ...(await within(LAG_PATIENCE_MS, broker.lag(inbounds, outboxes)).catch(() => [])),
    ],
  );
};

const poolGauges = ({ schema, knex }: Database): readonly Gauge[] => {
  const { pool } = rawClient(knex);
  return [
    { name: 'database_pool_used', labels: { schema }, value: pool.numUsed() },
    { name: 'database_pool_waiting', labels: { schema }, value: pool.numPendingAcquires() },
  ];
};
