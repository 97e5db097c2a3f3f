import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Cause } from '../../domain/life-cycle/step.ts';
import { NO_THRESHOLDS, thresholdsOf } from '../../domain/periods/thresholds.ts';
import type { CommissionStores, CommissionTransaction } from '../../ports/commissions.ts';
import type { OrderLists } from '../../ports/order-lists.ts';
import type { ReckonCommissions } from './reckon-commissions.ts';

/** Orders a transaction: their periods are locked as long as it takes. */
const BATCH = 100;

/**
 * Looks again at orders for which something else has changed: an order before them came late or went away, the period has
 * crossed a step, a rate or terms have arrived. A little at a time, so that nobody waits long; what is judged already
 * stands, and the rest follows. An order that makes a batch fail, whatever the error, is set aside alone.
 */
export class CheckPeriods {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly reckon: ReckonCommissions,
    private readonly lists: Pick<OrderLists, 'backlog'>,
    private readonly clock: Clock,
  ) {}

  /** True when there may be more. */
  async run(): Promise<boolean> {
    const queued = await this.takeQueued();
    const checked = await this.checkOne();
    return queued || checked;
  }

  async isDue(): Promise<boolean> {
    const { orders, periods } = await this.lists.backlog();
    return orders + periods > 0;
  }

  private async takeQueued(): Promise<boolean> {
    let orderIds: readonly Id<'ord'>[] = [];
    try {
      await this.transaction.run(async (stores) => {
        orderIds = await stores.queue.take(BATCH);
        await this.reckon.run(stores, newsOf(orderIds));
      });
    } catch (error) {
      if (isOfNoOrder(error, orderIds)) throw error;
      for (const orderId of orderIds) await this.alone(orderId, ({ queue }) => queue.take(1, [orderId]));
    }
    return orderIds.length === BATCH;
  }

  private async checkOne(): Promise<boolean> {
    let orderIds: readonly Id<'ord'>[] = [];
    const because = { reason: 'period_changed' as const, at: this.clock.now() };
    try {
      return await this.transaction.run(async (stores) => {
        const period = await stores.periods.nextUnchecked();
        if (period === undefined) return false;
        const versions = await stores.terms.ofPrograms([period.programId]);
        const thresholds = thresholdsOf(versions).get(period.scope) ?? NO_THRESHOLDS;
        orderIds = await stores.periods.misjudged(period, thresholds, BATCH);
        await this.reckon.run(stores, newsOf(orderIds), because);
        // Where there were as many as fit, there are more: the next look finds them.
        if (orderIds.length < BATCH) await stores.periods.checked(period, thresholds);
        return true;
      });
    } catch (error) {
      if (isOfNoOrder(error, orderIds)) throw error;
      for (const orderId of orderIds) await this.alone(orderId, () => Promise.resolve([orderId]), because);
      return true;
    }
  }

  /** In a transaction of its own, if it is still its turn. */
  private async alone(
    orderId: Id<'ord'>,
    turn: (stores: CommissionStores) => Promise<readonly Id<'ord'>[]>,
    because?: Cause,
  ): Promise<void> {
    try {
      await this.transaction.run(async (stores) => this.reckon.run(stores, newsOf(await turn(stores)), because));
    } catch (error) {
      if (isOfNoOrder(error, [orderId])) throw error;
      await this.transaction.run(async (stores) => {
        for (const each of await turn(stores)) await this.reckon.setAside(stores, each, reasonOf(error));
      });
    }
  }
}

const newsOf = (orderIds: readonly Id<'ord'>[]) => orderIds.map((orderId) => ({ orderId }));

/** Nothing is wrong with the orders: there are none, or the database was away, and a later run does it all. */
const isOfNoOrder = (error: unknown, orderIds: readonly Id<'ord'>[]): boolean =>
  orderIds.length === 0 || (error instanceof AppError && error.kind === 'unavailable');

const reasonOf = (error: unknown): Pick<AppError, 'code' | 'message'> =>
  error instanceof AppError
    ? error
    : new AppError('refused', 'commission.unexpected', `a mistake of ours, tell us: ${String(error).slice(0, 300)}`);
