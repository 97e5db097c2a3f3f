/** What is measured, by name. Rates, errors and durations for each route and consumer; lag and age for the outboxes. */
import { metrics } from '@opentelemetry/api';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const SECONDS = {
  unit: 's',
  advice: { explicitBucketBoundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
};

export interface Gauge {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Made after `startTelemetry`: what is created before has nobody who counts. */
export class Metrics {
  private readonly meter = metrics.getMeter('tributary');
  private readonly httpSeconds = this.histogram('http_request_duration', 'Requests by method, route and status');
  private readonly consumerSeconds = this.histogram('consumer_batch_duration', 'Batches of messages by consumer');
  private readonly jobSeconds = this.histogram('job_duration', 'Runs of scheduled jobs by name and outcome');
  private readonly messages = this.meter.createCounter('consumer_messages', {
    description: 'Messages by consumer and outcome',
  });

  requestAnswered(method: string, route: string, status: number, seconds: number): void {
    this.httpSeconds.record(seconds, { method, route, status });
  }

  batchHandled(consumer: string, count: number, seconds: number): void {
    this.consumerSeconds.record(seconds, { consumer });
    this.messages.add(count, { consumer, outcome: 'handled' });
  }

  messageParked(consumer: string, code: string): void {
    this.messages.add(1, { consumer, outcome: 'parked', code });
  }

  jobRan(job: string, outcome: 'worked' | 'idle' | 'failed', seconds: number): void {
    this.jobSeconds.record(seconds, { job, outcome });
  }

  /** Gauges are read when somebody asks for them; `read` must not take long and must not throw. */
  observeGauges(descriptions: Readonly<Record<string, string>>, read: () => Promise<readonly Gauge[]>): void {
    const gauges = new Map(
      Object.entries(descriptions).map(([name, description]) => [
        name,
        this.meter.createObservableGauge(name, { description }),
      ]),
    );
    this.meter.addBatchObservableCallback(
      async (result) => {
        for (const { name, labels, value } of await read()) {
          const gauge = gauges.get(name);
          if (gauge) result.observe(gauge, value, { ...labels });
        }
      },
      [...gauges.values()],
    );
  }

  observeEventLoop(): void {
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const p99 = this.meter.createObservableGauge('event_loop_delay_p99', {
      unit: 's',
      description: 'Since last asked',
    });
    p99.addCallback((result) => {
      result.observe(delay.percentile(99) / 1e9);
      delay.reset();
    });
  }

  private histogram(name: string, description: string): ReturnType<typeof this.meter.createHistogram> {
    return this.meter.createHistogram(name, { ...SECONDS, description });
  }
}
