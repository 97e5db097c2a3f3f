import {
  comparePlaces,
  isSomething,
  NO_FIGURES,
  type Place,
  placeName,
  plus,
} from '../../../src/modules/commission/domain/periods/period-book.ts';
import type { Figures } from '../../../src/modules/commission/domain/periods/figures.ts';
import {
  type PeriodKey,
  periodName,
  type Thresholds,
} from '../../../src/modules/commission/domain/periods/thresholds.ts';
import {
  type Behind,
  type Changes,
  type Kept,
  OrderQueue,
  Periods,
  type PeriodTotal,
  type SetAside,
} from '../../../src/modules/commission/ports/periods.ts';
import type { Commission } from '../../../src/modules/commission/domain/life-cycle/commission.ts';
import type { UncalculatedOrder } from '../../../src/modules/commission/index.ts';
import type { Id } from '../../../src/shared/ids.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import { type Rows, Table } from './fake-transaction.ts';

interface PeriodRow extends PeriodTotal {
  readonly unchecked?: { readonly since: Instant; readonly behind?: Place | undefined } | undefined;
}

export interface PeriodTables {
  readonly periods: Table<PeriodRow>;
  readonly kept: Table<Kept>;
}

export const periodTables = (): PeriodTables => ({ periods: new Table(), kept: new Table() });

const keptName = ({ period, place }: Pick<Kept, 'period' | 'place'>): string =>
  `${periodName(period)}/${placeName(place)}`;

const isBehind = (place: Place, other: Place | undefined): boolean =>
  other === undefined || comparePlaces(place, other) > 0;

export class FakePeriods extends Periods {
  private readonly opened = new Set<string>();

  constructor(private readonly tables: PeriodTables) {
    super();
  }

  holdTerms(): Promise<void> {
    return Promise.resolve();
  }

  changeTerms(): Promise<void> {
    return Promise.resolve();
  }

  ofOrders(orderIds: readonly Id<'ord'>[]): Promise<readonly Kept[]> {
    return Promise.resolve(this.tables.kept.values().filter(({ place }) => orderIds.includes(place.orderId)));
  }

  open(periods: readonly PeriodKey[]): Promise<readonly PeriodTotal[]> {
    return Promise.resolve(
      periods.map((period) => {
        const name = periodName(period);
        this.opened.add(name);
        const row = this.tables.periods.get(name) ?? { period, total: NO_FIGURES };
        this.tables.periods.set(name, row);
        return { period, total: row.total };
      }),
    );
  }

  behind(
    asked: readonly { readonly period: PeriodKey; readonly place: Place }[],
    without: readonly Id<'ord'>[],
  ): Promise<readonly Behind[]> {
    return Promise.resolve(
      asked.map(({ period, place }) => {
        this.mustBeOpen(period);
        const found = this.line(period).filter(
          (each) => isBehind(each.place, place) && !without.includes(each.place.orderId),
        );
        return { ...found.reduce<Figures>(plus, NO_FIGURES), count: found.length };
      }),
    );
  }

  save({ totals, contributions, unchecked }: Changes, since: Instant): Promise<void> {
    for (const kept of contributions) {
      this.mustBeOpen(kept.period);
      if (isSomething(kept)) this.tables.kept.set(keptName(kept), kept);
      else this.tables.kept.delete(keptName(kept));
    }
    for (const { period, total } of totals) this.change(period, { total });
    for (const { period, behind } of unchecked) {
      const before = this.rowOf(period).unchecked ?? { since, behind };
      this.change(period, { unchecked: { since: before.since, behind: earliest(before.behind, behind) } });
    }
    return Promise.resolve();
  }

  nextUnchecked(): Promise<PeriodKey | undefined> {
    const [first] = this.tables.periods
      .values()
      .flatMap(({ period, unchecked }) => (unchecked === undefined ? [] : [{ period, since: unchecked.since }]))
      .toSorted((a, b) => (a.since < b.since ? -1 : 1));
    return Promise.resolve(first?.period);
  }

  misjudged(period: PeriodKey, thresholds: Thresholds, limit: number): Promise<readonly Id<'ord'>[]> {
    const found = this.misjudgedOf(period, thresholds).map(({ place }) => place.orderId);
    return Promise.resolve([...new Set(found.slice(0, limit))]);
  }

  async checked(period: PeriodKey, thresholds: Thresholds): Promise<void> {
    await this.open([period]);
    const [next] = this.misjudgedOf(period, thresholds);
    if (next === undefined) this.change(period, { unchecked: undefined });
  }

  private misjudgedOf(period: PeriodKey, thresholds: Thresholds): readonly Kept[] {
    const { unchecked, total } = this.rowOf(period);
    if (unchecked === undefined) return [];
    let before = NO_FIGURES;
    return this.line(period).filter((kept) => {
      const now = before;
      before = plus(before, kept);
      return isBehind(kept.place, unchecked.behind) && isMisjudged(kept, now, total, thresholds);
    });
  }

