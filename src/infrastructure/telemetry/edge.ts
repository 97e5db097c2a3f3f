import { metrics } from '@opentelemetry/api';

export interface EdgeCounts {
  readonly stored: number;
  readonly journaled: number;
  readonly replayed: number;
  readonly dropped: number;
}

/** What became of the edge's touches; asked now and then, so that a redirect does not pay for it. */
export const observeEdge = (read: () => EdgeCounts & { readonly journalBytes: number }): void => {
  const meter = metrics.getMeter('tributary');
  meter
    .createObservableCounter('edge_touches', {
      description: 'Clicks and other touches by fate: stored, journaled, replayed, dropped',
    })
    .addCallback((result) => {
      const { journalBytes: _, ...counts } = read();
      for (const [fate, count] of Object.entries(counts)) result.observe(count, { fate });
    });
  meter
    .createObservableGauge('edge_journal_bytes', { unit: 'By', description: 'Waiting in the journal for the database' })
    .addCallback((result) => {
      result.observe(read().journalBytes);
    });
};
