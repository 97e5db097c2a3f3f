import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Clearance } from '../domain/tax/clearance.ts';

/** Whether the tax office would let us pay, and how much of it is its own. */
export abstract class TaxClearance {
  /** Who is not named is clear, and nothing is withheld. */
  abstract clearances(
    programId: Id<'prg'>,
    partnerIds: readonly Id<'par'>[],
    now: Instant,
  ): Promise<ReadonlyMap<Id<'par'>, Clearance>>;
}

/** While nobody keeps tax profiles, nobody misses one. */
export class EverybodyCleared extends TaxClearance {
  override clearances(): Promise<ReadonlyMap<Id<'par'>, Clearance>> {
    return Promise.resolve(new Map());
  }
}
