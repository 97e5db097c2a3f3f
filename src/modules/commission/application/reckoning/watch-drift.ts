import type { WallClock } from '../../../../shared/clock.ts';
import type { Id } from '../../../../shared/ids.ts';
import { epochMs, type Instant, instantAt } from '../../../../shared/instant.ts';
import { explanationFault } from '../../domain/life-cycle/drift.ts';
import type { CommissionId } from '../../index.ts';
import type { CommissionReader, ExplainedCommission } from '../../ports/commission-reader.ts';
import type { DriftLog, DriftLook } from '../../ports/drift-log.ts';
import type { OrderLists } from '../../ports/order-lists.ts';
import type { ReckonAgain } from './reckon-again.ts';

/** Commissions a piece: their orders and periods are locked as long as it takes. */
const PIECE = 100;
const SAMPLE = 20_000;
const DAY_MS = 86_400_000;
const MAX_FINDINGS = 100;

/**
 * Once a day works out some commissions again, going on where the last look ended, so that all have their turn: from
 * their explanation alone, and from the facts where they are still at hand. What comes out otherwise is counted; it must
 * be none. Whoever the facts bring elsewhere is looked at once more in the end, when nothing waits to be reckoned: news
 * of the order may have been on its way. The machine's day, and not the business's.
 */
export class WatchDrift {
  constructor(
    private readonly log: DriftLog,
    private readonly reader: Pick<CommissionReader, 'explained'>,
    private readonly lists: Pick<OrderLists, 'backlog'>,
    private readonly again: ReckonAgain,
    private readonly wallClock: WallClock,
  ) {}

  async due(): Promise<boolean> {
    return (await this.current()) !== undefined;
  }

  /** A piece; true when there is more. */
  async run(): Promise<boolean> {
    const look = await this.current();
    if (look === undefined) return false;
    if (look.readAt !== undefined) return this.finish(look);
    if (look.checked === 0) await this.log.begin(look);
    const page = await this.reader.explained(PIECE, look.reached);
    const checked = look.checked + page.length;
    const suspects = [...look.suspects, ...(await this.suspectsOf(page))];
    const isRead = page.length < PIECE || checked >= SAMPLE;
    const now = this.now();
    await this.log.save({
      ...look,
      // Behind the last commission of all comes the first.
      reached: page.length < PIECE ? undefined : page.at(-1)?.commission.id,
      checked,
      drift: { ...look.drift, fromExplanation: look.drift.fromExplanation + faultsOf(page).length },
      suspects,
      ...(isRead && { readAt: now }),
      ...(isRead && suspects.length === 0 && { finishedAt: now }),
    });
    return !isRead;
  }

  /** What the last look that came to its end found. */
  async found(): Promise<{ readonly checked: number; readonly drifted: Readonly<Record<string, number>> } | undefined> {
    const look = await this.log.lastFinished();
    return (
      look && {
        checked: look.checked,
        drifted: { explanation: look.drift.fromExplanation, facts: look.drift.fromFacts },
      }
    );
  }

  /** Commissions that would be others from the facts, of all there are. */
  async findings(): Promise<readonly string[]> {
    const suspects: Id<'ord'>[] = [];
    for (let after: CommissionId | undefined; suspects.length < MAX_FINDINGS;) {
      const page = await this.reader.explained(PIECE, after);
      suspects.push(...(await this.suspectsOf(page)));
      after = page.at(-1)?.commission.id;
      if (after === undefined || page.length < PIECE) break;
    }
    const drifted = await this.drifted(suspects);
    return drifted.map((id) => `${id} would be another by the facts of its order`).slice(0, MAX_FINDINGS);
  }

  /** The one to go on with, if any; a new one, if the last is of yesterday. */
  private async current(): Promise<DriftLook | undefined> {
    const last = await this.log.last();
    if (last !== undefined && last.finishedAt === undefined) return last;
    const isRecent = last !== undefined && this.wallClock.nowMs() - epochMs(last.startedAt) < DAY_MS;
    if (isRecent) return undefined;
    const drift = { fromExplanation: 0, fromFacts: 0 };
    return { startedAt: this.now(), reached: last?.reached, checked: 0, drift, suspects: [] };
  }

  private async suspectsOf(page: readonly ExplainedCommission[]): Promise<readonly Id<'ord'>[]> {
    const changed = await this.again.run([...new Set(page.map(({ commission }) => commission.orderId))]);
    return [...new Set(changed.map(({ orderId }) => orderId))];
  }

  /** Never true: as long as something waits to be reckoned, it is tried again a while later. */
  private async finish(look: DriftLook): Promise<boolean> {
    const { orders, periods } = await this.lists.backlog();
    if (orders + periods > 0) return false;
    const fromFacts = (await this.drifted(look.suspects)).length;
    await this.log.save({ ...look, suspects: [], drift: { ...look.drift, fromFacts }, finishedAt: this.now() });
    return false;
  }

  private async drifted(suspects: readonly Id<'ord'>[]): Promise<readonly CommissionId[]> {
    const orderIds = [...new Set(suspects)];
    const drifted: CommissionId[] = [];
    for (let from = 0; from < orderIds.length; from += PIECE)
      drifted.push(...(await this.again.run(orderIds.slice(from, from + PIECE))).map(({ id }) => id));
    return drifted;
  }

  private now(): Instant {
    return instantAt(this.wallClock.nowMs());
  }
}

const faultsOf = (page: readonly ExplainedCommission[]): readonly string[] =>
  page.flatMap(({ commission, explanation }) => explanationFault(commission, explanation) ?? []);
