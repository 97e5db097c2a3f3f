import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';

/** Nobody asks the pipeline anything; these are the words it speaks with its callers. */
export type Verdict = 'accepted' | 'duplicate' | 'refused';

/** One thing that happened outside, as a neighbour tells it. */
export interface IncomingEvent {
  /** The neighbour's own, permanent id: the same id is the same event, for ever. */
  readonly id: string;
  /** Who counts these ids. */
  readonly source: string;
  /** `order.placed`, `click.recorded` … */
  readonly type: string;
  readonly programId: Id<'prg'>;
  /** What it is about: an order's reference, a click's id. */
  readonly subject: string;
  readonly time: Instant;
  readonly data: Readonly<Record<string, unknown>>;
}
