import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type ActionOf, type Lifecycle, moved } from '../../../../shared/lifecycle.ts';
import type { Money } from '../../../../shared/money.ts';
import type { PayoutId } from '../../index.ts';
import { keyOf, type Side } from './expected.ts';
import type { Line, LineId } from './reconciliation.ts';

/** Raised whenever the same lines and payouts would be matched otherwise. */
export const MATCHER_VERSION = 1;

/** In the order in which they are tried; what a person decides is the last. */
export const RULES = ['reference', 'batch', 'account', 'sum', 'amount', 'by_hand'] as const;
export type Rule = (typeof RULES)[number];

/** In hundredths. A reference is ours, and nobody else knows it; all else is likelihood. */
export const CONFIDENCE: Readonly<Record<Rule, number>> = {
  reference: 100,
  batch: 98,
  account: 90,
  sum: 80,
  amount: 75,
  by_hand: 0,
};

/**
 * `offset`: two lines of the bank take each other back, and no payout has to do with it. `confirm`: what we have booked
 * before the bank told of it, a side of a trade or a remittance.
 */
export const MATCH_ACTIONS = ['settle', 'return', 'reject', 'offset', 'confirm'] as const;
export type MatchAction = (typeof MATCH_ACTIONS)[number];
/** What lines say of payouts, or of each other. */
export type PayoutAction = Exclude<MatchAction, 'confirm'>;
export type MatchId = Id<'mtc'>;

/** Lines and payouts that belong together. */
export interface FoundMatch {
  readonly action: MatchAction;
  readonly rule: Rule;
  readonly confidence: number;
  readonly lines: readonly Line[];
  readonly payoutIds: readonly PayoutId[];
  readonly confirms?: Side | undefined;
  /** Of the payouts, or of what it confirms; of the first line, where there are none. */
  readonly amount: Money;
  /** What the lines have more. */
  readonly difference: Money;
}

/**
 *   proposed ──approve──▶ made ──propose_undo──▶ undo_proposed ──approve_undo──▶ undone
 *      │                   │  ▲                        │                          ▲
 *      ▼ decline           │  └────── keep ────────────┘                          │
 *   declined               └──────────────────────── undo ────────────────────────┘
 *
 * What needs no second person is made, and undone, at once.
 */
export const matchLifecycle = {
  proposed: { approve: 'made', decline: 'declined' },
  made: { propose_undo: 'undo_proposed', undo: 'undone' },
  undo_proposed: { approve_undo: 'undone', keep: 'made' },
  declined: {},
  undone: {},
} as const satisfies Lifecycle;

export type MatchState = keyof typeof matchLifecycle;

/** Throws `settlement.illegal_move`. */
export const moveMatch = (state: MatchState, action: ActionOf<typeof matchLifecycle>): MatchState =>
  moved('settlement', matchLifecycle, state, action);

/** What was matched, how, how surely and by whom. Never taken away: undone, it says by whom. */
export interface Match {
  readonly id: MatchId;
  readonly programId: Id<'prg'>;
  readonly lineIds: readonly LineId[];
  readonly payoutIds: readonly PayoutId[];
  /** What was expected. */
  readonly confirms?: Side | undefined;
  readonly action: MatchAction;
  readonly rule: Rule;
  readonly confidence: number;
  readonly matcherVersion: number;
  readonly amount: Money;
  readonly difference: Money;
  /** Whether its lines stood in suspense before. */
  readonly fromSuspense: boolean;
  readonly state: MatchState;
  readonly madeBy: string;
  readonly madeAt: Instant;
  readonly approvedBy?: string | undefined;
  readonly undoneBy?: string | undefined;
  readonly undoApprovedBy?: string | undefined;
  readonly undoneAt?: Instant | undefined;
  readonly note?: string | undefined;
}

type Made = Pick<Match, 'programId' | 'fromSuspense' | 'state' | 'madeBy' | 'madeAt'>;

/** The same lines, put into suspense as often, with the same payouts or expectation: the same match. */
export const matchOf = (found: FoundMatch, made: Made): Match => ({
  ...made,
  id: derivedId(
    'mtc',
    ...found.lines.map(({ id, round }) => `${id}#${round}`).toSorted(),
    ...[...found.payoutIds].toSorted(),
    ...(found.confirms === undefined ? [] : [keyOf(found.confirms)]),
  ),
  lineIds: found.lines.map(({ id }) => id),
  payoutIds: found.payoutIds,
  ...(found.confirms !== undefined && { confirms: found.confirms }),
  action: found.action,
  rule: found.rule,
  confidence: found.confidence,
  matcherVersion: MATCHER_VERSION,
  amount: found.amount,
  difference: found.difference,
});
