import { grouped } from '../../../../shared/grouped.ts';
import type { Payout } from '../payouts/payout.ts';
import type { Board } from './board.ts';
import type { PayoutAction } from './match.ts';
import type { Line } from './reconciliation.ts';
import { batchNamed, payoutsNamed } from './references.ts';

/** What a line says has happened; nothing yet, while it is only announced. */
export const actionOf = ({ status, direction, returnReason }: Line): Exclude<PayoutAction, 'offset'> | undefined => {
  if (status === 'pending') return undefined;
  if (status === 'info') return returnReason === undefined ? undefined : 'reject';
  return direction === 'debit' ? 'settle' : 'return';
};

export const payoutsOf = (board: Board, line: Line): readonly Payout[] => {
  const named = payoutsNamed(line).flatMap((id) => board.payout(id) ?? []);
  if (named.length > 0 || line.uetr === undefined) return named;
  const known = board.byUetr(line.uetr);
  return known === undefined ? [] : [known];
};

/** The first rule: our reference, and the amount. */
export const byReference = (board: Board): void => {
  const twice = new Doubles(board);
  for (const line of board.lines) {
    const action = actionOf(line);
    const payouts = action === undefined ? [] : payoutsOf(board, line);
    if (action === undefined || payouts.length === 0) continue;
    const double = action === 'return' ? twice.of(line) : undefined;
    // What the bank took twice and gives back is not the partner's payout that comes back.
    if (double !== undefined) board.take('reference', [double, line], [], 'offset');
    else if (board.fits([line], payouts, action)) board.take('reference', [line], payouts, action);
  }
};

/** Debits that name a payout which another debit has settled. */
class Doubles {
  private readonly byName: Map<string, Line[]>;

  constructor(private readonly board: Board) {
    const debits = board.lines.filter(({ direction, status }) => direction === 'debit' && status === 'booked');
    this.byName = grouped(debits, nameOf);
  }

  of(line: Line): Line | undefined {
    const name = nameOf(line);
    if (name === '') return undefined;
    return this.byName.get(name)?.find((debit) => this.board.isOpen(debit) && debit.amount.equals(line.amount));
  }
}

const nameOf = (line: Line): string => payoutsNamed(line).join(' ');

/** The second rule: a batch that was booked as one makes all of it that is still on its way. */
export const byBatch = (board: Board): void => {
  for (const line of board.lines) {
    const batchId = board.isOpen(line) && actionOf(line) === 'settle' ? batchNamed(line) : undefined;
    if (batchId === undefined) continue;
    const payouts = board.ofBatch(batchId);
    if (board.fits([line], payouts, 'settle')) board.take('batch', [line], payouts, 'settle');
  }
};
