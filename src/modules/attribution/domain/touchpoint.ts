import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { ClickId } from '../index.ts';

/** Why a click was worth nothing from the start. It is kept all the same: "you did click" is an answer too. */
export type Objection = 'unknown_link' | 'link_suspended' | 'not_enrolled';

/** A click, as it was kept. */
export interface Touchpoint {
  readonly clickId: ClickId;
  readonly programId: Id<'prg'>;
  readonly linkCode: string;
  /** Nobody, when nobody knows the link. */
  readonly partnerId?: Id<'par'> | undefined;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** Our own redirect saw it; otherwise a neighbour told us of it. */
  readonly live: boolean;
  readonly visitorId?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly referrer?: string | undefined;
  readonly objection?: Objection | undefined;
}

/** What a click and an order may have in common. */
export interface TouchKeys {
  readonly programId: Id<'prg'>;
  readonly clickId?: ClickId | undefined;
  readonly visitorId?: string | undefined;
}
