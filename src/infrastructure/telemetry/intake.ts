import { metrics } from '@opentelemetry/api';

/** What is counted of a front door with lanes. Made after `startTelemetry`, as `Metrics`. */
export class IntakeMetrics {
  private readonly meter = metrics.getMeter('tributary');
  private readonly events = this.meter.createCounter('intake_events', {
    description: 'Events at the front door by lane and outcome',
  });

  count(lane: string, outcome: 'accepted' | 'shed' | 'turned_away', events: number): void {
    if (events > 0) this.events.add(events, { lane, outcome });
  }

  /** Read when somebody asks for it. */
  observeWaiting(read: () => readonly (readonly [lane: string, events: number])[]): void {
    this.meter
      .createObservableGauge('intake_waiting', { description: 'Events that wait for a writer, by lane' })
      .addCallback((result) => {
        for (const [lane, events] of read()) result.observe(events, { lane });
      });
  }
}
