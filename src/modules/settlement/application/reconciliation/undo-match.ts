import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import { mustBeAnother } from '../../domain/proposals/proposal.ts';
import { type Match, type MatchId, moveMatch } from '../../domain/reconciliation/match.ts';
import { matchFacts, stepBack, undoFacts } from '../../domain/reconciliation/movements.ts';
import type { Line } from '../../domain/reconciliation/reconciliation.ts';
import { needsTwo } from '../../domain/reconciliation/settings.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { book } from '../books/book-commissions.ts';
import { confirmed, movePayouts } from './keep-matches.ts';
import { park } from './take-lines.ts';

/** What was matched wrongly is mirrored: the lines stand in suspense again, and the payouts are where they were. */
export class UndoMatch {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /**
   * At once, or proposed. Throws `settlement.match_not_found`, `settlement.illegal_move`, `settlement.match_is_final`.
   */
  run(matchId: MatchId, by: string): Promise<Match> {
    return this.transaction.run(async (stores) => {
      const match = await stores.reconciliations.match(matchId);
      mustBeMoney(match);
      const two = needsTwo(match, await stores.reconciliations.settings(match.programId));
      if (!two) return this.undone(stores, { ...match, state: moveMatch(match.state, 'undo'), undoneBy: by });
      const proposed: Match = { ...match, state: moveMatch(match.state, 'propose_undo'), undoneBy: by };
      await stores.reconciliations.saveMatch(proposed);
      return proposed;
    });
  }

  /** Throws `settlement.match_not_found`, `settlement.four_eyes`, `settlement.illegal_move`. */
  approve(matchId: MatchId, by: string): Promise<Match> {
    return this.transaction.run(async (stores) => {
      const match = await stores.reconciliations.match(matchId);
      const state = moveMatch(match.state, 'approve_undo');
      mustBeAnother(by, match.undoneBy);
      return this.undone(stores, { ...match, state, undoApprovedBy: by });
    });
  }

  /** It stays as it is. Throws `settlement.match_not_found`, `settlement.illegal_move`. */
  keep(matchId: MatchId): Promise<Match> {
    return this.transaction.run(async ({ reconciliations }) => {
      const match = await reconciliations.match(matchId);
      const kept: Match = { ...match, state: moveMatch(match.state, 'keep'), undoneBy: undefined };
      await reconciliations.saveMatch(kept);
      return kept;
    });
  }

  private async undone(stores: SettlementStores, match: Match): Promise<Match> {
    const undoneAt = this.clock.now();
    const lines = (await stores.reconciliations.lines(match.lineIds)).map(({ line }) => line);
    const payouts = await stores.payouts.ofIds(match.programId, match.payoutIds);
    await stepAllBack(stores, match, payouts, undoneAt);
    await book(stores, undoFacts(await confirmed(stores, [match], lines), undoneAt));
    await inSuspenseAgain(stores, match, lines);
    const undone = { ...match, undoneAt };
    await stores.reconciliations.saveMatch(undone);
    return undone;
  }
}

/** What the bank has only told of, without moving money, is not taken back: the partner has its balance again. */
const mustBeMoney = ({ id, action }: Match): void => {
  if (action !== 'reject') return;
  throw new AppError(
    'refused',
    'settlement.match_is_final',
    `${id} is a refusal of the bank; pay again at the next close`,
  );
};

const stepAllBack = async (
  stores: SettlementStores,
  match: Match,
  payouts: readonly Payout[],
  at: Instant,
): Promise<void> => {
  const { action } = match;
  if (action !== 'settle' && action !== 'return') return;
  const steps = payouts.map((payout) => stepBack(payout, action, at));
  const did = payouts.map((payout) => ({ payout, action, at }));
  await movePayouts(stores, steps, undoFacts(matchFacts(match, did, at), at));
  if (action === 'return') await stores.control.guards.allowMethods(match.payoutIds, at);
};

/** Those that stood there before stand there once more without a booking, for the mirror has put their money back. */
const inSuspenseAgain = async (stores: SettlementStores, match: Match, lines: readonly Line[]): Promise<void> => {
  const again = lines.map((line) => ({ ...line, round: line.round + 1 }));
  if (match.fromSuspense || match.action === 'offset') await stores.reconciliations.park(match.programId, again);
  else await park(stores, match.programId, again);
};
