import type { Clock } from '../../../../shared/clock.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type Instant, plusDays } from '../../../../shared/instant.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import { Board, type Sent, type Tolerances } from '../../domain/reconciliation/board.ts';
import { type Expected, keyOf } from '../../domain/reconciliation/expected.ts';
import type { FoundMatch } from '../../domain/reconciliation/match.ts';
import { match, type MatchAnswer } from '../../domain/reconciliation/matcher.ts';
import type { Line, LineId } from '../../domain/reconciliation/reconciliation.ts';
import type { ReconciliationReader } from '../../ports/reconciliation-reader.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import type { AccountMarks } from './account-marks.ts';
import { breakOf } from './break-of-line.ts';
import { keepMatches } from './keep-matches.ts';
import { MATCHER } from './take-lines.ts';

/** Lines that are looked at together. */
const BATCH = 1_000;
/** A line that nothing explained is looked at again when so much may have changed. */
const AGAIN_AFTER_DAYS = 1;

/** Looks behind an import for what its lines are about: by account and day, by sums, and by what we have told of. */
export class MatchOpenLines {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly reader: ReconciliationReader,
    private readonly partners: PartnersPort,
    private readonly marks: AccountMarks,
    private readonly clock: Clock,
  ) {}

  /** Some of one program's; true when there may be more. */
  async run(): Promise<boolean> {
    const now = this.clock.now();
    const waiting = await this.reader.unlooked(plusDays(now, -AGAIN_AFTER_DAYS), BATCH);
    const [first] = waiting;
    if (first === undefined) return false;
    const { programId } = first;
    const lines = waiting.map(({ line }) => line);
    const expected = await this.reader.expected(programId, lines);
    const answer = await this.answer(programId, lines, expected);
    await this.transaction.run(async (stores) => {
      const open = await openAmong(stores, lines);
      const current = await stores.reconciliations.expected(programId, lines);
      if (isMore(current, expected)) return; // told of meanwhile: they are looked at anew, at once
      await stores.reconciliations.looked(
        lines.map(({ id }) => id),
        now,
      );
      await this.keep(stores, programId, { answer, open, expected: current }, now);
    });
    return true;
  }

  due(): Promise<boolean> {
    return this.reader.hasUnlooked(plusDays(this.clock.now(), -AGAIN_AFTER_DAYS));
  }

  private async answer(
    programId: Id<'prg'>,
    lines: readonly Line[],
    expected: readonly Expected[],
  ): Promise<MatchAnswer> {
    const payouts = await this.reader.candidates(programId, lines);
    const { tolerances } = await this.reader.settings(programId);
    const sent = await this.withAccounts(payouts, lines);
    const rules = ['reference', 'batch', 'account', 'sum', 'amount'] as const;
    return match({ lines, payouts: sent, expected, tolerances, rules });
  }

  /** Where a partner's money goes by now; if it went elsewhere then, nothing is matched, and people look. */
  private async withAccounts(payouts: readonly Payout[], lines: readonly Line[]): Promise<readonly Sent[]> {
    if (!lines.some(({ counterparty }) => counterparty !== undefined)) return payouts.map((payout) => ({ payout }));
    const profiles = await this.partners.payoutProfiles([...new Set(payouts.map(({ partnerId }) => partnerId))]);
    const marks = new Map(profiles.map(({ partnerId, account }) => [partnerId, this.marks.of(account.number)]));
    return payouts.map((payout) => ({ payout, counterparty: marks.get(payout.partnerId) }));
  }

  /** What has moved since it was looked at is left for the next look, and what people took apart is left to people. */
  private async keep(
    stores: SettlementStores,
    programId: Id<'prg'>,
    { answer, open, expected }: Looked,
    now: Instant,
  ): Promise<void> {
    const still = answer.matches.filter(({ lines }) => lines.every(({ id, round }) => open.has(id) && round === 0));
    const ids = still.flatMap(({ payoutIds }) => payoutIds);
    const payouts = ids.length === 0 ? [] : await stores.payouts.ofIds(programId, ids);
    const tolerances = (await stores.reconciliations.settings(programId)).tolerances;
    const fresh = still.filter((each) => isStill(each, payouts, expected, tolerances));
    await keepMatches(stores, fresh, payouts, { programId, madeBy: MATCHER, madeAt: now }, open);
    const named = answer.unmatched.filter(({ line, expectedId }) => expectedId !== undefined && open.has(line.id));
    await stores.reconciliations.addBreaks(named.flatMap((each) => breakOf(each, programId, now)));
  }
}

/** What was found outside of the transaction, and what is so within it. */
interface Looked {
  readonly answer: MatchAnswer;
  readonly open: ReadonlySet<LineId>;
  readonly expected: readonly Expected[];
}

const openAmong = async (
  { reconciliations }: SettlementStores,
  lines: readonly Line[],
): Promise<ReadonlySet<LineId>> => {
  const standing = await reconciliations.lines(lines.map(({ id }) => id));
  return new Set(standing.filter(({ state }) => state === 'open').map(({ line }) => line.id));
};

const isMore = (current: readonly Expected[], before: readonly Expected[]): boolean => {
  const known = new Set(before.map(keyOf));
  return current.some((each) => !known.has(keyOf(each)));
};

const isStill = (
  { lines, payoutIds, confirms, action }: FoundMatch,
  payouts: readonly Payout[],
  expected: readonly Expected[],
  tolerances: Tolerances,
): boolean => {
  if (action === 'offset') return true;
  if (action === 'confirm') {
    return expected.some((each) => confirms && !each.isConfirmed && keyOf(each) === keyOf(confirms));
  }
  const own = payouts.filter(({ id }) => payoutIds.includes(id));
  const board = new Board(
    lines,
    own.map((payout) => ({ payout })),
    tolerances,
  );
  return own.length === payoutIds.length && board.fits(lines, own, action);
};
