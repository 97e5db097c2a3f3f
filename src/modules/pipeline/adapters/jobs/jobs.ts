import type { Job } from '../../../../infrastructure/job.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { dayOf, type DayPartitions } from '../../ports/day-partitions.ts';

const MINUTE_MS = 60_000;

export interface KeptDays {
  readonly quarantineDays: number;
  readonly seenDays: number;
}

export const pipelineJobs = (
  partitions: DayPartitions,
  clock: Clock,
  { quarantineDays, seenDays }: KeptDays,
): readonly Job[] => [
  {
    name: 'pipeline.day_partitions',
    everyMs: MINUTE_MS,
    due: () => Promise.resolve(false),
    run: async () => {
      const today = dayOf(clock.now());
      const more = [
        await partitions.keep('quarantine', today, quarantineDays),
        await partitions.keep('seen_events', today, seenDays),
      ];
      return more.includes(true);
    },
  },
];
