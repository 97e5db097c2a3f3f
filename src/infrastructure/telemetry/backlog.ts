import { metrics } from '@opentelemetry/api';
import { within } from '../within.ts';

/** Whoever asks for metrics asks again soon; while the database is silent, nobody knows. */
const PATIENCE_MS = 1_000;

/** Counts of what waits, by name, read when somebody asks for them. Made after `startTelemetry`, as `Metrics`. */
export const observeBacklog = <Name extends string>(
  descriptions: Readonly<Record<Name, string>>,
  read: () => Promise<Readonly<Record<Name, number>>>,
): void => {
  const meter = metrics.getMeter('tributary');
  const names = Object.keys(descriptions) as Name[];
  const gauges = names.map(
    (name) => [name, meter.createObservableGauge(name, { description: descriptions[name] })] as const,
  );
  meter.addBatchObservableCallback(
    async (result) => {
      const counts = await within(PATIENCE_MS, read()).catch(() => undefined); // nothing is shown
      if (counts !== undefined) for (const [name, gauge] of gauges) result.observe(gauge, counts[name]);
    },
    gauges.map(([, gauge]) => gauge),
  );
};
