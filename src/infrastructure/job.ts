import type { Doorbell } from './messaging/doorbell.ts';
import { CLOCK_BELL } from './system/sandbox-clock.ts';
import type { Leadership } from './postgres/leadership.ts';
import type { Metrics } from './telemetry/metrics.ts';

/** Work that time makes due. One process at a time runs a job; a run may be cut off anywhere and run again. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  /** Does a bounded piece; true when there may be more, and it should go on at once. */
  run(): Promise<boolean>;
  /** Whether something is due now that a run would do. */
  due(): Promise<boolean>;
}

/** Rung by whoever knows that there is something to do. */
export const jobBell = ({ name }: Pick<Job, 'name'>): string => `job:${name}`;

const FAILURE_PAUSE_MS = 1_000;

export class Scheduler {
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly leadership: Leadership,
    private readonly doorbell: Doorbell,
    private readonly metrics: Metrics,
    private readonly report: (error: unknown, job: string) => void,
  ) {}

  start(jobs: readonly Job[], stop: AbortSignal): void {
    for (const job of jobs) {
      const tracked: Promise<void> = this.leadership
        .whileLeading(`job:${job.name}`, stop, (signal) => this.repeat(job, signal))
        .finally(() => this.running.delete(tracked));
      this.running.add(tracked);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.running);
  }

  private async repeat(job: Job, signal: AbortSignal): Promise<void> {
    const bell = this.doorbell.listen([CLOCK_BELL, jobBell(job)]);
    while (!signal.aborted) {
      const started = performance.now();
      let pauseMs = job.everyMs;
      try {
        const more = await job.run();
        this.metrics.jobRan(job.name, more ? 'worked' : 'idle', (performance.now() - started) / 1_000);
        if (more) continue;
      } catch (error) {
        this.metrics.jobRan(job.name, 'failed', (performance.now() - started) / 1_000);
        this.report(error, job.name);
        pauseMs = Math.max(pauseMs, FAILURE_PAUSE_MS);
      }
      await bell.next(pauseMs, signal);
    }
    bell.hangUp();
  }
}
