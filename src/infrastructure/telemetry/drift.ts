import { metrics } from '@opentelemetry/api';
import { within } from '../within.ts';

/** Of decisions made again: how many there were, and how many came out otherwise, by what they were made from. */
export interface DriftFound {
  readonly checked: number;
  readonly drifted: Readonly<Record<string, number>>;
}

const PATIENCE_MS = 1_000;

/** Read when somebody asks for it; unknown while nobody has looked, or the database is away. Made after `startTelemetry`. */
export const observeDrift = (name: string, read: () => Promise<DriftFound | undefined>): void => {
  const meter = metrics.getMeter('tributary');
  const drift = meter.createObservableGauge(`${name}_drift`, {
    description: 'Decisions that came out otherwise when they were last made again, by what they were made from',
  });
  const checked = meter.createObservableGauge(`${name}_drift_checked`, {
    description: 'Decisions that were last made again',
  });
  meter.addBatchObservableCallback(
    async (result) => {
      // Metrics must be read also while the database is away or silent: the drift is then unknown.
      const found = await within(PATIENCE_MS, read()).catch(() => undefined);
      if (found === undefined) return;
      result.observe(checked, found.checked);
      for (const [from, count] of Object.entries(found.drifted)) result.observe(drift, count, { from });
    },
    [drift, checked],
  );
};
