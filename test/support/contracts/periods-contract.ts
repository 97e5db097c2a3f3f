import { expect } from 'chai';
import {
  comparePlaces,
  type Contribution,
  type Place,
} from '../../../src/modules/commission/domain/periods/period-book.ts';
import type { PeriodKey, Thresholds } from '../../../src/modules/commission/domain/periods/thresholds.ts';
import type { UncalculatedOrder } from '../../../src/modules/commission/index.ts';
import type { Kept, OrderQueue, Periods } from '../../../src/modules/commission/ports/periods.ts';
import { instant } from '../../../src/shared/instant.ts';
import type { Transaction } from '../../../src/shared/transaction.ts';
import { idOf } from '../clock.ts';

export interface PeriodStores {
  readonly periods: Periods;
  readonly queue: OrderQueue;
}

const now = instant('2026-01-10T00:00:00Z');
const later = instant('2026-01-11T00:00:00Z');
const month: PeriodKey = {
  programId: idOf('prg', 1),
  scope: 'EUR/program/month',
  from: instant('2026-01-01T00:00:00Z'),
};
const mine: PeriodKey = { ...month, partnerId: idOf('par', 1), scope: 'EUR/partner/month' };
const NONE: Thresholds = { earned: [], orders: [], revenue: [], allOrders: [], allRevenue: [] };

const place = (order: number): Place => ({
  placedAt: instant(`2026-01-${String(order).padStart(2, '0')}T12:00:00Z`),
  orderId: idOf('ord', order),
  partnerId: idOf('par', 1),
});

/** The n-th order, earning 10.00, judged by what stood before it if all earned that. */
const contribution = (order: number, overrides: Partial<Contribution> = {}): Contribution => ({
  place: place(order),
  orders: 1,
  revenueMinor: 10_000n,
  earnedMinor: 1_000n,
  wantedMinor: 1_000n,
  judgedAt: {
    before: {
      orders: order - 1,
      revenueMinor: 10_000n * BigInt(order - 1),
      earnedMinor: 1_000n * BigInt(order - 1),
    },
    total: { orders: 5, revenueMinor: 50_000n, earnedMinor: 5_000n },
  },
  ...overrides,
});

const five = { orders: 5, revenueMinor: 50_000n, earnedMinor: 5_000n };
const kept = (order: number, overrides: Partial<Kept> = {}): Kept => ({
  period: month,
  ...contribution(order, overrides),
  ...overrides,
});

const aside = (order: number, overrides: Partial<UncalculatedOrder> = {}): UncalculatedOrder => ({
  orderId: idOf('ord', order),
  orderRef: `A-${order}`,
  programId: idOf('prg', 1),
  code: 'commission.rate_missing',
  detail: 'there is no rate',
  since: now,
  ...overrides,
});

