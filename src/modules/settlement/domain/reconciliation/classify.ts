import { Money } from '../../../../shared/money.ts';
import type { PayoutId } from '../../index.ts';
import { leavingOf } from '../payouts/leaving.ts';
import type { Payout } from '../payouts/payout.ts';
import { type Board, isOnItsWay } from './board.ts';
import { actionOf, payoutsOf } from './by-reference.ts';
import type { Expected, ExpectedId } from './expected.ts';
import type { Line } from './reconciliation.ts';
import { batchNamed, payoutsNamed } from './references.ts';

/** In which way the bank and we do not agree. The last three were told apart less, and are still there to be read. */
export const BREAK_KINDS = [
  'missing_at_bank',
  'timing',
  'missing_in_ledger',
  'amount_short',
  'amount_over',
  'duplicate_at_bank',
  'fee',
  'fx_difference',
  'currency_mismatch',
  'unknown_reference',
  'return_unexpected',
  'pending_too_long',
  'statement_gap',
  'not_expected',
  'amount_differs',
  'pending',
] as const;
export type BreakKind = (typeof BREAK_KINDS)[number];

interface Kind {
  readonly kind?: BreakKind | undefined;
  readonly payoutId?: PayoutId | undefined;
  readonly expectedId?: ExpectedId | undefined;
}

/** Of a line that no rule could explain. */
export const kindOf = (board: Board, line: Line): Kind => {
  const action = actionOf(line);
  const [payout, ...others] = payoutsOf(board, line);
  if (action === undefined) return { payoutId: payout?.id };
  if (payout === undefined) return ofStranger(board, line);
  const payoutId = payout.id;
  if (others.length > 0) return { kind: ofAmount(line, sumOf([payout, ...others])), payoutId };
  if (action === 'reject') return { kind: 'not_expected', payoutId };
  if (currencyOf(line) !== leavingOf(payout).currency) return { kind: 'currency_mismatch', payoutId };
  return { kind: action === 'return' ? ofReturn(line, payout) : ofDebit(line, payout), payoutId };
};

/** Nothing of it is a payout that we know. */
const ofStranger = (board: Board, line: Line): Kind => {
  if (line.isCharge) return { kind: 'fee' };
  const batchId = batchNamed(line);
  const ofBatch = batchId === undefined ? [] : board.ofBatch(batchId);
  if (ofBatch.length > 0) return { kind: ofAmount(line, sumOf(ofBatch)) };
  // It has the form of our ids, which we give to nobody else.
  if (payoutsNamed(line).length > 0 || batchId !== undefined) return { kind: 'missing_in_ledger' };
  const named = board.expected.named(line);
  return ofExpected(board, line, named) ?? { kind: 'unknown_reference' };
};

/** It names a trade or a remittance: one that no line has confirmed, if there is one. */
const ofExpected = (board: Board, line: Line, named: readonly Expected[]): Kind | undefined => {
  const sides = named.filter(
    ({ direction, amount }) => direction === line.direction && amount.currency === line.amount.currency,
  );
  const side = sides.find((each) => board.expected.isOpen(each)) ?? sides[0];
  if (side !== undefined) {
    const kind = board.expected.isOpen(side) ? ofAmount(line, side.amount) : 'duplicate_at_bank';
    return { kind, expectedId: side.id };
  }
  const back = named.find(({ amount }) => amount.currency === line.amount.currency);
  if (back !== undefined) return { kind: 'return_unexpected', expectedId: back.id };
  return named[0] && { kind: 'currency_mismatch', expectedId: named[0].id };
};

const ofReturn = (line: Line, payout: Payout): BreakKind =>
  payout.state === 'settled' ? ofAmount(line, leavingOf(payout)) : 'return_unexpected';

const ofDebit = (line: Line, payout: Payout): BreakKind => {
  if (payout.state === 'settled' || payout.state === 'returned') return 'duplicate_at_bank';
  return isOnItsWay(payout) ? ofAmount(line, leavingOf(payout)) : 'missing_in_ledger';
};

const ofAmount = ({ amount, charges, instructed }: Line, ours: Money): BreakKind => {
  if (amount.currency !== ours.currency) return instructed?.equals(ours) ? 'fx_difference' : 'currency_mismatch';
  const off = amount.minus(ours);
  if (charges?.equals(off.isNegative ? off.negated() : off)) return 'fee';
  if (instructed?.equals(ours)) return 'fx_difference';
  return off.isNegative ? 'amount_short' : 'amount_over';
};

/** In which the payment was ordered. */
const currencyOf = ({ amount, instructed }: Line): string => (instructed ?? amount).currency;

const sumOf = (payouts: readonly Payout[]): Money => {
  const moved = payouts.map(leavingOf);
  return Money.sum(moved[0]?.currency ?? 'EUR', moved);
};
