import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { derivedId } from '../../../../shared/ids.ts';
import { digest } from '../../../../shared/digest.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { OrderFacts, OrderPlace, PlacedOrdersPort } from '../../../orders/index.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { type Backtest, BacktestTally, type ChangedOrder, type MostChanged } from '../../domain/backtest/backtest.ts';
import { beginningOf, lookingAheadUntil } from '../../domain/backtest/reach.ts';
import { Rehearsal } from '../../domain/backtest/rehearsal.ts';
import type { TermsVersion } from '../../domain/terms/terms.ts';
import { versionFor } from '../../domain/terms/version-for.ts';
import type { Backtests } from '../../ports/backtests.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';
import { knownProgram } from '../terms/known-program.ts';
import { type Judging, type Prepared, RehearseOrders } from './rehearse-orders.ts';

/** Orders of one piece: all that is ever held in memory of them, twice, for the next is read while one is judged. */
const PIECE = 1_000;

/** The next orders, and what they bring along. */
interface Page {
  readonly orders: readonly OrderFacts[];
  readonly prepared: readonly Prepared[];
}

/** A back-test under way. It lives in this process: cut off, it begins again. */
interface UnderWay {
  readonly backtest: Backtest;
  readonly versions: readonly TermsVersion[];
  readonly timeZone: string;
  readonly rehearse: RehearseOrders;
  /** Where the first period begins that an order of the time asked for depends on. */
  readonly since: Instant;
  tally: BacktestTally;
  rehearsal: Rehearsal;
  /** It only finds out what periods come to, by the orders of before then. */
  lookingAheadUntil: Instant | undefined;
  judged: number;
  next: Promise<Page>;
}

/** Goes through history for whoever asked what other terms would have made of it. */
export class RunBacktests {
  private underWay: UnderWay | undefined;

  constructor(
    private readonly backtests: Backtests,
    private readonly orders: PlacedOrdersPort,
    private readonly partners: PartnersPort,
    private readonly reader: Pick<CommissionReader, 'termsVersions' | 'explanation'>,
    private readonly clock: Clock,
  ) {}

  async due(): Promise<boolean> {
    return (await this.backtests.nextRunning()) !== undefined;
  }

  /** A piece; true when there was something to do. */
  async run(): Promise<boolean> {
    const asked = this.underWay?.backtest ?? (await this.backtests.nextRunning());
    if (asked === undefined) return false;
    try {
      this.underWay ??= await this.begun(asked);
      await this.piece(this.underWay);
    } catch (error) {
      const judged = this.underWay?.judged ?? 0;
      this.underWay = undefined;
      if (!(error instanceof AppError)) throw error;
      await this.ended({ ...asked, judged, state: 'failed', failure: `${error.code}: ${error.message}` });
    }
    return true;
  }

  private async begun(backtest: Backtest): Promise<UnderWay> {
    const { programId, subject, from, until } = backtest;
    const { timeZone } = await knownProgram(this.partners, programId);
    const live = await this.reader.termsVersions(programId);
    const versions = subject.kind === 'live' ? live : [asVersion(backtest)];
    const [only] = versions;
    if (only === undefined) throw new AppError('refused', 'commission.no_terms', 'the program has no terms yet');
    const judging: Judging =
      subject.kind === 'live' ? (order, credit) => versionFor(live, order, credit.touch.touchedAt) : () => only;
    const since = beginningOf(versions, from, timeZone);
    const rehearse = new RehearseOrders(this.backtests, this.partners, judging, timeZone);
    const ahead = lookingAheadUntil(versions, until, this.clock.now(), timeZone);
    return {
      ...{ backtest, versions, timeZone, since, rehearse, judged: 0 },
      tally: new BacktestTally(only.terms.currency),
      rehearsal: new Rehearsal(versions, timeZone),
      lookingAheadUntil: ahead,
      next: this.page({ backtest, since, rehearse, lookingAheadUntil: ahead }),
    };
  }

  private async piece(underWay: UnderWay): Promise<void> {
    const { backtest, rehearse, rehearsal, tally } = underWay;
    const { orders, prepared } = await underWay.next;
    const last = orders.at(-1);
    if (last === undefined) {
      await this.passEnded(underWay);
      return;
    }
    underWay.next = this.page(underWay, last);
    rehearse.judge(prepared, rehearsal, ({ placedAt }) =>
      underWay.lookingAheadUntil !== undefined || placedAt < backtest.from ? undefined : tally,
    );
    if (underWay.lookingAheadUntil !== undefined) return;
    underWay.judged += orders.length;
    await this.backtests.save({ ...backtest, judged: underWay.judged });
  }

  private async passEnded(underWay: UnderWay): Promise<void> {
    const { backtest, versions, timeZone, rehearsal, tally, judged } = underWay;
    if (underWay.lookingAheadUntil !== undefined) {
      underWay.lookingAheadUntil = undefined;
      underWay.rehearsal = new Rehearsal(versions, timeZone, rehearsal.figures);
      underWay.next = this.page(underWay);
      return;
    }
    const changed = await Promise.all(tally.mostChanged.map((each) => this.told(each, tally)));
    this.underWay = undefined;
    await this.ended({ ...backtest, judged, state: 'finished', result: tally.result(changed, backtest.budget) });
  }

  private async told({ order, part }: MostChanged, tally: BacktestTally): Promise<ChangedOrder> {
    const { partnerId, commissionId = null, explain } = part;
    const live = commissionId === null ? undefined : await this.reader.explanation(commissionId);
    const { orderId, orderRef } = order;
    const about = { orderId, orderRef, partnerId, commissionId };
    return { ...about, ...tally.sums(part), liveExplanation: live ?? null, rehearsedExplanation: explain?.() ?? null };
  }

  private page(
    {
      backtest,
      since,
      rehearse,
      lookingAheadUntil: ahead,
    }: Pick<UnderWay, 'backtest' | 'since' | 'rehearse' | 'lookingAheadUntil'>,
    after?: OrderPlace,
  ): Promise<Page> {
    const { programId, until: asked } = backtest;
    const until = ahead ?? asked;
    const page = this.orders
      .placed(programId, { from: since, until, after, limit: PIECE })
      .then(async (orders) => ({ orders, prepared: await rehearse.prepared(orders) }));
    // Whoever awaits it hears of a failure; until then it is nobody's.
    page.catch(() => undefined);
    return page;
  }

  private ended(backtest: Backtest): Promise<void> {
    return this.backtests.save({ ...backtest, finishedAt: this.clock.now() });
  }
}

/** Words as if they were a version that has always been in force. */
const asVersion = ({ backtestId, programId, subject, askedAt }: Backtest): TermsVersion => {
  if (subject.kind === 'live') throw new Error('each order has its own version');
  const { terms } = subject;
  return {
    termsId: subject.kind === 'version' ? subject.termsId : derivedId('trm', backtestId),
    programId,
    version: 1,
    terms,
    hash: digest(terms),
    effectiveFrom: askedAt,
    publishedAt: askedAt,
  };
};
