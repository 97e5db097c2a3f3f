import type { Fault } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { QuarantineFilter, QuarantineId, QuarantineState } from '../index.ts';

/** An event that was refused, as it is kept: its content sealed. */
export interface Quarantined {
  readonly id: QuarantineId;
  readonly day: string;
  readonly arrivedAt: Instant;
  readonly source: string;
  /** What the event says, where it says so. */
  readonly eventId: string | null;
  readonly type: string | null;
  /** Of its first fault. */
  readonly reason: string;
  readonly pointer: string;
  readonly faults: readonly Fault[];
  /** Null once it was re-driven or discarded. */
  readonly payload: string | null;
  readonly state: QuarantineState;
  readonly changedAt: Instant;
}

export interface QuarantineCount {
  readonly type: string | null;
  readonly reason: string;
  readonly state: QuarantineState;
  readonly count: number;
}

/** Within a transaction. */
export abstract class Quarantine {
  /** Counts so many more refusals, and answers how many there were that day and of that source before. */
  abstract countRefused(day: string, source: string, more: number): Promise<number>;
  /** Forgets the counts of days before that one. */
  abstract forgetCounts(before: string): Promise<void>;
  /** What is there already is open again. */
  abstract keep(events: readonly Quarantined[]): Promise<void>;
  /** Those of them that are open, the oldest first; nobody else has them until the transaction ends. */
  abstract lockOpen(ids: readonly QuarantineId[]): Promise<readonly Quarantined[]>;
  /** Its content is forgotten. */
  abstract close(ids: readonly QuarantineId[], state: 'redriven' | 'discarded', at: Instant): Promise<number>;
  /** It was judged again, and these are its faults now. */
  abstract blame(id: QuarantineId, faults: readonly Fault[], at: Instant): Promise<void>;
}

export abstract class QuarantineReader {
  /** The newest first. */
  abstract list(request: PageRequest, filter: QuarantineFilter): Promise<Page<Quarantined>>;
  abstract find(id: QuarantineId): Promise<Quarantined | undefined>;
  abstract counts(): Promise<readonly QuarantineCount[]>;
  /** Refused altogether, kept or not, in the days that are kept. */
  abstract refused(): Promise<number>;
  /** Open ones; those that nobody has judged for longest first. */
  abstract openIds(filter: QuarantineFilter, limit: number): Promise<readonly QuarantineId[]>;
}
