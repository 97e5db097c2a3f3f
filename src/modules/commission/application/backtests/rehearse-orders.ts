import { AppError } from '../../../../shared/errors.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type Money } from '../../../../shared/money.ts';
import type { OrderFacts } from '../../../orders/index.ts';
import type { EnrolmentFacts, PartnersPort } from '../../../partners/index.ts';
import type { BacktestTally, ComparedPart } from '../../domain/backtest/backtest.ts';
import { netOf } from '../../domain/life-cycle/commission.ts';
import { type CreditPart, creditFacts, verdictOn } from '../../domain/life-cycle/credit.ts';
import type { CreditFacts } from '../../domain/engine/facts.ts';
import { percentOf, recruitersOf } from '../../domain/life-cycle/recruits.ts';
import type { Earning, RehearsedPart, Rehearsal } from '../../domain/backtest/rehearsal.ts';
import type { TermsVersion } from '../../domain/terms/terms.ts';
import { rateFor } from '../../domain/terms/version-for.ts';
import type { Backtests, PastCommission, PastOrder } from '../../ports/backtests.ts';
import { ratesForOrders } from '../reckoning/rates-for-orders.ts';

/** By which version a part of an order is judged. Throws `commission.no_terms`. */
export type Judging = (order: OrderFacts, credit: CreditFacts) => TermsVersion;

/** What an order brings along to be rehearsed. */
export interface Prepared {
  readonly order: OrderFacts;
  readonly past: PastOrder;
  readonly parts: readonly RehearsedPart[] | AppError;
}

/** Rehearses orders page by page. */
export class RehearseOrders {
  private readonly enrolments = new Map<Id<'par'>, EnrolmentFacts | undefined>();

  constructor(
    private readonly backtests: Pick<Backtests, 'past' | 'taken' | 'quotes'>,
    private readonly partners: PartnersPort,
    private readonly judging: Judging,
    private readonly timeZone: string,
  ) {}

  /** All that is asked of others: while one page is judged, the next may be prepared. */
  async prepared(orders: readonly OrderFacts[]): Promise<readonly Prepared[]> {
    const prepared = await this.withPasts(orders);
    await this.meet(prepared);
    return prepared;
  }

  /** `tallyOf`: none for orders that only bring the periods to where the first one counted finds them. */
  judge(
    prepared: readonly Prepared[],
    rehearsal: Rehearsal,
    tallyOf: (order: OrderFacts) => BacktestTally | undefined,
  ): void {
    for (const { order, past, parts } of prepared) {
      const tally = tallyOf(order);
      try {
        if (parts instanceof AppError) throw parts;
        const earnings = rehearsal.judge({ order, parts });
        tally?.add(order, this.compared(order, past, parts, earnings, tally.currency));
      } catch (error) {
        if (!(error instanceof AppError) || error.kind !== 'refused') throw error;
        tally?.refused(order, error);
      }
    }
  }

  private async withPasts(orders: readonly OrderFacts[]): Promise<readonly Prepared[]> {
    const pasts = await this.backtests.past(orders.map(({ orderId }) => orderId));
    const drafts = orders.flatMap((order) => {
      const past = pasts.get(order.orderId);
      return past === undefined ? [] : [{ order, past, parts: this.partsOf(order, past) }];
    });
    return this.exchanged(drafts);
  }

  private partsOf(order: OrderFacts, past: PastOrder): readonly RehearsedPart[] | AppError {
    try {
      return creditFacts(past.credit, order.placedAt).map((credit) => ({
        credit,
        version: this.judging(order, credit),
        counts: counts(order, past, credit.partnerId),
      }));
    } catch (error) {
      if (error instanceof AppError && error.kind === 'refused') return error;
      throw error;
    }
  }

  private async exchanged(drafts: readonly Prepared[]): Promise<readonly Prepared[]> {
    const wanted = drafts.flatMap(({ order, parts }) =>
      parts instanceof AppError ? [] : parts.flatMap(({ version }) => rateFor(order, version) ?? []),
    );
    if (wanted.length === 0) return drafts;
    const exchanges = await ratesForOrders(this.backtests, wanted);
    return drafts.map((draft) => {
      const { order, parts } = draft;
      if (parts instanceof AppError) return draft;
      return {
        ...draft,
        parts: parts.map((part) => {
          const rate = rateFor(order, part.version);
          return rate === undefined ? part : { ...part, exchange: exchanges.of(rate) };
        }),
      };
    });
  }

