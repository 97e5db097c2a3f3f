import type { Id } from '../../../shared/ids.ts';
import type { ErasedVisitor, Erasure, ErasureId } from '../domain/identity/erasure.ts';
import type { ClickId } from '../index.ts';

/** Whose orders somebody may have claimed. */
export interface Claimed {
  readonly orderIds: readonly Id<'ord'>[];
  readonly visitorIds: readonly string[];
}

/** By what a person may be found. */
export interface Tracks {
  readonly visitorIds: readonly string[];
  readonly clickIds: readonly ClickId[];
}

export interface Erased {
  readonly touchpoints: number;
  readonly conversions: number;
}

/** Removes what tells who a visitor was, and remembers that it did. */
export abstract class Erasures {
  /** What the conversions of these orders, and the touches they name, know of their visitors; no pseudonyms. */
  abstract tracks(orderIds: readonly Id<'ord'>[]): Promise<Tracks>;
  /** Every program that a visitor's touch or order was kept for. */
  abstract programs(): Promise<readonly Id<'prg'>[]>;
  /**
   * In touches, conversions and the inputs of decisions the pseudonym takes the place of the visitor's id; browser, origin,
   * network and sub-ids are removed. Decisions still follow from their inputs, and their digests fit.
   */
  abstract erase(visitorId: string, pseudonym: string, programIds: readonly Id<'prg'>[]): Promise<Erased>;
  /** Browser, origin, network and sub-ids of these touches are removed; how many had any. */
  abstract strip(clickIds: readonly ClickId[]): Promise<number>;
  /**
   * The words and references that claims to these orders, and to orders of these visitors, were evidenced with are removed;
   * of how many claims. To be called before `erase`.
   */
  abstract clearEvidence(claimed: Claimed, programIds: readonly Id<'prg'>[]): Promise<number>;
  abstract add(erasure: Erasure, visitors: readonly ErasedVisitor[]): Promise<void>;
  abstract get(erasureId: ErasureId): Promise<Erasure | undefined>;
  /** The last one of the subject with that fingerprint. */
  abstract last(fingerprint: string): Promise<Erasure | undefined>;
  /** Of those that were ever erased; in order of time. */
  abstract erased(fingerprints: readonly string[]): Promise<readonly ErasedVisitor[]>;
}
