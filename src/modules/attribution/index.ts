import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';

export type LinkId = Id<'lnk'>;
export type ClickId = Id<'clk'>;
export type ConversionId = Id<'cnv'>;

export interface TouchpointFacts {
  readonly clickId: ClickId;
  readonly programId: Id<'prg'>;
  readonly partnerId?: Id<'par'> | undefined;
  readonly occurredAt: Instant;
  readonly userAgent?: string | undefined;
  readonly visitorId?: string | undefined;
  /** Our own redirect saw it; absent when a neighbour told us of it. */
  readonly live?: true | undefined;
}

/** What other modules may ask of attribution. */
export abstract class AttributionPort {
  /** Of those that are known. */
  abstract touchpoints(clickIds: readonly ClickId[]): Promise<readonly TouchpointFacts[]>;
}
