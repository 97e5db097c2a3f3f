import type { Announcement } from '../../../shared/outbox.ts';
import type { Hope, Note, SeenKey } from './seen-events.ts';

/** An event of a type without a contract of its own, and what is told of it. */
export interface PassingEvent {
  readonly key: SeenKey;
  /** One that stands alone. */
  readonly announcement: Announcement;
}

export abstract class PassingEvents {
  /**
   * Notes their keys, as `SeenEvents.note` does, and tells of those that are new; durable when it resolves, all or none.
   * It saves the ways to the server and back that a transaction takes, and throws `SeenAlready` when hope was in vain.
   */
  abstract take(events: readonly PassingEvent[], hope: Exclude<Hope, 'none'>): Promise<readonly Note[]>;
}
