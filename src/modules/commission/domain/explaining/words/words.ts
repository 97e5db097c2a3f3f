import type { Rounding } from '../../../../../shared/rate.ts';
import type { Milestone } from '../../../../orders/index.ts';
import type {
  Clause,
  CountedLimit,
  Explanation,
  FactMet,
  LimitExplanation,
  PassedOver,
  SplitExplanation,
  TierExplanation,
} from '../explanation.ts';
import type { Amount, Limit } from '../../terms/terms.ts';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Amounts come written out: `12.34 EUR`. */
export interface LineOfText {
  readonly lineRef: string;
  readonly quantity: number;
  readonly unitPrice: string;
  readonly base: string;
}

/** With its moments as people read them. */
export type TierOfText = Omit<TierExplanation, 'from' | 'until'> & {
  readonly from: string;
  readonly until?: string | undefined;
};

export interface Rounded {
  readonly exact: string;
  readonly rounding: Rounding;
  readonly rounded: string;
}

/** What an explanation says, in one language: a sentence each, without its place on the page. */
export interface Words {
  readonly language: Language;
  readonly order: (explanation: Pick<Explanation, 'orderRef' | 'terms'>) => string;
  readonly override: (name: string) => string;
  /** When it was worked out, and whether it counts other orders: as they were by then. */
  readonly asOf: (at: string, countsOthers: boolean) => string;
  readonly exchange: (exchange: Omit<NonNullable<Explanation['exchange']>, 'at'> & { readonly at: string }) => string;
  readonly fact: (met: FactMet) => string;
  readonly line: (line: LineOfText) => string;
  readonly exchanged: (amount: string) => string;
  readonly noGroup: string;
  readonly passedOver: (group: PassedOver) => string;
  readonly chosen: (group: { readonly name: string; readonly rank: number; readonly amount: Amount }) => string;
  readonly clause: (clause: Clause) => string;
  readonly tier: (tier: TierOfText) => string;
  readonly rounded: (step: Rounded) => string;
  readonly bounded: (amount: string) => string;
  /** What is left of a line or a bonus after the split and the limits. */
  readonly left: (amount: string) => string;
  readonly bonus: (name: string, earns: Amount) => string;
  readonly bonusPassedOver: (bonus: Omit<PassedOver, 'rank'>) => string;
  readonly split: (split: SplitExplanation, before: string, after: string) => string;
  readonly limit: (limit: LimitOfText) => string;
  readonly total: (amount: string) => string;
  readonly vesting: (steps: Explanation['vesting']) => string;
  readonly returnWindow: (days: number) => string;
}

export interface LimitOfText {
  readonly per: Limit['per'];
  readonly limit: string;
  readonly before: string;
  readonly after: string;
  readonly isReached: boolean;
  /** What it is, and how much of it others have used: as amounts, or orders. */
  readonly counted?:
    (Pick<CountedLimit, 'group' | 'period' | 'of'> & Readonly<Record<'whole' | 'used', string>>) | undefined;
}

export type MilestoneNames = Readonly<Record<Milestone, string>>;
export type LimitPer = LimitExplanation['per'];
