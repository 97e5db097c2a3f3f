import type { Instant } from '../../../shared/instant.ts';
import type { ClickId } from '../index.ts';

/** What a touch still says of its visitor's whereabouts. */
export interface Trace {
  readonly clickId: ClickId;
  readonly recordedAt: Instant;
  readonly network?: string | undefined;
}

export interface Faded {
  readonly clickId: ClickId;
  /** What the network is replaced by; without one there was none. */
  readonly networkHash?: string | undefined;
}

/** The networks and user agents of touches, and what is made of them in the end. */
export abstract class Traces {
  /** Of touches recorded before then that still have one or the other, the oldest. */
  abstract before(moment: Instant, limit: number): Promise<readonly Trace[]>;
  /** Takes both away, and puts the hash in the network's place. One whose network has gone meanwhile gets no hash. */
  abstract fade(faded: readonly Faded[]): Promise<void>;
  /** The month's; the one offered, when it has none yet. 32 bytes, for `2018-12`. */
  abstract salt(month: string, offered: Uint8Array): Promise<Uint8Array>;
  /** Nobody can make a hash of those months again, or tell what one was made of. */
  abstract destroySaltsBefore(month: string): Promise<void>;
}
