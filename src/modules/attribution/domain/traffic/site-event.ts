import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { ClickId } from '../../index.ts';

/** Something a visitor did on a customer's page, as the page itself tells it: a hint, and never money. */
export interface SiteEvent {
  readonly clickId: ClickId;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly name: string;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly page?: string | undefined;
  readonly occurredAt: Instant;
  /** How many of this visitor's were too many since the last one that was taken. */
  readonly droppedBefore: number;
}

/** In UTF-8, as JSON. */
export const MAX_DATA_BYTES = 2_000;
/** By one click, in a second. No page of a human needs more. */
export const MOST_A_SECOND = 30;
