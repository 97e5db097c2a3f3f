import type { Clock } from '../../../shared/clock.ts';
import { NO_THRESHOLDS, thresholdsOf } from '../domain/thresholds.ts';
import type { CommissionStores, CommissionTransaction } from '../ports/commissions.ts';
import type { OrderLists } from '../ports/order-lists.ts';
import type { ReckonCommissions } from './reckon-commissions.ts';

/** Orders a transaction: their periods are locked as long as it takes. */
const BATCH = 100;

/**
 * Looks again at orders for which something else has changed: an order before them came late or went away, the period has
 * crossed a step, a rate or terms have arrived. A little at a time, so that nobody waits long; what is judged already
 * stands, and the rest follows.
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
    const queued = await this.transaction.run((stores) => this.takeQueued(stores));
    const checked = await this.transaction.run((stores) => this.checkOne(stores));
    return queued || checked;
  }

  async isDue(): Promise<boolean> {
    const { orders, periods } = await this.lists.backlog();
    return orders + periods > 0;
  }

  private async takeQueued(stores: CommissionStores): Promise<boolean> {
    const orderIds = await stores.queue.take(BATCH);
    await this.reckon.run(
      stores,
      orderIds.map((orderId) => ({ orderId })),
    );
    return orderIds.length === BATCH;
  }

  private async checkOne(stores: CommissionStores): Promise<boolean> {
    const period = await stores.periods.nextUnchecked();
    if (period === undefined) return false;
    const versions = await stores.terms.ofPrograms([period.programId]);
    const thresholds = thresholdsOf(versions).get(period.scope) ?? NO_THRESHOLDS;
    const orderIds = await stores.periods.misjudged(period, thresholds, BATCH);
    const because = { reason: 'period_changed' as const, at: this.clock.now() };
    await this.reckon.run(
      stores,
      orderIds.map((orderId) => ({ orderId })),
      because,
    );
    // Where there were as many as fit, there are more: the next look finds them.
    if (orderIds.length < BATCH) await stores.periods.checked(period, thresholds);
    return true;
  }
}
