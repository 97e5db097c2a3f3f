import { grouped } from '../../../../shared/grouped.ts';
import type { Money } from '../../../../shared/money.ts';
import { leavingOf } from '../payouts/leaving.ts';
import type { Payout } from '../payouts/payout.ts';
import { type Board, type Sent } from './board.ts';
import { actionOf } from './by-reference.ts';
import type { FoundMatch } from './match.ts';
import { isNear } from './near.ts';
import type { Line } from './reconciliation.ts';
import { BOUNDS, subsetSums } from './subset-sum.ts';

/** Over all lines of a run: what hostile amounts cost at most. */
const MAX_STEPS = 2_000_000;

const withAccount = (sent: readonly Sent[]): Map<string, Payout[]> => {
  const known = sent.flatMap(({ payout, counterparty }) =>
    counterparty === undefined ? [] : [{ payout, counterparty }],
  );
  const groups = grouped(known, ({ counterparty, payout }) => `${leavingOf(payout).currency} ${counterparty}`);
  return new Map([...groups].map(([key, all]) => [key, all.map(({ payout }) => payout)]));
};

const openDebits = (board: Board): Map<string, Line[]> =>
  grouped(
    board.lines.filter((line) => board.isOpen(line) && actionOf(line) === 'settle' && line.counterparty !== undefined),
    ({ amount, counterparty }) => `${amount.currency} ${counterparty ?? ''}`,
  );

/** The third rule: the amount, the account it went to and the day; where only one line and one payout have them. */
export const byAccount = (board: Board): void => {
  const payouts = withAccount(board.onTheirWay());
  for (const [account, lines] of openDebits(board)) {
    const there = grouped(payouts.get(account) ?? [], (payout) => leavingOf(payout).minor);
    for (const [minor, alike] of grouped(lines, ({ amount }) => amount.minor)) {
      const candidates = there.get(minor) ?? [];
      for (const line of alike) takeIfAlone(board, line, alike, candidates);
    }
  }
};

const takeIfAlone = (board: Board, line: Line, alike: readonly Line[], candidates: readonly Payout[]): void => {
  const [payout, ...others] = candidates.filter((candidate) => isNear(line, candidate.submittedAt));
  if (payout === undefined || others.length > 0) return;
  const rivals = alike.filter((other) => isNear(other, payout.submittedAt));
  if (rivals.length === 1 && board.fits([line], [payout], 'settle')) board.take('account', [line], [payout], 'settle');
};

type Solution = Pick<FoundMatch, 'lines'> & { readonly payouts: readonly Payout[] };

/**
 * The fourth rule: one line that is the sum of some payouts to its account, or some lines that make one payout. Only
 * where there is one way of adding them up, all ways were looked at, and no two sums want the same.
 */
export const bySum = (board: Board): void => {
  const payouts = withAccount(board.onTheirWay());
  const budget = { steps: MAX_STEPS };
  const solutions: Solution[] = [];
  for (const [account, lines] of openDebits(board)) {
    const there = payouts.get(account) ?? [];
    for (const line of lines) {
      const near = there.filter(
        (payout) => isNear(line, payout.submittedAt) && leavingOf(payout).minor < line.amount.minor,
      );
      for (const chosen of onlySum(line.amount, near, leavingOf, budget))
        solutions.push({ lines: [line], payouts: chosen });
    }
    for (const payout of there) {
      const near = lines.filter(
        (line) => isNear(line, payout.submittedAt) && line.amount.minor < leavingOf(payout).minor,
      );
      for (const chosen of onlySum(leavingOf(payout), near, ({ amount }) => amount, budget))
        solutions.push({ lines: chosen, payouts: [payout] });
    }
  }
  for (const { lines, payouts: paid } of withoutRivals(solutions)) {
    if (board.fits(lines, paid, 'settle')) board.take('sum', lines, paid, 'settle');
  }
};

const onlySum = <Part>(
  target: Money,
  parts: readonly Part[],
  amountOf: (part: Part) => Money,
  budget: { steps: number },
): readonly (readonly Part[])[] => {
  if (parts.length < 2 || budget.steps <= 0) return [];
  const sums = subsetSums(
    target.minor,
    parts.map((part) => amountOf(part).minor),
    Math.min(BOUNDS.steps, budget.steps),
  );
  budget.steps -= sums.steps;
  const [only, ...others] = sums.found;
  if (only === undefined || others.length > 0 || !sums.complete) return [];
  return [only.flatMap((index) => parts[index] ?? [])];
};

const withoutRivals = (solutions: readonly Solution[]): readonly Solution[] => {
  const idsOf = ({ lines, payouts }: Solution): readonly string[] => [...lines, ...payouts].map(({ id }) => id);
  const wanted = new Map<string, number>();
  for (const id of solutions.flatMap(idsOf)) wanted.set(id, (wanted.get(id) ?? 0) + 1);
  return solutions.filter((solution) => idsOf(solution).every((id) => wanted.get(id) === 1));
};
