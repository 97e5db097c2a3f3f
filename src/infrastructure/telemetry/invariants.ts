import { metrics } from '@opentelemetry/api';
import { within } from '../within.ts';

/** How many promises there are in each state. */
export type InvariantsSeen = Readonly<Record<string, number>>;

const PATIENCE_MS = 1_000;

/** `invariants_ok` is 1 while no promise is broken; unknown while the database is away. Made after `startTelemetry`. */
export const observeInvariants = (read: () => Promise<InvariantsSeen>): void => {
  const meter = metrics.getMeter('tributary');
  const ok = meter.createObservableGauge('invariants_ok', { description: '1 while no promise of the house is broken' });
  const promises = meter.createObservableGauge('promises', { description: 'Promises of the house, by what was seen' });
  meter.addBatchObservableCallback(
    async (result) => {
      // Metrics must be read also while the database is away or silent: what holds is then unknown.
      const seen = await within(PATIENCE_MS, read()).catch(() => undefined);
      if (seen === undefined) return;
      result.observe(ok, (seen['broken'] ?? 0) === 0 ? 1 : 0);
      for (const [state, count] of Object.entries(seen)) result.observe(promises, count, { state });
    },
    [ok, promises],
  );
};
