/**
 * Why an order earns what it earns: enough to come to the same cents again from nothing else (`recalculate`), and to say
 * it to people (`explanationText`). Stored for ever: a member may be added if it is optional, and none may change.
 */
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { Rounding } from '../../../../shared/rate.ts';
import type { CommissionId, TermsId } from '../../index.ts';
import type { Exchange, FactName } from '../engine/facts.ts';
import type { Period } from '../periods/figures.ts';
import type { Amount, Bonus, Limit, VestingStep } from '../terms/terms.ts';

/** One condition, the value it met, and whether it held. */
export interface Clause {
  readonly says: string;
  readonly met: string | null;
  readonly holds: boolean;
}

/** A fact that some condition looked at; null: the order does not have it. */
export interface FactMet {
  readonly fact: FactName;
  readonly value: string | null;
}

/** A group or bonus that was not chosen, and the clause it failed on. */
export interface PassedOver {
  readonly name: string;
  readonly rank: number;
  readonly failedOn: string;
}

/** Which step of a table an order came to, and by which figures. */
export interface TierExplanation {
  readonly scope: string;
  readonly from: Instant;
  readonly until?: Instant | undefined;
  /** What the period has come to without this order: so far if marginal, as a whole if retroactive. */
  readonly figure: string;
  /** What this order adds to it: `1`, or `numerator/denominator` minor units. */
  readonly adds: string;
  /** The steps that its parts fall in, each part as `numerator/denominator` of the order. */
  readonly steps: readonly { readonly from: string; readonly part: string }[];
}

export interface LineExplanation {
  readonly lineRef: string;
  /** Unit price times the quantity the customer kept, in the order's currency. */
  readonly base: MoneyJson;
  readonly quantityKept: number;
  readonly unitPrice: MoneyJson;
  /** The base in the terms' currency, as `numerator/denominator` minor units; absent: the base is. */
  readonly exchanged?: string | undefined;
  /** Of the line, as far as conditions looked at them. */
  readonly facts?: readonly FactMet[] | undefined;
  /** The group that decided; none when no group's condition held. */
  readonly group: { readonly name: string; readonly rank: number; readonly amount: Amount } | null;
  readonly clauses: readonly Clause[];
  /** Groups of a better rank, and the clause each failed on. */
  readonly passedOver: readonly PassedOver[];
  readonly tier?: TierExplanation | undefined;
  /** Before rounding, as `numerator/denominator` minor units. */
  readonly exact: string;
  readonly rounded: MoneyJson;
  /** After `atLeast` and `atMost`, where they changed it. */
  readonly bounded?: MoneyJson | undefined;
  /** After limits and the split. */
  readonly amount: MoneyJson;
}

export interface BonusExplanation {
  readonly name: string;
  readonly earns: Bonus['amount'];
  readonly clauses: readonly Clause[];
  readonly exact: string;
  readonly rounded: MoneyJson;
  /** After limits and the split. */
  readonly amount: MoneyJson;
}

export interface LimitExplanation {
  readonly per: Limit['per'];
  /** What this limit left for the order at most, where it counts over a period; else the limit itself. */
  readonly limit: MoneyJson;
  readonly before: MoneyJson;
  readonly after: MoneyJson;
  /** Absent: of the order alone. */
  readonly counted?: CountedLimit | undefined;
}

/** A limit over several orders: what it is, and how much of it others have used. */
export interface CountedLimit {
  readonly scope: string;
  readonly period: Period;
  readonly from: Instant;
  readonly until?: Instant | undefined;
  /** A budget: of what this group pays alone. */
  readonly group?: string | undefined;
  /** In minor units of the terms' currency, or orders. */
  readonly of: 'amount' | 'orders';
  readonly limit: string;
  readonly used: string;
}

/** How the order was divided between those who are credited with it. */
export interface SplitExplanation {
  readonly shares: readonly string[];
  readonly own: number;
  readonly before: MoneyJson;
  readonly after: MoneyJson;
}

export interface RecruitExplanation {
  readonly parentId: CommissionId;
  readonly level: 1 | 2;
  readonly percent: string;
  /** What the parent comes to. */
  readonly of: MoneyJson;
}

export interface Explanation {
  readonly terms: { readonly termsId: TermsId; readonly version: number; readonly hash: string };
  readonly orderId: string;
  readonly orderRef: string;
  readonly rounding: Rounding;
  /** The override whose words counted instead of the terms' own. */
  readonly override?: string | undefined;
  readonly exchange?: Exchange | undefined;
  /** Of the order, its customer, partner and touch, as far as conditions looked at them. */
  readonly facts?: readonly FactMet[] | undefined;
  readonly lines: readonly LineExplanation[];
  readonly bonuses?: readonly BonusExplanation[] | undefined;
  readonly bonusesPassedOver?: readonly Omit<PassedOver, 'rank'>[] | undefined;
  /** Absent: one partner has it all. */
  readonly split?: SplitExplanation | undefined;
  /** In the order in which they cut: those of the order before the split, the others after it. */
  readonly limits: readonly LimitExplanation[];
  /** Of a recruiter: the total is a percentage of another commission, and there are no lines. */
  readonly recruit?: RecruitExplanation | undefined;
  readonly total: MoneyJson;
  /** When it was worked out; what it says of other orders is of then. Kept beside it, and not in it. */
  readonly calculatedAt?: Instant | undefined;
  readonly vesting: readonly VestingStep[];
  readonly returnWindowDays: number;
}
