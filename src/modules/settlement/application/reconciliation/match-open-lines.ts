import type { Clock } from '../../../../shared/clock.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type Instant, plusDays } from '../../../../shared/instant.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import { Board, type Sent } from '../../domain/reconciliation/board.ts';
import type { FoundMatch } from '../../domain/reconciliation/match.ts';
import { match } from '../../domain/reconciliation/matcher.ts';
import type { Line } from '../../domain/reconciliation/reconciliation.ts';
import type { ReconciliationReader } from '../../ports/reconciliation-reader.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import type { AccountMarks } from './account-marks.ts';
import { keepMatches } from './keep-matches.ts';
import { MATCHER } from './take-lines.ts';

/** Lines that are looked at together. */
const BATCH = 1_000;
/** A line that nothing explained is looked at again when so much may have changed. */
const AGAIN_AFTER_DAYS = 1;

/** Looks behind an import for what its lines are about: by account and day, and by sums. */
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
    const found = await this.found(programId, lines);
    await this.transaction.run(async (stores) => {
      await stores.reconciliations.looked(
        lines.map(({ id }) => id),
        now,
      );
      await this.keep(stores, programId, found, now);
    });
    return true;
  }

  due(): Promise<boolean> {
    return this.reader.hasUnlooked(plusDays(this.clock.now(), -AGAIN_AFTER_DAYS));
  }

  private async found(programId: Id<'prg'>, lines: readonly Line[]): Promise<readonly FoundMatch[]> {
    const payouts = await this.reader.candidates(programId, lines);
    const { tolerances } = await this.reader.settings(programId);
    const sent = await this.withAccounts(payouts, lines);
    return match({ lines, payouts: sent, tolerances, rules: ['reference', 'batch', 'account', 'sum'] }).matches;
  }

  /** Where a partner's money goes by now; if it went elsewhere then, nothing is matched, and people look. */
  private async withAccounts(payouts: readonly Payout[], lines: readonly Line[]): Promise<readonly Sent[]> {
    if (!lines.some(({ counterparty }) => counterparty !== undefined)) return payouts.map((payout) => ({ payout }));
    const profiles = await this.partners.payoutProfiles([...new Set(payouts.map(({ partnerId }) => partnerId))]);
    const marks = new Map(profiles.map(({ partnerId, account }) => [partnerId, this.marks.of(account.number)]));
    return payouts.map((payout) => ({ payout, counterparty: marks.get(payout.partnerId) }));
  }

  /** What has moved since it was looked at is left for the next look. */
  private async keep(
    stores: SettlementStores,
    programId: Id<'prg'>,
    found: readonly FoundMatch[],
    now: Instant,
  ): Promise<void> {
    if (found.length === 0) return;
    const lineIds = found.flatMap(({ lines }) => lines.map(({ id }) => id));
    const open = new Set(
      (await stores.reconciliations.lines(lineIds)).filter(({ state }) => state === 'open').map(({ line }) => line.id),
    );
    const ids = found.flatMap(({ payoutIds }) => payoutIds);
    const payouts = await stores.payouts.ofIds(programId, ids);
    const tolerances = (await stores.reconciliations.settings(programId)).tolerances;
    const still = found.filter(({ lines }) => lines.every(({ id }) => open.has(id)));
    const fresh = still.filter((each) => isStill(each, payouts, tolerances));
    await keepMatches(stores, fresh, payouts, { programId, madeBy: MATCHER, madeAt: now }, open);
  }
}

const isStill = (
  { lines, payoutIds, action }: FoundMatch,
  payouts: readonly Payout[],
  tolerances: ReadonlyMap<string, bigint>,
): boolean => {
  const own = payouts.filter(({ id }) => payoutIds.includes(id));
  const board = new Board(
    lines,
    own.map((payout) => ({ payout })),
    tolerances,
  );
  return action === 'offset' || (own.length === payoutIds.length && board.fits(lines, own, action));
};
