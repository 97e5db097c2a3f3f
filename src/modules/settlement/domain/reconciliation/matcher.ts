/**
 * Holds what a bank says against what we sent, and what we have told of. Surest first: our reference · a batch as one ·
 * amount, account and day · sums within bounds · the amount of what is expected. What none of these explains is left for people, and moves nothing but suspense. Whatever order
 * the lines and payouts come in, the matches are the same.
 */
import { Board, type Sent, type Tolerances } from './board.ts';
import { byAccount, bySum } from './by-account.ts';
import { byBatch, byReference } from './by-reference.ts';
import { byAmount, confirmByReference } from './by-expected.ts';
import { type BreakKind, kindOf } from './classify.ts';
import type { Expected, ExpectedId } from './expected.ts';
import type { FoundMatch, Rule } from './match.ts';
import type { Line } from './reconciliation.ts';

export interface MatchQuestion {
  readonly lines: readonly Line[];
  readonly payouts: readonly Sent[];
  readonly expected?: readonly Expected[] | undefined;
  readonly tolerances: Tolerances;
  readonly rules: readonly Exclude<Rule, 'by_hand'>[];
}

/** A line that nothing explains, and in which way; a line that is only announced is no break yet. */
export interface Unmatched {
  readonly line: Line;
  readonly kind?: BreakKind | undefined;
  /** What it seems to be about. */
  readonly payoutId?: FoundMatch['payoutIds'][number] | undefined;
  readonly expectedId?: ExpectedId | undefined;
}

export interface MatchAnswer {
  readonly matches: readonly FoundMatch[];
  readonly unmatched: readonly Unmatched[];
}

const STEPS: Readonly<Record<Exclude<Rule, 'by_hand'>, (board: Board) => void>> = {
  reference: (board) => {
    byReference(board);
    confirmByReference(board);
  },
  batch: byBatch,
  account: byAccount,
  sum: bySum,
  amount: byAmount,
};

export const match = ({ lines, payouts, expected, tolerances, rules }: MatchQuestion): MatchAnswer => {
  const board = new Board(lines, payouts, tolerances, expected);
  for (const rule of rules) STEPS[rule](board);
  const unmatched = board.lines.filter((line) => board.isOpen(line)).map((line) => ({ line, ...kindOf(board, line) }));
  return { matches: board.matches, unmatched };
};