  private line(period: PeriodKey): readonly Kept[] {
    return this.tables.kept
      .values()
      .filter((kept) => periodName(kept.period) === periodName(period))
      .toSorted((a, b) => comparePlaces(a.place, b.place));
  }

  private rowOf(period: PeriodKey): PeriodRow {
    return this.tables.periods.get(periodName(period)) ?? { period, total: NO_FIGURES };
  }

  private change(period: PeriodKey, change: Partial<PeriodRow>): void {
    this.mustBeOpen(period);
    this.tables.periods.set(periodName(period), { ...this.rowOf(period), ...change });
  }

  private mustBeOpen(period: PeriodKey): void {
    if (!this.opened.has(periodName(period))) throw new Error(`the period ${periodName(period)} is not open`);
  }
}

/** Absent: all of the period. */
const earliest = (a: Place | undefined, b: Place | undefined): Place | undefined => {
  if (a === undefined || b === undefined) return undefined;
  return comparePlaces(a, b) < 0 ? a : b;
};

const isMisjudged = (kept: Kept, now: Figures, total: Figures, thresholds: Thresholds): boolean => {
  const { judgedAt } = kept;
  if (judgedAt === undefined) return false;
  const earned = kept.wantedMinor > kept.earnedMinor ? kept.wantedMinor : kept.earnedMinor;
  return (
    moved(thresholds.earned, now.earnedMinor, judgedAt.before.earnedMinor, earned) ||
    moved(thresholds.orders, BigInt(now.orders), BigInt(judgedAt.before.orders), BigInt(kept.orders)) ||
    moved(thresholds.revenue, now.revenueMinor, judgedAt.before.revenueMinor, kept.revenueMinor) ||
    crossed(thresholds.allOrders, BigInt(total.orders), BigInt(judgedAt.total.orders)) ||
    crossed(thresholds.allRevenue, total.revenueMinor, judgedAt.total.revenueMinor)
  );
};

const ends = (a: bigint, b: bigint): readonly [least: bigint, most: bigint] => (a < b ? [a, b] : [b, a]);

const moved = (thresholds: readonly bigint[], now: bigint, then: bigint, own: bigint): boolean => {
  const [least, most] = ends(now, then);
  return now !== then && thresholds.some((threshold) => threshold >= least && threshold <= most + own);
};

const crossed = (thresholds: readonly bigint[], now: bigint, then: bigint): boolean => {
  const [least, most] = ends(now, then);
  return thresholds.some((threshold) => threshold > least && threshold <= most);
};

export interface QueueTables {
  readonly aside: Table<UncalculatedOrder>;
  readonly queue: Table<{ readonly orderId: Id<'ord'>; readonly since: Instant }>;
}

export const queueTables = (): QueueTables => ({ aside: new Table(), queue: new Table() });

export class FakeOrderQueue extends OrderQueue {
  constructor(
    private readonly tables: QueueTables,
    private readonly commissions: Rows<Commission>,
  ) {
    super();
  }

  setAside(orders: readonly UncalculatedOrder[]): Promise<void> {
    for (const order of orders) {
      const { since } = this.tables.aside.get(order.orderId) ?? order;
      this.tables.aside.set(order.orderId, { ...order, since });
    }
    return Promise.resolve();
  }

  areSetAside(orderIds: readonly Id<'ord'>[]): Promise<ReadonlySet<Id<'ord'>>> {
    return Promise.resolve(new Set(orderIds.filter((orderId) => this.tables.aside.has(orderId))));
  }

  calculated(orderIds: readonly Id<'ord'>[]): Promise<void> {
    for (const orderId of orderIds) this.tables.aside.delete(orderId);
    return Promise.resolve();
  }

  againSetAside({ code, programId }: SetAside, at: Instant): Promise<void> {
    for (const order of this.tables.aside.values())
      if ((code ?? order.code) === order.code && (programId ?? order.programId) === order.programId)
        this.queue(order.orderId, at);
    return Promise.resolve();
  }

  againPlacedSince(programId: Id<'prg'>, placedAt: Instant, at: Instant): Promise<void> {
    for (const commission of this.commissions.values())
      if (commission.programId === programId && commission.accruedAt >= placedAt) this.queue(commission.orderId, at);
    return Promise.resolve();
  }

  take(limit: number, among?: readonly Id<'ord'>[]): Promise<readonly Id<'ord'>[]> {
    const waiting = this.tables.queue
      .values()
      .filter(({ orderId }) => among?.includes(orderId) ?? true)
      .toSorted((a, b) => (a.since < b.since ? -1 : 1));
    const taken = waiting.slice(0, limit).map(({ orderId }) => orderId);
    for (const orderId of taken) this.tables.queue.delete(orderId);
    return Promise.resolve(taken);
  }

  private queue(orderId: Id<'ord'>, since: Instant): void {
    if (!this.tables.queue.has(orderId)) this.tables.queue.set(orderId, { orderId, since });
  }
}