/** What every store of periods promises; the fake and the real one both run through it. */
export const periodsContract = (make: () => Promise<Transaction<PeriodStores>>): void => {
  const withFive = async (): Promise<Transaction<PeriodStores>> => {
    const transaction = await make();
    await transaction.run(async ({ periods }) => {
      expect(await periods.open([month])).to.deep.equal([
        { period: month, total: { orders: 0, revenueMinor: 0n, earnedMinor: 0n } },
      ]);
      await periods.save(
        {
          totals: [{ period: month, total: five }],
          contributions: [1, 2, 3, 4, 5].map((order) => kept(order)),
          unchecked: [],
        },
        now,
      );
    });
    return transaction;
  };

  it('gives back what orders contribute, and the totals of their periods', async () => {
    const transaction = await withFive();

    await transaction.run(async ({ periods }) => {
      expect(await periods.ofOrders([idOf('ord', 2), idOf('ord', 9)])).to.deep.equal([kept(2)]);
      const opened = await periods.open([mine, month]);
      expect(opened.find(({ period }) => period.partnerId === undefined)?.total).to.deep.equal(five);
      expect(opened.find(({ period }) => period.partnerId !== undefined)?.period).to.deep.equal(mine);
    });
  });

  it('says what stands behind each place, but for some orders', async () => {
    const transaction = await withFive();

    await transaction.run(async ({ periods }) => {
      await periods.open([month, mine]);
      const found = await periods.behind(
        [
          { period: month, place: place(5) },
          { period: month, place: place(1) },
          { period: mine, place: place(1) },
          { period: month, place: place(3) },
        ],
        [idOf('ord', 4)],
      );
      expect(found.map(({ orders, earnedMinor, count }) => [orders, earnedMinor, count])).to.deep.equal([
        [0, 0n, 0],
        [3, 3_000n, 3],
        [0, 0n, 0],
        [1, 1_000n, 1],
      ]);
    });
  });

  it('replaces a contribution, moves it to another place, and lets go of one that is nothing any more', async () => {
    const transaction = await withFive();
    const nothing = { orders: 0, revenueMinor: 0n, earnedMinor: 0n, wantedMinor: 0n, judgedAt: undefined };
    const moved = { ...place(2), placedAt: instant('2026-01-20T00:00:00Z') };

    await transaction.run(async ({ periods }) => {
      await periods.open([month]);
      const contributions = [kept(1, { earnedMinor: 1n }), kept(2, { place: moved }), kept(3, nothing)];
      await periods.save({ totals: [], contributions, unchecked: [] }, now);
    });

    const unordered = await transaction.run(({ periods }) =>
      periods.ofOrders([1, 2, 3].map((order) => idOf('ord', order))),
    );
    const found = unordered.toSorted((a, b) => comparePlaces(a.place, b.place));
    expect(
      found.map(({ place: { orderId, placedAt }, earnedMinor }) => [orderId, placedAt, earnedMinor]),
    ).to.deep.equal([
      [idOf('ord', 1), place(1).placedAt, 1n],
      [idOf('ord', 2), moved.placedAt, 1_000n],
    ]);
  });

  it('finds who is misjudged behind a place: only where a threshold lies between then and now', async () => {
    const transaction = await withFive();
    const shifted = { ...five, earnedMinor: 4_500n };
    await transaction.run(async ({ periods }) => {
      await periods.open([month]);
      await periods.save(
        {
          totals: [{ period: month, total: shifted }],
          contributions: [kept(2, { earnedMinor: 500n })],
          unchecked: [{ period: month, behind: place(2) }],
        },
        now,
      );
    });
    const misjudged = (thresholds: Partial<Thresholds>, limit = 10) =>
      transaction.run(({ periods }) => periods.misjudged(month, { ...NONE, ...thresholds }, limit));

    expect(await misjudged({})).to.be.empty;
    expect(await misjudged({ earned: [6_000n] })).to.be.empty;
    expect(await misjudged({ earned: [3_500n] })).to.deep.equal([idOf('ord', 4), idOf('ord', 5)]);
    expect(await misjudged({ earned: [1_000n] })).to.be.empty;
    expect(await misjudged({ earned: [2_000n, 4_800n] }, 1)).to.deep.equal([idOf('ord', 3)]);
    expect(await misjudged({ orders: [3n], revenue: [30_000n] })).to.be.empty;
  });

  it('finds everybody when the period as a whole has crossed a step, and nobody when it came back', async () => {
    const transaction = await withFive();
    const total = (orders: number) =>
      transaction.run(async ({ periods }) => {
        await periods.open([month]);
        await periods.save(
          {
            totals: [{ period: month, total: { ...five, orders } }],
            contributions: [],
            unchecked: [{ period: month }],
          },
          now,
        );
      });
    const misjudged = () =>
      transaction.run(({ periods }) => periods.misjudged(month, { ...NONE, allOrders: [6n] }, 10));

    await total(6);
    expect(await misjudged()).to.have.length(5);
    await total(5);
    expect(await misjudged()).to.be.empty;
  });

  it('remembers the earliest place to check from, the longest unchecked first, until all are judged right', async () => {
    const transaction = await withFive();
    const thresholds = { ...NONE, earned: [4_000n] };
    await transaction.run(async ({ periods }) => {
      await periods.open([month]);
      await periods.save({ totals: [], contributions: [], unchecked: [{ period: month, behind: place(3) }] }, now);
    });
    await transaction.run(async ({ periods }) => {
      await periods.open([month, mine]);
      const unchecked = [{ period: mine }, { period: month, behind: place(4) }, { period: month, behind: place(1) }];
      for (const each of unchecked) await periods.save({ totals: [], contributions: [], unchecked: [each] }, later);
      await periods.save(
        {
          totals: [{ period: month, total: { ...five, earnedMinor: 6_000n } }],
          contributions: [kept(2, { earnedMinor: 2_000n, wantedMinor: 2_000n })],
          unchecked: [],
        },
        later,
      );
    });

    const misjudged = [idOf('ord', 3), idOf('ord', 4), idOf('ord', 5)];
    await transaction.run(async ({ periods }) => {
      expect(await periods.nextUnchecked()).to.deep.equal(month);
      expect(await periods.misjudged(month, thresholds, 10)).to.deep.equal(misjudged);
      await periods.checked(month, thresholds);
      expect(await periods.misjudged(month, thresholds, 10)).to.deep.equal(misjudged);
      await periods.checked(month, NONE);
      expect(await periods.nextUnchecked()).to.deep.equal(mine);
      await periods.checked(mine, NONE);
      expect(await periods.nextUnchecked()).to.equal(undefined);
    });
  });

  it('keeps orders aside with the newest reason and the oldest moment, and lines them up again by reason', async () => {
    const transaction = await make();
    await transaction.run(({ queue }) => queue.setAside([aside(1), aside(2), aside(3, { programId: idOf('prg', 2) })]));
    await transaction.run(({ queue }) => queue.setAside([aside(1, { code: 'commission.fact_missing', since: later })]));
    await transaction.run(({ queue }) => queue.calculated([idOf('ord', 9)]));

    await transaction.run(({ queue }) =>
      queue.againSetAside({ code: 'commission.rate_missing', programId: idOf('prg', 1) }, now),
    );
    await transaction.run(({ queue }) => queue.againSetAside({ code: 'commission.rate_missing' }, later));

    expect(await transaction.run(({ queue }) => queue.take(1, [idOf('ord', 4)]))).to.be.empty;
    expect(await transaction.run(({ queue }) => queue.take(1, [idOf('ord', 2)]))).to.deep.equal([idOf('ord', 2)]);
    expect(await transaction.run(({ queue }) => queue.take(10))).to.deep.equal([idOf('ord', 3)]);
    expect(await transaction.run(({ queue }) => queue.take(10))).to.be.empty;

    await transaction.run(({ queue }) => queue.calculated([idOf('ord', 2)]));
    await transaction.run(({ queue }) => queue.againSetAside({}, later));
    expect(await transaction.run(({ queue }) => queue.take(10))).to.have.members([idOf('ord', 1), idOf('ord', 3)]);
  });
};
