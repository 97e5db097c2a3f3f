import { ahead } from '../../../../shared/ahead.ts';
import type { Id } from '../../../../shared/ids.ts';
import { inPieces } from '../../../../shared/in-pieces.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import { match, type MatchAnswer } from '../../domain/reconciliation/matcher.ts';
import { parkFact } from '../../domain/reconciliation/movements.ts';
import type { Line } from '../../domain/reconciliation/reconciliation.ts';
import { batchNamed, payoutsNamed } from '../../domain/reconciliation/references.ts';
import type { KeptLine } from '../../ports/bank-stores.ts';
import type { SettlementStores } from '../../ports/settlement-stores.ts';
import { book } from '../books/book-commissions.ts';
import { breakOf } from './break-of-line.ts';
import { keepMatches } from './keep-matches.ts';

/** What a statement with arrays takes at once. */
const PIECE = 2_000;
/** Who matches what needs no person. */
export const MATCHER = 'matcher';

/** New lines, what was found of them, and those that stood in suspense and have to do with them. */
export interface Taken {
  readonly programId: Id<'prg'>;
  readonly lines: readonly Line[];
  readonly doubles: readonly Line[];
  readonly payouts: readonly Payout[];
  readonly answer: MatchAnswer;
}

/** By reference alone, and without asking anybody: what takes longer is done behind it. */
export const takeLines = async (
  stores: SettlementStores,
  programId: Id<'prg'>,
  lines: readonly Line[],
): Promise<Taken> => {
  const { tolerances } = await stores.reconciliations.settings(programId);
  const payouts = await payoutsNamedBy(stores, programId, lines);
  const credits = lines.flatMap(({ direction, endToEndId }) =>
    direction === 'credit' && endToEndId !== undefined ? [endToEndId] : [],
  );
  const doubles = credits.length === 0 ? [] : await stores.reconciliations.suspended(programId, credits);
  const answer = match({
    lines: [...lines, ...doubles],
    payouts: payouts.map((payout) => ({ payout })),
    expected: await stores.reconciliations.expected(programId, lines),
    tolerances,
    rules: ['reference', 'batch'],
  });
  const standing = new Set(doubles.map(({ id }) => id));
  const unmatched = answer.unmatched.filter(({ line }) => !standing.has(line.id));
  return { programId, lines, doubles, payouts, answer: { ...answer, unmatched } };
};

/** The payouts that lines name, by themselves or with their batch; nobody else's until the transaction ends. */
export const payoutsNamedBy = async (
  { payouts }: SettlementStores,
  programId: Id<'prg'>,
  lines: readonly Line[],
): Promise<readonly Payout[]> => {
  const found = new Map<string, Payout>();
  const ids = [...new Set(lines.flatMap(payoutsNamed))].toSorted();
  const note = (some: readonly Payout[]): void => some.forEach((payout) => found.set(payout.id, payout));
  await ahead(async (lane) => {
    const read = lane(2);
    for (const piece of inPieces(ids, PIECE)) await read(async () => note(await payouts.ofIds(programId, piece)));
  });
  for (const batchId of new Set(lines.flatMap((line) => batchNamed(line) ?? []))) {
    note((await payouts.ofBatch(batchId)).filter((payout) => payout.programId === programId));
  }
  return [...found.values()];
};

/** Lines are kept, payouts follow them, and what nothing explains stands in suspense and is a break. */
export const keepLines = async (stores: SettlementStores, taken: Taken, now: Instant): Promise<void> => {
  const { programId, answer, payouts, doubles } = taken;
  await ahead(async (lane) => {
    const write = lane(2);
    for (const piece of inPieces(judged(taken), PIECE)) await write(() => stores.bank.addLines(piece));
  });
  const parked = toPark(taken);
  await park(stores, programId, parked);
  const standing = new Set([...doubles, ...parked].map(({ id }) => id));
  await keepMatches(stores, answer.matches, payouts, { programId, madeBy: MATCHER, madeAt: now }, standing);
  const breaks = answer.unmatched.flatMap((each) => breakOf(each, programId, now));
  for (const piece of inPieces(breaks, PIECE)) await stores.reconciliations.addBreaks(piece);
};

const judged = ({ lines, answer }: Taken): readonly KeptLine[] => {
  const own = new Set(lines.map(({ id }) => id));
  const matched = answer.matches.flatMap((found) =>
    found.lines.map((line): KeptLine => ({ line, verdict: found.action, payoutId: found.payoutIds[0] })),
  );
  const unmatched = answer.unmatched.map(({ line, kind, payoutId }): KeptLine => ({
    line,
    verdict: kind ?? line.status,
    payoutId,
  }));
  return [...matched, ...unmatched].filter(({ line }) => own.has(line.id));
};

/** What moved money and is nobody's yet; of lines that take each other back, both. */
const toPark = ({ lines, answer }: Taken): readonly Line[] => {
  const settled = new Set(
    answer.matches.filter(({ action }) => action !== 'offset').flatMap((found) => found.lines.map(({ id }) => id)),
  );
  return lines.filter(({ id, status }) => status === 'booked' && !settled.has(id));
};

export const park = async (stores: SettlementStores, programId: Id<'prg'>, lines: readonly Line[]): Promise<void> => {
  if (lines.length === 0) return;
  const [books] = await stores.books.share([programId]);
  if (books === undefined) throw new Error(`the books of ${programId} are not open`);
  for (const piece of inPieces(lines, PIECE)) {
    await stores.reconciliations.park(programId, piece);
    await book(
      stores,
      piece.map((line) => parkFact(books, line)),
    );
  }
};
