import { metrics } from '@opentelemetry/api';

export interface ArchiveGauges {
  /** Events read and in no file yet. */
  readonly inHand: number;
  /** Events let out of the sorter before their time, since the start. */
  readonly letOutEarly: number;
}

/** What is counted of the archive, read when somebody asks for it. Made after `startTelemetry`, as `Metrics`. */
export const observeArchive = (read: () => ArchiveGauges): void => {
  const meter = metrics.getMeter('tributary');
  meter
    .createObservableGauge('archive_in_hand', { description: 'Events read by the archive and in no file yet' })
    .addCallback((result) => {
      result.observe(read().inHand);
    });
  meter
    .createObservableGauge('archive_let_out_early', {
      description: 'Events sorted before their time: too many at once',
    })
    .addCallback((result) => {
      result.observe(read().letOutEarly);
    });
};
