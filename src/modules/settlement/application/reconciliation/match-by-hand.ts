import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { leavingOf } from '../../domain/payouts/leaving.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import { Board, foundMatch } from '../../domain/reconciliation/board.ts';
import { payoutsOf } from '../../domain/reconciliation/by-reference.ts';
import { type FoundMatch, type Match, type MatchId, matchOf, moveMatch } from '../../domain/reconciliation/match.ts';
import type { Line, LineId } from '../../domain/reconciliation/reconciliation.ts';
import { needsTwo } from '../../domain/reconciliation/settings.ts';
import type { PayoutId } from '../../index.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { keepMatches } from './keep-matches.ts';

export interface HandMatch {
  readonly lineIds: readonly LineId[];
  readonly payoutIds: readonly PayoutId[];
  readonly note?: string | undefined;
  readonly by: string;
}

/** A person says what belongs together: a suggestion, or what nobody suggested. */
export class MatchByHand {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /**
   * Made at once where the references say the same and it is little money; otherwise proposed. Throws
   * `settlement.line_not_found`, `settlement.line_not_open`, `settlement.payout_not_found`, `settlement.match_does_not_fit`.
   */
  run({ lineIds, payoutIds, note, by }: HandMatch): Promise<Match> {
    const madeAt = this.clock.now();
    return this.transaction.run(async (stores) => {
      const { programId, found, payouts } = await together(stores, lineIds, payoutIds);
      const settings = await stores.reconciliations.settings(programId);
      const made = { programId, madeBy: by, madeAt, ...(note !== undefined && { note }) };
      if (!needsTwo(found, settings))
        return onlyOne(await keepMatches(stores, [found], payouts, made, new Set(lineIds)));
      const proposed: Match = { ...matchOf(found, { ...made, fromSuspense: true, state: 'proposed' }), ...made };
      await stores.reconciliations.addMatches([proposed]);
      return proposed;
    });
  }
}

/** A second person agrees, or does not. */
export class DecideMatch {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.match_not_found`, `settlement.four_eyes`, `settlement.illegal_move`, and as matching does. */
  approve(matchId: MatchId, by: string): Promise<Match> {
    return this.transaction.run(async (stores) => {
      const match = await stores.reconciliations.match(matchId);
      const state = moveMatch(match.state, 'approve');
      mustBeAnother(by, match.madeBy);
      const { found, payouts, programId } = await together(stores, match.lineIds, match.payoutIds);
      const made = { programId, madeBy: match.madeBy, madeAt: this.clock.now(), approvedBy: by };
      await keepMatches(
        stores,
        [{ ...found, rule: match.rule, confidence: match.confidence }],
        payouts,
        made,
        new Set(match.lineIds),
      );
      return { ...match, state, approvedBy: by };
    });
  }

  /** Throws `settlement.match_not_found`, `settlement.illegal_move`. */
  decline(matchId: MatchId, by: string): Promise<Match> {
    return this.transaction.run(async ({ reconciliations }) => {
      const match = await reconciliations.match(matchId);
      const declined = { ...match, state: moveMatch(match.state, 'decline'), undoneBy: by, undoneAt: this.clock.now() };
      await reconciliations.saveMatch(declined);
      return declined;
    });
  }
}

export const mustBeAnother = (by: string, first: string | undefined): void => {
  if (by !== first) return;
  throw new AppError(
    'forbidden',
    'settlement.four_eyes',
    'whoever proposed it cannot approve it; ask somebody else to look at it',
  );
};

interface Together {
  readonly programId: Match['programId'];
  readonly found: FoundMatch;
  readonly payouts: readonly Payout[];
}

/** Open lines of one direction and payouts that may follow them; how far the amounts are off is shown, and is a fee. */
export const together = async (
  stores: SettlementStores,
  lineIds: readonly LineId[],
  payoutIds: readonly PayoutId[],
): Promise<Together> => {
  const lines = await openLines(stores, lineIds);
  const [first] = lines;
  const programId = first?.programId;
  if (programId === undefined || lines.some((each) => each.programId !== programId))
    throw misfit('lines of two programs');
  const payouts = await stores.payouts.ofIds(programId, payoutIds);
  const missing = payoutIds.find((id) => !payouts.some((payout) => payout.id === id));
  if (missing !== undefined) {
    throw new AppError('not_found', 'settlement.payout_not_found', `the program has no payout ${missing}`);
  }
  const found =
    payouts.length === 0
      ? offsetOf(lines.map(({ line }) => line))
      : matchedBy(
          lines.map(({ line }) => line),
          payouts,
        );
  return { programId, found, payouts };
};

const openLines = async ({ reconciliations }: SettlementStores, lineIds: readonly LineId[]) => {
  const lines = await reconciliations.lines(lineIds);
  const missing = lineIds.find((id) => !lines.some(({ line }) => line.id === id));
  if (missing !== undefined)
    throw new AppError('not_found', 'settlement.line_not_found', `there is no line ${missing}`);
  const taken = lines.find(({ state }) => state !== 'open');
  if (taken === undefined) return lines;
  const detail = `${taken.line.id} does not stand in suspense; undo what was made of it first`;
  throw new AppError('conflict', 'settlement.line_not_open', detail);
};

const offsetOf = (lines: readonly Line[]): FoundMatch => {
  const found = foundMatch('by_hand', lines, [], 'offset');
  if (found.difference.isZero) return found;
  throw misfit(`the lines make ${found.difference.toString()}, not nothing; name the payouts`);
};

/** Any amount fits a tolerance without bounds: what is off is for the second person to see. */
const matchedBy = (lines: readonly Line[], payouts: readonly Payout[]): FoundMatch => {
  const [first] = lines;
  if (first === undefined || lines.some(({ direction }) => direction !== first.direction)) {
    throw misfit('lines of both directions settle nothing together');
  }
  const action = first.direction === 'debit' ? 'settle' : 'return';
  const sent = payouts.map((payout) => ({ payout }));
  const board = new Board(lines, sent, new Map(payouts.map((payout) => [leavingOf(payout).currency, 2n ** 62n])));
  if (!board.fits(lines, payouts, action)) {
    throw misfit(`${action} is not possible for all of them: look at their states and currencies`);
  }
  const exact = new Board(lines, sent, new Map()).fits(lines, payouts, action);
  return foundMatch(exact ? ruleOf(board, lines, payouts) : 'by_hand', lines, payouts, action);
};

/** By which rule a person could have known. */
const ruleOf = (board: Board, lines: readonly Line[], payouts: readonly Payout[]): FoundMatch['rule'] => {
  const named = new Set(lines.flatMap((line) => payoutsOf(board, line).map(({ id }) => id)));
  return payouts.every(({ id }) => named.has(id)) ? 'reference' : 'by_hand';
};

const misfit = (detail: string): AppError => new AppError('refused', 'settlement.match_does_not_fit', detail);

const onlyOne = ([match]: readonly Match[]): Match => {
  if (match === undefined) throw new Error('nothing was matched');
  return match;
};
