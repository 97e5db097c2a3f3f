import type { Backtest } from '../../../src/modules/commission/domain/backtest/backtest.ts';
import type { Quotes } from '../../../src/modules/commission/domain/rates/exchange-rates.ts';
import type { RateTaken } from '../../../src/modules/commission/domain/rates/taken-rates.ts';
import type { RateAsked } from '../../../src/modules/commission/domain/terms/version-for.ts';
import type { BacktestId } from '../../../src/modules/commission/index.ts';
import { Backtests, type PastOrder } from '../../../src/modules/commission/ports/backtests.ts';
import type { CommissionTransaction } from '../../../src/modules/commission/ports/commissions.ts';
import { type OrderFacts, PlacedOrdersPort } from '../../../src/modules/orders/index.ts';
import type { Id } from '../../../src/shared/ids.ts';
import { type Page, pageOf, type PageRequest } from '../../../src/shared/page.ts';

export class FakeBacktests extends Backtests {
  private readonly kept = new Map<BacktestId, Backtest>();

  constructor(private readonly transaction: CommissionTransaction) {
    super();
  }

  add(backtest: Backtest): Promise<void> {
    this.kept.set(backtest.backtestId, backtest);
    return Promise.resolve();
  }

  save(backtest: Backtest): Promise<void> {
    return this.add(backtest);
  }

  find(backtestId: BacktestId): Promise<Backtest | undefined> {
    return Promise.resolve(this.kept.get(backtestId));
  }

  page(programId: Id<'prg'>, request: PageRequest): Promise<Page<Backtest>> {
    const own = [...this.kept.values()].filter((each) => each.programId === programId);
    return Promise.resolve(pageOf(own, request, ({ backtestId }) => [backtestId]));
  }

  nextRunning(): Promise<Backtest | undefined> {
    return Promise.resolve([...this.kept.values()].find(({ state }) => state === 'running'));
  }

  past(orderIds: readonly Id<'ord'>[]): Promise<ReadonlyMap<Id<'ord'>, PastOrder>> {
    return this.transaction.run(async ({ credits, commissions }) => {
      const all = await commissions.ofOrders(orderIds);
      const known = await credits.ofOrders(orderIds);
      return new Map(
        known.map((credit) => [
          credit.orderId,
          { credit, commissions: all.filter(({ orderId }) => orderId === credit.orderId) },
        ]),
      );
    });
  }

  taken(orderIds: readonly Id<'ord'>[]): Promise<readonly RateTaken[]> {
    return this.transaction.run(({ rates }) => rates.taken(orderIds));
  }

  quotes(asked: readonly RateAsked[]): Promise<readonly Quotes[]> {
    return this.transaction.run(({ rates }) => rates.quotes(asked));
  }
}

/** By when they were placed, then by id, as they are known at the time. */
export class FakePlacedOrders extends PlacedOrdersPort {
  constructor(private readonly known: ReadonlyMap<string, OrderFacts>) {
    super();
  }

  placed(
    programId: Id<'prg'>,
    { from, until, after, limit }: Parameters<PlacedOrdersPort['placed']>[1],
  ): Promise<readonly OrderFacts[]> {
    const orders = [...this.known.values()]
      .filter((order) => order.programId === programId && order.placedAt >= from && order.placedAt < until)
      .toSorted((a, b) => comparePlaces(a, b))
      .filter((order) => after === undefined || comparePlaces(order, after) > 0);
    return Promise.resolve(orders.slice(0, limit));
  }
}

type Placed = Pick<OrderFacts, 'placedAt' | 'orderId'>;

const comparePlaces = (a: Placed, b: Placed): number =>
  a.placedAt === b.placedAt
    ? (a.orderId < b.orderId ? -1 : 1) * (a.orderId === b.orderId ? 0 : 1)
    : a.placedAt < b.placedAt
      ? -1
      : 1;
