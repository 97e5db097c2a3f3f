import type { Instant } from '../../../shared/instant.ts';

export type DayTable = 'seen_events' | 'quarantine';

/** A UTC day: `2018-12-31`. */
export const dayOf = (at: Instant): string => at.slice(0, 10);

/** Tables that are kept by the day, and forget by the day. */
export abstract class DayPartitions {
  /** What is of those days can be written from now on. Cheap when they were asked for before. */
  abstract ensure(table: DayTable, days: Iterable<string>): Promise<void>;
  /** Makes room ahead of `today`, and forgets what is older than `keepDays`; true when there is more to forget. */
  abstract keep(table: DayTable, today: string, keepDays: number): Promise<boolean>;
}
