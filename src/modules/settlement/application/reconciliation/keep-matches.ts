import { ahead, type Begin } from '../../../../shared/ahead.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { inPieces } from '../../../../shared/in-pieces.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import type { MoneyFact } from '../../domain/books/booking.ts';
import { moveBreak } from '../../domain/reconciliation/break.ts';
import { overdueId } from '../../domain/reconciliation/expected.ts';
import { type FoundMatch, type Match, matchOf } from '../../domain/reconciliation/match.ts';
import { confirmationFacts, matchFacts, type PayoutStep, stepOf } from '../../domain/reconciliation/movements.ts';
import type { Line, LineId } from '../../domain/reconciliation/reconciliation.ts';
import type { PayoutId } from '../../index.ts';
import type { SettlementStores } from '../../ports/settlement-stores.ts';
import { book } from '../books/book-commissions.ts';
import { refuseMethods } from '../payouts/refuse-methods.ts';
import { told } from './tell-payouts.ts';

/** Moved, booked and written together: what is made of more would not fit into memory beside a long statement. */
const PIECE = 2_000;

export type MadeBy = Pick<Match, 'programId' | 'madeBy' | 'madeAt'> & Partial<Pick<Match, 'approvedBy' | 'note'>>;

/** Lets payouts follow what was matched or confirmed, books it, tells of it, and closes the breaks it explains. */
export const keepMatches = async (
  stores: SettlementStores,
  found: readonly FoundMatch[],
  payouts: readonly Payout[],
  made: MadeBy,
  suspended: ReadonlySet<LineId>,
): Promise<readonly Match[]> => {
  const current = new Map(payouts.map((payout) => [payout.id, payout]));
  return ahead(async (lane) => {
    const [write, move] = [lane(2), mover(stores, lane)];
    const kept: Match[] = [];
    for (const piece of inPieces(found, PIECE)) {
      const { matches, steps, facts } = movementsOf(piece, current, made, suspended);
      await write(() => stores.reconciliations.addMatches(matches));
      await write(() => releaseLines(stores, matches, suspended));
      const lines = piece.flatMap((each) => each.lines);
      await move(steps, [...facts, ...(await confirmed(stores, matches, lines))]);
      await write(() => closeBreaks(stores, matches, made.madeAt));
      kept.push(...matches);
    }
    return kept;
  });
};

const releaseLines = async (
  { reconciliations }: SettlementStores,
  matches: readonly Match[],
  suspended: ReadonlySet<LineId>,
): Promise<void> => {
  for (const match of matches) {
    const standing = match.lineIds.filter((id) => suspended.has(id));
    if (standing.length > 0) await reconciliations.release(standing, 'matched', match.id);
  }
};

/** What confirmations book; for what matches payouts, nothing. */
export const confirmed = async (
  { books }: SettlementStores,
  matches: readonly Match[],
  lines: readonly Line[],
): Promise<readonly MoneyFact[]> => {
  const confirmations = matches.filter(({ action }) => action === 'confirm');
  const [first] = confirmations;
  if (first === undefined) return [];
  const [own] = await books.share([first.programId]);
  if (own === undefined) throw new Error(`the books of ${first.programId} are not open`);
  const known = new Map(lines.map((line) => [line.id, line]));
  return confirmations.flatMap((match) =>
    match.lineIds.flatMap((id) => known.get(id) ?? []).flatMap((line) => confirmationFacts(match, line, own)),
  );
};

interface Movements {
  readonly matches: readonly Match[];
  readonly steps: readonly PayoutStep[];
  readonly facts: readonly MoneyFact[];
}

/** Payouts are found in `current`, and left there as they are afterwards. */
const movementsOf = (
  found: readonly FoundMatch[],
  current: Map<PayoutId, Payout>,
  made: MadeBy,
  suspended: ReadonlySet<LineId>,
): Movements => {
  const [matches, steps, facts]: [Match[], PayoutStep[], MoneyFact[]] = [[], [], []];
  for (const each of found) {
    const fromSuspense = each.lines.some(({ id }) => suspended.has(id));
    const match: Match = { ...matchOf(each, { ...made, fromSuspense, state: 'made' }), ...decided(made) };
    const own = stepsOf(each, current);
    for (const { payout } of own) current.set(payout.id, payout);
    matches.push(match);
    steps.push(...own);
    facts.push(...matchFacts(match, own, own[0]?.at ?? made.madeAt));
  }
  return { matches, steps, facts };
};

const decided = ({ approvedBy, note }: MadeBy): Pick<Match, 'approvedBy' | 'note'> => ({
  ...(approvedBy !== undefined && { approvedBy }),
  ...(note !== undefined && { note }),
});

const stepsOf = ({ action, lines, payoutIds }: FoundMatch, payouts: ReadonlyMap<PayoutId, Payout>): PayoutStep[] => {
  const [line] = lines.toSorted((a, b) => (a.bookedAt < b.bookedAt ? 1 : -1)); // the last of them
  if (action === 'offset' || action === 'confirm' || line === undefined) return [];
  return payoutIds.map((id) => {
    const payout = payouts.get(id);
    if (payout === undefined) throw new Error(`${id} was matched and is not there`);
    return stepOf(payout, action, line);
  });
};

/** State, booking and announcement together. */
export const movePayouts = (
  stores: SettlementStores,
  steps: readonly PayoutStep[],
  facts: readonly MoneyFact[],
): Promise<void> => ahead((lane) => mover(stores, lane)(steps, facts));

/** States are saved, facts booked and steps told each in their order, while more of them are made ready. */
const mover = (stores: SettlementStores, lane: (most: number) => Begin) => {
  const [save, refuse, enter, tell] = [lane(2), lane(1), lane(1), lane(1)];
  return async (steps: readonly PayoutStep[], facts: readonly MoneyFact[]): Promise<void> => {
    const after = [...new Map(steps.map(({ payout }) => [payout.id, payout])).values()]; // the last step of each
    for (const piece of inPieces(after, PIECE)) {
      await save(() => stores.payouts.save(piece));
      await refuse(() => refuseMethods(stores, piece));
    }
    for (const piece of inPieces(facts, PIECE)) await enter(() => book(stores, piece));
    for (const piece of inPieces(steps, PIECE)) await tell(() => tellOf(stores, piece));
  };
};

const tellOf = async ({ payouts, outbox }: SettlementStores, steps: readonly PayoutStep[]): Promise<void> => {
  const allocations = await payouts.allocations([...new Set(steps.map(({ payout }) => payout.id))]);
  outbox.publish(...steps.map((step) => told(step, allocations.get(step.payout.id) ?? [])));
};

/** What is explained by now needs nobody's decision any more. */
export const closeBreaks = async (
  { reconciliations }: SettlementStores,
  matches: readonly Pick<Match, 'lineIds' | 'payoutIds' | 'confirms'>[],
  at: Instant,
): Promise<void> => {
  for (const piece of inPieces(matches, PIECE)) {
    const open = await reconciliations.breaksAbout(
      piece.flatMap(({ lineIds }) => lineIds),
      piece.flatMap(({ payoutIds }) => payoutIds),
      piece.flatMap(({ confirms }) => (confirms === undefined ? [] : [overdueId(confirms)])),
    );
    if (open.length === 0) continue;
    await reconciliations.saveBreaks(
      open.map((found) => ({ ...found, state: moveBreak(found.state, 'close'), endedAt: at })),
    );
  }
};
