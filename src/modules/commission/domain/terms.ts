import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { MoneyJson } from '../../../shared/money.ts';
import type { Rounding } from '../../../shared/rate.ts';
import type { Milestone } from '../../orders/index.ts';
import type { TermsId } from '../index.ts';

/** The facts of an order line that a condition may look at. */
export const LINE_FACTS = ['line.category', 'line.sku', 'order.currency'] as const;
export type LineFact = (typeof LINE_FACTS)[number];

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly fact: LineFact; readonly equals: string }
  | { readonly fact: LineFact; readonly notEquals: string }
  | { readonly fact: LineFact; readonly in: readonly string[] }
  | { readonly fact: LineFact; readonly exists: boolean };

/** What a line earns. Percent is a decimal text: `6.5` is 6.5 %. */
export type Amount = { readonly percent: string } | { readonly flat: MoneyJson };

/** A payout group: the first whose condition holds, by rank, decides what a line earns. */
export interface Group {
  readonly name: string;
  readonly rank: number;
  readonly when: Condition;
  readonly amount: Amount;
}

/** No more than this in all; a cut is spread over the lines by largest remainder. */
export interface Limit {
  readonly per: 'order';
  readonly amount: MoneyJson;
}

export interface VestingStep {
  readonly milestone: Milestone;
  /** Decimal text; the steps of a plan sum to 100. */
  readonly percent: string;
}

/** What a program pays, as data. Immutable once published. */
export interface Terms {
  readonly currency: string;
  readonly rounding: Rounding;
  readonly groups: readonly Group[];
  readonly limits: readonly Limit[];
  readonly vesting: readonly VestingStep[];
  /** How long after the last vesting step a return can still take it back: days of 24 hours. */
  readonly returnWindowDays: number;
}

export interface TermsVersion {
  readonly termsId: TermsId;
  readonly programId: Id<'prg'>;
  readonly version: number;
  readonly terms: Terms;
  /** SHA-256 of the terms' canonical JSON. */
  readonly hash: string;
  /** Applies to orders placed from then on, until a later version does. */
  readonly effectiveFrom: Instant;
  readonly publishedAt: Instant;
}

/** The version for an order placed at that moment: the latest effective by then; of two effective at once, the newer. */
export const termsInForce = (versions: readonly TermsVersion[], at: Instant): TermsVersion | undefined =>
  versions
    .filter(({ effectiveFrom }) => effectiveFrom <= at)
    .toSorted((a, b) =>
      a.effectiveFrom === b.effectiveFrom ? a.version - b.version : a.effectiveFrom < b.effectiveFrom ? -1 : 1,
    )
    .at(-1);