  /** Who recruited whom, two levels up; only where some terms pay for that. */
  private async meet(prepared: readonly Prepared[]): Promise<void> {
    const recruited = prepared.flatMap(({ parts }) => (parts instanceof AppError ? [] : parts)).filter(paysRecruiters);
    let unknown = [...new Set(recruited.map(({ credit }) => credit.partnerId))];
    const [first] = prepared;
    for (let level = 0; level <= 2 && first !== undefined; level += 1) {
      unknown = unknown.filter((partnerId) => !this.enrolments.has(partnerId));
      if (unknown.length === 0) return;
      const found = await this.partners.enrolments(first.order.programId, unknown);
      for (const partnerId of unknown)
        this.enrolments.set(
          partnerId,
          found.find((enrolment) => enrolment.partnerId === partnerId),
        );
      unknown = found.flatMap(({ recruitedBy }) => recruitedBy ?? []);
    }
  }

  private compared(
    order: OrderFacts,
    { commissions }: PastOrder,
    parts: readonly RehearsedPart[],
    earnings: readonly Earning[],
    currency: string,
  ): readonly ComparedPart[] {
    for (const { version } of parts) mustBeIn(currency, version.terms.currency, order);
    const direct = earnings.flatMap((earning, index): ComparedPart[] => {
      const part = parts[index];
      if (part === undefined) return [];
      const own = commissions.filter(
        ({ partnerId, recruit }) => partnerId === earning.partnerId && recruit === undefined,
      );
      return [
        {
          partnerId: earning.partnerId,
          live: netSum(own, order, currency),
          rehearsed: part.counts ? earning.total.minor : 0n,
          cuts: part.counts ? earning.cuts : [],
          commissionId: own.at(-1)?.id,
          explain: earning.explain,
        },
      ];
    });
    const rehearsed = earnings.flatMap((earning, index) => this.recruitParts(order, parts[index], earning));
    const recruits = byRecruiter([...recruitsOfHistory(order, commissions, currency), ...rehearsed]);
    return [...direct, ...recruits].filter(isSomething);
  }

  private recruitParts(
    order: OrderFacts,
    part: RehearsedPart | undefined,
    { total }: Earning,
  ): readonly ComparedPart[] {
    if (part?.counts !== true || !paysRecruiters(part)) return [];
    const known = new Map([...this.enrolments].flatMap(([id, facts]) => (facts === undefined ? [] : [[id, facts]])));
    const at = { placedAt: order.placedAt, timeZone: this.timeZone };
    return recruitersOf(part.version.terms, part.credit.partnerId, known, at).map(({ partnerId, percent }) => ({
      partnerId,
      live: 0n,
      rehearsed: percentOf(total, percent).minor,
      cuts: [],
    }));
  }
}

const paysRecruiters = ({ version }: RehearsedPart): boolean => (version.terms.recruits ?? []).length > 0;

const isSomething = ({ live, rehearsed, explain }: ComparedPart): boolean =>
  explain !== undefined || live !== 0n || rehearsed !== 0n;

const recruitsOfHistory = (
  order: OrderFacts,
  commissions: readonly PastCommission[],
  currency: string,
): readonly ComparedPart[] =>
  commissions
    .filter(({ recruit }) => recruit !== undefined)
    .map((commission) => ({
      partnerId: commission.partnerId,
      live: netSum([commission], order, currency),
      rehearsed: 0n,
      cuts: [],
      commissionId: commission.id,
    }));

/** What a recruiter has of an order, of whomever it recruited: both ways as one. */
const byRecruiter = (recruits: readonly ComparedPart[]): readonly ComparedPart[] =>
  [...grouped(recruits, ({ partnerId }) => partnerId)].map(([partnerId, own]) => ({
    partnerId,
    live: own.reduce((sum, { live }) => sum + live, 0n),
    rehearsed: own.reduce((sum, { rehearsed }) => sum + rehearsed, 0n),
    cuts: [],
    commissionId: own.flatMap(({ commissionId }) => commissionId ?? []).at(-1),
  }));

/** What it has come to; of what was reversed, nothing. Throws `commission.currency_not_comparable`. */
const netSum = (commissions: readonly PastCommission[], order: OrderFacts, currency: string): bigint =>
  commissions.reduce((sum, commission) => {
    if (commission.state === 'reversed') return sum;
    const net: Money = netOf(commission);
    mustBeIn(currency, net.currency, order);
    return sum + net.minor;
  }, 0n);

const mustBeIn = (currency: string, found: string, { orderRef }: OrderFacts): void => {
  if (found === currency) return;
  throw new AppError(
    'refused',
    'commission.currency_not_comparable',
    `order ${orderRef} earns ${found}, and what is compared is ${currency}`,
  );
};

/** As history went on with it: whether the part's commission has not ended; without one, whether the order has not. */
const counts = (order: OrderFacts, { credit, commissions }: PastOrder, partnerId: CreditPart['partnerId']): boolean => {
  const own = commissions.filter((each) => each.partnerId === partnerId && each.recruit === undefined);
  if (own.length > 0) return own.some(({ state, endReason }) => state !== 'reversed' && endReason === undefined);
  const isOver = [order.cancelledAt, order.returnedAt, order.chargedBackAt].some((at) => at !== undefined);
  return !isOver && verdictOn(credit, partnerId)?.verdict !== 'reject';
};
