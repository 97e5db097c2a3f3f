import type { Job } from '../../../../infrastructure/job.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { plusDays } from '../../../../shared/instant.ts';
import type { PipelineTransaction } from '../../ports/accepted-events.ts';
import { dayOf, type DayPartitions } from '../../ports/day-partitions.ts';

const MINUTE_MS = 60_000;

export interface KeptDays {
  readonly quarantineDays: number;
  readonly seenDays: number;
}

export const pipelineJobs = (
  partitions: DayPartitions,
  transaction: PipelineTransaction,
  clock: Clock,
  { quarantineDays, seenDays }: KeptDays,
): readonly Job[] => [
  {
    name: 'pipeline.day_partitions',
    everyMs: MINUTE_MS,
    due: () => Promise.resolve(false),
    run: async () => {
      const now = clock.now();
      const today = dayOf(now);
      await transaction.run(({ quarantine }) => quarantine.forgetCounts(dayOf(plusDays(now, -quarantineDays))));
      const more = [
        await partitions.keep('quarantine', today, quarantineDays),
        await partitions.keep('seen_events', today, seenDays),
      ];
      return more.includes(true);
    },
  },
];
