import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Figures } from '../domain/periods/figures.ts';
import type { Contribution, Place } from '../domain/periods/period-book.ts';
import type { UncalculatedOrder } from '../index.ts';
import type { PeriodKey, Thresholds } from '../domain/periods/thresholds.ts';

/** A contribution, and where it counts. */
export interface Kept extends Contribution {
  readonly period: PeriodKey;
}

export interface PeriodTotal {
  readonly period: PeriodKey;
  readonly total: Figures;
}

/** What stands behind a place, and how many contributions that is. */
export interface Behind extends Figures {
  readonly count: number;
}

export interface Changes {
  readonly totals: readonly PeriodTotal[];
  /** Without figures and standing: it is gone. */
  readonly contributions: readonly Kept[];
  /** From there on orders may have been judged by figures that no longer hold. */
  readonly unchecked: readonly Unchecked[];
}

export interface Unchecked {
  readonly period: PeriodKey;
  /** Behind that place; absent: all of the period. */
  readonly behind?: Place | undefined;
}

/** What orders come to, by the periods they count in. */
export abstract class Periods {
  /** Until the transaction ends nobody brings new words into those programs. */
  abstract holdTerms(programIds: readonly Id<'prg'>[]): Promise<void>;
  /** Waits until nobody holds the program's terms, and lets nobody hold them until the transaction ends. */
  abstract changeTerms(programId: Id<'prg'>): Promise<void>;
  abstract ofOrders(orderIds: readonly Id<'ord'>[]): Promise<readonly Kept[]>;
  /** Locks them, in the same order whoever asks, and begins those that nobody has counted in yet. */
  abstract open(periods: readonly PeriodKey[]): Promise<readonly PeriodTotal[]>;
  /** In the order asked, leaving out what those orders contribute. Only of open periods. */
  abstract behind(
    asked: readonly { readonly period: PeriodKey; readonly place: Place }[],
    without: readonly Id<'ord'>[],
  ): Promise<readonly Behind[]>;
  abstract save(changes: Changes, at: Instant): Promise<void>;
  /** The period that has waited longest to be checked. Nothing is locked. */
  abstract nextUnchecked(): Promise<PeriodKey | undefined>;
  /** Orders that were judged by other figures than they would be now, where that may matter; the first in their order. */
  abstract misjudged(period: PeriodKey, thresholds: Thresholds, limit: number): Promise<readonly Id<'ord'>[]>;
  /** Locks the period; it is checked up to the first order that is misjudged, or altogether. */
  abstract checked(period: PeriodKey, thresholds: Thresholds): Promise<void>;
}

export interface SetAside {
  readonly programId?: Id<'prg'> | undefined;
  readonly code?: string | undefined;
}

/** Orders to be looked at again, and those that looking does not help. */
export abstract class OrderQueue {
  /** Another reason replaces the one before; since when stays. */
  abstract setAside(orders: readonly UncalculatedOrder[]): Promise<void>;
  /** Which of these are. */
  abstract areSetAside(orderIds: readonly Id<'ord'>[]): Promise<ReadonlySet<Id<'ord'>>>;
  abstract calculated(orderIds: readonly Id<'ord'>[]): Promise<void>;
  /** Those that were set aside: for that reason, of that program, or all. */
  abstract againSetAside(which: SetAside, at: Instant): Promise<void>;
  /** Those with commissions in the program, placed then or later. */
  abstract againPlacedSince(programId: Id<'prg'>, placedAt: Instant, at: Instant): Promise<void>;
  /** Takes out those that wait longest; what somebody else takes out is left to them. */
  abstract take(limit: number, among?: readonly Id<'ord'>[]): Promise<readonly Id<'ord'>[]>;
}
