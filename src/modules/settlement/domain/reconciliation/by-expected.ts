/** Confirms what we have booked before the bank told of it: nothing moves there a second time. */
import type { Board } from './board.ts';
import { payoutsOf } from './by-reference.ts';
import { linesAlike } from './expectations.ts';
import type { Expected } from './expected.ts';
import { isNear } from './near.ts';
import type { Line } from './reconciliation.ts';
import { batchNamed, payoutsNamed } from './references.ts';

/** The money of a trade or a remittance moves on a line of its own: no charge, nothing that comes back, no payout's. */
const mayConfirm = (board: Board, line: Line): boolean =>
  board.isOpen(line) &&
  line.status === 'booked' &&
  line.isCharge !== true &&
  line.returnReason === undefined &&
  payoutsNamed(line).length === 0 &&
  payoutsOf(board, line).length === 0 &&
  batchNamed(line) === undefined;

/** The first rule once more: our id, or the reference that was told, and the amount; of several alike, the oldest. */
export const confirmByReference = (board: Board): void => {
  if (board.expected.all.length === 0) return;
  for (const line of board.lines) {
    if (!mayConfirm(board, line)) continue;
    const open = board.expected.named(line).filter((each) => board.mayConfirm(line, each));
    const exact = open.find(({ amount }) => amount.equals(line.amount));
    const found = exact ?? open[0];
    if (found !== undefined) board.confirm('reference', line, found);
  }
};

/** The fifth rule: amount, direction and day, where one line and one expectation alone have them, and no payout could. */
export const byAmount = (board: Board): void => {
  const waiting = board.expected.openByAmount();
  if (waiting.size === 0) return;
  const strangers = board.lines.filter((line) => mayConfirm(board, line) && board.expected.named(line).length === 0);
  for (const [key, lines] of linesAlike(strangers)) {
    const expected = waiting.get(key) ?? [];
    for (const line of lines) confirmIfAlone(board, line, lines, expected);
  }
};

const confirmIfAlone = (board: Board, line: Line, alike: readonly Line[], expected: readonly Expected[]): void => {
  const [only, ...others] = expected.filter(({ happenedAt }) => isNear(line, happenedAt));
  if (only === undefined || others.length > 0 || !board.expected.isOpen(only)) return;
  const rivals = alike.filter((other) => isNear(other, only.happenedAt));
  if (rivals.length === 1 && !board.mayBePayout(line)) board.confirm('amount', line, only);
};
