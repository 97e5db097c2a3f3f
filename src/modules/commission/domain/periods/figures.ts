/**
 * What else counts in the same period. Tiers and limits over several orders depend on other orders; the others are put
 * in order by when they were placed, then by id, never by when we heard of them: shuffled and repeated news come to the
 * same cents, and an order that arrives late is given its own place.
 */
import type { Instant } from '../../../../shared/instant.ts';

export const PERIODS = ['day', 'week', 'month', 'quarter', 'year', 'life'] as const;
/** Cut in the program's time zone, half-open; a week begins on Monday. */
export type Period = (typeof PERIODS)[number];

/** Of one tier table or limit: whose orders count, and which of them. */
export interface FigureScope {
  /** Unique among the terms: `limit:2`, `tier:robots`, `budget:spring`. */
  readonly name: string;
  readonly of: 'partner' | 'program';
  readonly period: Period;
  /** Only what this group pays counts; absent: everything. */
  readonly group?: string | undefined;
}

/** The figures of one scope for one order's commission. */
export interface PeriodFigures {
  /** The period, half-open; of `life`, the beginning of time and no end. */
  readonly from: Instant;
  readonly until?: Instant | undefined;
  /** Orders of the period placed before this one, with what they come to as they are now. */
  readonly before: Figures;
  /** All orders of the period but this one: what a retroactive tier goes by. */
  readonly others: Figures;
}

/** Reversed orders count nothing, returned lines neither. */
export interface Figures {
  readonly orders: number;
  /** In minor units of the terms' currency. */
  readonly revenueMinor: bigint;
  /** After limits. */
  readonly earnedMinor: bigint;
}

/** By the scope's name. A scope the terms need and nobody gave stops the calculation. */
export type FiguresOfPeriods = ReadonlyMap<string, PeriodFigures>;
