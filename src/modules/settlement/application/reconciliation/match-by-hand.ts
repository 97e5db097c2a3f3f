import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { mustBeAnother } from '../../domain/proposals/proposal.ts';
import { leavingOf } from '../../domain/payouts/leaving.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import { Board, foundConfirmation, foundMatch } from '../../domain/reconciliation/board.ts';
import { payoutsOf } from '../../domain/reconciliation/by-reference.ts';
import { Expectations } from '../../domain/reconciliation/expectations.ts';
import type { Expected, ExpectedId } from '../../domain/reconciliation/expected.ts';
import { type FoundMatch, type Match, type MatchId, matchOf, moveMatch } from '../../domain/reconciliation/match.ts';
import type { Line, LineId } from '../../domain/reconciliation/reconciliation.ts';
import { needsTwo } from '../../domain/reconciliation/settings.ts';
import type { PayoutId } from '../../index.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { keepMatches } from './keep-matches.ts';

export interface HandMatch {
  readonly lineIds: readonly LineId[];
  readonly payoutIds: readonly PayoutId[];
  /** The trade or remittance that one line confirms, in the place of payouts. */
  readonly expectedId?: ExpectedId | undefined;
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
  run({ lineIds, note, by, ...about }: HandMatch): Promise<Match> {
    const madeAt = this.clock.now();
    return this.transaction.run(async (stores) => {
      const { programId, found, payouts } = await together(stores, lineIds, about);
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
      const { found, payouts, programId } = await together(stores, match.lineIds, {
        payoutIds: match.payoutIds,
        expectedId: match.confirms?.id,
      });
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

interface Together {
  readonly programId: Match['programId'];
  readonly found: FoundMatch;
  readonly payouts: readonly Payout[];
}

/**
 * Open lines of one direction and payouts that may follow them, or one line and what it confirms; how far the amounts are
 * off is shown, and is a fee.
 */
export const together = async (
  stores: SettlementStores,
  lineIds: readonly LineId[],
  { payoutIds, expectedId }: Pick<HandMatch, 'payoutIds' | 'expectedId'>,
): Promise<Together> => {
  const standing = await openLines(stores, lineIds);
  const [first] = standing;
  const programId = first?.programId;
  if (programId === undefined || standing.some((each) => each.programId !== programId))
    throw misfit('lines of two programs');
  const lines = standing.map(({ line }) => line);
  if (expectedId !== undefined) {
    if (payoutIds.length > 0) throw misfit('a line is about payouts, or about a trade or remittance; name one of them');
    const sides = await stores.reconciliations.sides(programId, expectedId);
    return { programId, found: confirmationOf(lines, expectedId, sides), payouts: [] };
  }
  const payouts = await paidTo(stores, programId, payoutIds);
  return { programId, found: payouts.length === 0 ? offsetOf(lines) : matchedBy(lines, payouts), payouts };
};

const paidTo = async (
  stores: SettlementStores,
  programId: Match['programId'],
  payoutIds: readonly PayoutId[],
): Promise<readonly Payout[]> => {
  const payouts = await stores.payouts.ofIds(programId, payoutIds);
  const missing = payoutIds.find((id) => !payouts.some((payout) => payout.id === id));
  if (missing === undefined) return payouts;
  throw new AppError('not_found', 'settlement.payout_not_found', `the program has no payout ${missing}`);
};

/** By which rule a person could have known, as for payouts. */
const confirmationOf = (lines: readonly Line[], id: ExpectedId, sides: readonly Expected[]): FoundMatch => {
  const [line, ...others] = lines;
  if (line === undefined || others.length > 0) throw misfit(`one line confirms ${id}, or one for each side of it`);
  if (sides.length === 0) throw misfit(`the program has not booked ${id}; tell of it, or have it approved, first`);
  const side = sides.find(({ direction }) => direction === line.direction);
  if (side === undefined) throw misfit(`nothing of ${id} is a ${line.direction}`);
  if (side.isConfirmed)
    throw misfit(`the ${side.direction} of ${id} is confirmed by another line; undo that match first`);
  if (side.amount.currency !== line.amount.currency) {
    throw misfit(`the ${side.direction} of ${id} is in ${side.amount.currency}, the line in ${line.amount.currency}`);
  }
  const isNamed = new Expectations([side]).named(line).length > 0 && side.amount.equals(line.amount);
  return foundConfirmation(isNamed ? 'reference' : 'by_hand', line, side);
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
