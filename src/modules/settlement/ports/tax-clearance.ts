import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';

/** Whether the tax office would let us pay. */
export abstract class TaxClearance {
  /** Of those who cannot be paid: what is missing, in a sentence. */
  abstract uncleared(
    programId: Id<'prg'>,
    partnerIds: readonly Id<'par'>[],
    now: Instant,
  ): Promise<ReadonlyMap<Id<'par'>, string>>;
}

/** While nobody keeps tax profiles, nobody misses one. */
export class EverybodyCleared extends TaxClearance {
  override uncleared(): Promise<ReadonlyMap<Id<'par'>, string>> {
    return Promise.resolve(new Map());
  }
}
