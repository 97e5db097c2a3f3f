import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { Rounding } from '../../../../shared/rate.ts';
import type { Milestone } from '../../../orders/index.ts';
import type { TermsId } from '../../index.ts';
import type { FactName } from '../engine/facts.ts';
import type { Period } from '../periods/figures.ts';

/** A number is a JSON number, a decimal text where it must be exact; an amount has its currency; an instant its zone. */
export type Operand = string | number | MoneyJson;

/**
 * A comparison on a fact that the order lacks stops the calculation: the order is parked, nothing is guessed. Who expects
 * that asks `exists` first; the parts of `all` and `any` are tried in order, and only as far as needed.
 */
export type Comparison = { readonly fact: FactName } & (
  | { readonly equals: Operand }
  | { readonly notEquals: Operand }
  | { readonly in: readonly Operand[] }
  | { readonly notIn: readonly Operand[] }
  | { readonly contains: string }
  | { readonly notContains: string }
  | { readonly startsWith: string }
  | { readonly endsWith: string }
  | { readonly lessThan: Operand }
  | { readonly atMost: Operand }
  | { readonly moreThan: Operand }
  | { readonly atLeast: Operand }
  /** Both ends count. */
  | { readonly between: readonly [Operand, Operand] }
  | { readonly exists: boolean }
);

/** The one word of a comparison beside its fact. */
export const operatorOf = (comparison: Comparison): string =>
  Object.keys(comparison).find((word) => word !== 'fact') ?? '';

export type Condition = { readonly all: readonly Condition[] } | { readonly any: readonly Condition[] } | Comparison;

/** Percent is a decimal text: `6.5` is 6.5 % of unit price times quantity kept. */
export type PlainAmount =
  | { readonly percent: string }
  /** Once a line, while anything of it is kept. */
  | { readonly flat: MoneyJson }
  /** For each unit kept. */
  | { readonly perUnit: MoneyJson };

export interface TierStep {
  /** From so many orders, or so much revenue in minor units, on; the first step begins at `"0"`. */
  readonly from: string;
  readonly amount: PlainAmount;
}

/**
 * By what the period has come to. Marginal: each order, or each part of its revenue, by the step it falls in.
 * Retroactive: all orders of the period by the step that the period as a whole has reached; what was locked before is
 * made up for by an adjustment.
 */
export interface TierTable {
  readonly by: 'count' | 'revenue';
  readonly of: 'partner' | 'program';
  readonly per: Period;
  readonly mode: 'marginal' | 'retroactive';
  readonly steps: readonly TierStep[];
}

/** What a line earns; `atLeast` and `atMost` bound what the line earns after rounding. */
export type Amount = (PlainAmount | { readonly tiers: TierTable }) & {
  readonly atLeast?: MoneyJson | undefined;
  readonly atMost?: MoneyJson | undefined;
};

/** When a promotion is on: by the moment the order was placed, in the program's zone. */
export interface During {
  readonly from: Instant;
  readonly until: Instant;
  /** 1 is Monday. Absent: every day. */
  readonly weekdays?: readonly number[] | undefined;
  /** `"18:00"` to `"24:00"`, half-open. Absent: all day. */
  readonly hours?: readonly [string, string] | undefined;
}

/** A payout group: the first whose condition holds, by rank, decides what a line earns. */
export interface Group {
  readonly name: string;
  readonly rank: number;
  readonly when: Condition;
  readonly amount: Amount;
  /** A scheduled promotion: the group is tried only then. */
  readonly during?: During | undefined;
  /** All that the group pays in the program, over its life. */
  readonly budget?: MoneyJson | undefined;
}

/** Beside what the lines earn, once an order, where the condition holds (`line.` facts are unknown here). */
export interface Bonus {
  readonly name: string;
  readonly when: Condition;
  /** Percent is of the order's total as kept. */
  readonly amount: { readonly percent: string } | { readonly flat: MoneyJson };
  readonly during?: During | undefined;
}

/** No more than this in all; a cut is spread over lines and bonuses by largest remainder. */
export type Limit = { readonly per: 'order' | 'partner' | 'program' } & (
  | { readonly amount: MoneyJson }
  /** Orders beyond so many in the period earn nothing. */
  | { readonly orders: number }
) & {
    /** Absent with `order`; otherwise which orders count together. */
    readonly period?: Period | undefined;
  };

export interface VestingStep {
  readonly milestone: Milestone;
  /** Decimal text; the steps of a plan sum to 100. */
  readonly percent: string;
}

/** Other words for some partners: each that is given replaces the terms' own. The first that names the partner counts. */
export interface Override {
  readonly name: string;
  readonly partners?: readonly Id<'par'>[] | undefined;
  readonly partnerGroups?: readonly string[] | undefined;
  readonly groups?: readonly Group[] | undefined;
  readonly bonuses?: readonly Bonus[] | undefined;
  readonly limits?: readonly Limit[] | undefined;
  readonly vesting?: readonly VestingStep[] | undefined;
  readonly returnWindowDays?: number | undefined;
}

/** Whoever brought the partner to the program earns so much of what the partner earns. Level 2: who brought that one. */
export interface Recruit {
  readonly level: 1 | 2;
  readonly percent: string;
  /** Since the recruited partner's approval. Absent: for ever. */
  readonly months?: number | undefined;
}

/** What a program pays, as data. Immutable once published. Absent words mean what they meant before there were any. */
export interface Terms {
  readonly currency: string;
  readonly rounding: Rounding;
  /**
   * Which version judges an order: the one in force when the partner's touch was, when it was placed, or when it was
   * delivered (until then, the one of its placing judges an estimate). Said by the version in force at the placing.
   */
  readonly versionAt?: 'touch' | 'order' | 'delivery' | undefined;
  /** Orders in other currencies are converted at the rate of that moment from that source. Absent: they are refused. */
  readonly exchange?: { readonly source: string; readonly at: 'order' | 'delivery' } | undefined;
  readonly groups: readonly Group[];
  readonly bonuses?: readonly Bonus[] | undefined;
  readonly limits: readonly Limit[];
  readonly overrides?: readonly Override[] | undefined;
  readonly recruits?: readonly Recruit[] | undefined;
  readonly vesting: readonly VestingStep[];
  /** How long after the last vesting step a return can still take it back: days of 24 hours. */
  readonly returnWindowDays: number;
  /** An order that has not vested by then has to be looked at by somebody. Absent: 730. */
  readonly reviewAfterDays?: number | undefined;
  /** Notice that partners are given of these terms, in days before they apply. Absent: none. */
  readonly noticeDays?: number | undefined;
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
