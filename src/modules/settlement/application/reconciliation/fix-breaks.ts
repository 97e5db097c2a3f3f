import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { mustBeAnother } from '../../domain/proposals/proposal.ts';
import { type Break, type Fix, likelyFix, moveBreak } from '../../domain/reconciliation/break.ts';
import { matchFacts, stepOf, writeOffFacts } from '../../domain/reconciliation/movements.ts';
import type { PayoutId } from '../../index.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { book } from '../books/book-commissions.ts';
import { keepMatches, movePayouts } from './keep-matches.ts';
import { together } from './match-by-hand.ts';
import { takeBack } from './take-back.ts';

export interface ProposedFix {
  readonly breakId: Id<'brk'>;
  /** What is likely, unless told. */
  readonly fix?: Fix | undefined;
  /** For a match: the payouts, if not the one the break is about. */
  readonly payoutIds?: readonly PayoutId[] | undefined;
  readonly note?: string | undefined;
  readonly by: string;
}

/** One proposes what to do about a break, another approves, and it is posted. */
export class FixBreaks {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.break_not_found`. */
  own(breakId: Id<'brk'>, owner: string): Promise<Break> {
    return this.changed(breakId, (found) => ({ ...found, owner }));
  }

  /** Throws `settlement.break_not_found`, `settlement.illegal_move`, `settlement.fix_does_not_fit`. */
  propose({ breakId, fix, payoutIds, note, by }: ProposedFix): Promise<Break> {
    return this.changed(breakId, (found) => {
      const chosen = fix ?? likelyFix(found);
      mustFit(found, chosen);
      const about = payoutIds ?? (found.payoutId === undefined ? undefined : [found.payoutId]);
      if (chosen === 'match') mustBeAboutSomething(found, about);
      return {
        ...found,
        state: moveBreak(found.state, 'propose'),
        fix: chosen,
        fixPayoutIds: chosen === 'match' || chosen === 'give_back' ? about : undefined,
        note,
        proposedBy: by,
        proposedAt: this.clock.now(),
      };
    });
  }

  /** It is open again. Throws `settlement.break_not_found`, `settlement.illegal_move`. */
  withdraw(breakId: Id<'brk'>): Promise<Break> {
    return this.changed(breakId, (found) => ({
      ...found,
      state: moveBreak(found.state, 'withdraw'),
      fix: undefined,
      fixPayoutIds: undefined,
      proposedBy: undefined,
      proposedAt: undefined,
    }));
  }

  /**
   * Throws `settlement.break_not_found`, `settlement.four_eyes`, `settlement.illegal_move`, `settlement.line_not_open`,
   * `settlement.match_does_not_fit`, `settlement.fix_does_not_fit`.
   */
  approve(breakId: Id<'brk'>, by: string): Promise<Break> {
    const endedAt = this.clock.now();
    return this.transaction.run(async (stores) => {
      const found = await stores.reconciliations.break(breakId);
      const state = moveBreak(found.state, found.fix === 'accept' ? 'accept' : 'approve');
      mustBeAnother(by, found.proposedBy);
      await apply(stores, found, by, endedAt);
      const ended: Break = { ...found, state, approvedBy: by, endedAt };
      await stores.reconciliations.saveBreaks([ended]);
      return ended;
    });
  }

  private changed(breakId: Id<'brk'>, change: (found: Break) => Break): Promise<Break> {
    return this.transaction.run(async ({ reconciliations }) => {
      const after = change(await reconciliations.break(breakId));
      await reconciliations.saveBreaks([after]);
      return after;
    });
  }
}

const misfit = (detail: string): AppError => new AppError('refused', 'settlement.fix_does_not_fit', detail);

/** Money that came is no loss, money that went no income; what has no line cannot be booked, and only what we did given back. */
const mustFit = (found: Break, fix: Fix): void => {
  if (fix === 'accept') return;
  if (fix === 'give_back') {
    mustBeOurs(found);
    return;
  }
  const { lineId, direction } = found;
  if (lineId === undefined) throw misfit(`${fix} needs a line of the bank; accept it, or give the payout back`);
  if (fix === 'book_income' && direction === 'debit') throw misfit('money that left the account is no income');
  if (fix === 'book_loss' && direction === 'credit') throw misfit('money that came to the account is no loss');
};

const mustBeOurs = ({ lineId, payoutId, expectedId }: Break): void => {
  if (lineId === undefined && (payoutId ?? expectedId) !== undefined) return;
  throw misfit('only a payout, trade or remittance that no line tells of is given back');
};

/** A match of nothing would be lines that take each other back, and a break has but one. */
const mustBeAboutSomething = ({ expectedId }: Break, payoutIds: readonly PayoutId[] = []): void => {
  if (payoutIds.length > 0 || expectedId !== undefined) return;
  const detail =
    'name the payouts that the line is about; a trade or remittance is named to POST /v1/reconciliation/matches';
  throw new AppError('refused', 'settlement.fix_does_not_fit', detail, {
    faults: [{ pointer: '/payoutIds', code: 'settlement.fix_does_not_fit', detail }],
  });
};

const apply = async (stores: SettlementStores, found: Break, by: string, at: Instant): Promise<void> => {
  switch (found.fix) {
    case 'match':
      return matched(stores, found, by, at);
    case 'give_back':
      return givenBack(stores, found, at);
    case 'book_fee':
    case 'book_income':
    case 'book_loss':
      return writtenOff(stores, found, found.fix, at);
    default:
      return undefined; // it is as it is
  }
};

const matched = async (stores: SettlementStores, found: Break, by: string, at: Instant): Promise<void> => {
  const { lineId, fixPayoutIds = [], proposedBy = '', note } = found;
  if (lineId === undefined) throw misfit('a match needs a line of the bank');
  const about = { payoutIds: fixPayoutIds, expectedId: fixPayoutIds.length === 0 ? found.expectedId : undefined };
  const { programId, found: match, payouts } = await together(stores, [lineId], about);
  const made = { programId, madeBy: proposedBy, madeAt: at, approvedBy: by, ...(note !== undefined && { note }) };
  await keepMatches(stores, [match], payouts, made, new Set([lineId]));
};

/** The bank never made it: as if it had refused. */
const givenBack = async (
  stores: SettlementStores,
  { programId, fixPayoutIds = [], id, expectedId }: Break,
  at: Instant,
): Promise<void> => {
  if (expectedId !== undefined) return takeBack(stores, programId, expectedId, at);
  const payouts = await stores.payouts.ofIds(programId, fixPayoutIds);
  const line = { bookedAt: at, returnReason: 'not_at_bank' };
  const steps = payouts.map((payout) => stepOf(payout, 'reject', line));
  const match = { id: breakMatchId(id), programId, action: 'reject', fromSuspense: false } as const;
  const difference = payouts[0]?.amount;
  if (difference === undefined) throw misfit('the payout is not there');
  await movePayouts(stores, steps, matchFacts({ ...match, difference: difference.minus(difference) }, steps, at));
};

/** What it was decided by stands in the place of a match. */
const breakMatchId = (id: Id<'brk'>): Id<'mtc'> => `mtc_${id.slice('brk_'.length)}`;

const writtenOff = async (
  stores: SettlementStores,
  { lineId, programId }: Break,
  as: 'book_fee' | 'book_income' | 'book_loss',
  at: Instant,
): Promise<void> => {
  const [standing] = lineId === undefined ? [] : await stores.reconciliations.lines([lineId]);
  if (lineId === undefined || standing?.state !== 'open') {
    throw new AppError('conflict', 'settlement.line_not_open', 'the line does not stand in suspense any more');
  }
  const [books] = await stores.books.share([programId]);
  if (books === undefined) throw new Error(`the books of ${programId} are not open`);
  if (as !== 'book_fee' && standing.line.amount.currency !== books.currency) {
    throw misfit(
      `the line is in ${standing.line.amount.currency}, the books are in ${books.currency}: book it as a fee`,
    );
  }
  await book(stores, writeOffFacts(books, standing.line, as, at));
  await stores.reconciliations.release([lineId], 'written_off');
};
