import type { IntakeMetrics } from '../../../../infrastructure/telemetry/intake.ts';
import type { Lane } from '../../domain/lanes.ts';
import { IntakeMeter } from '../../ports/intake-meter.ts';

export class TelemetryIntakeMeter extends IntakeMeter {
  constructor(private readonly metrics: IntakeMetrics) {
    super();
  }

  shed(lane: Lane, events: number): void {
    this.metrics.count(lane, 'shed', events);
  }

  turnedAway(lane: Lane, events: number): void {
    this.metrics.count(lane, 'turned_away', events);
  }

  accepted(lane: Lane, events: number): void {
    this.metrics.count(lane, 'accepted', events);
  }
}
