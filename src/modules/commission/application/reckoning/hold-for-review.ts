import type { Clock } from '../../../../shared/clock.ts';
import { heldLike } from '../../domain/life-cycle/recruits.ts';
import { at, type Way, went } from '../../domain/life-cycle/step.ts';
import { reviewDue } from '../../domain/life-cycle/waiting.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';
import type { CommissionStores, CommissionTransaction } from '../../ports/commissions.ts';
import { keep } from './keep.ts';

const BATCH = 200;

/** Holds what has not vested in the time the terms give it, and says so. It counts from the day it was due. */
export class HoldForReview {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly reader: Pick<CommissionReader, 'isDueForReview'>,
    private readonly clock: Clock,
  ) {}

  /** True when there may be more. */
  run(): Promise<boolean> {
    return this.transaction.run(async (stores) => {
      const now = this.clock.now();
      const due = await stores.commissions.dueForReview(now, BATCH);
      const parents = due.map((commission) => reviewDue(commission, now).reduce(went, at(commission)));
      const ways = [...parents, ...(await recruitsOf(stores, parents))];
      const steps = ways.flatMap((way) => way.steps);
      await keep(stores, { commissions: ways.map(({ commission }) => commission), steps }, now);
      return due.length === BATCH;
    });
  }

  isDue(): Promise<boolean> {
    return this.reader.isDueForReview(this.clock.now());
  }
}

/** What follows them is held with them. */
export const recruitsOf = async (
  { commissions }: Pick<CommissionStores, 'commissions'>,
  parents: readonly Way[],
): Promise<readonly Way[]> => {
  const byId = new Map(parents.map(({ commission }) => [commission.id, commission]));
  const all = await commissions.ofOrders([...new Set(parents.map(({ commission }) => commission.orderId))]);
  return all.flatMap((each) => {
    const parent = each.recruit && byId.get(each.recruit.parentId);
    return parent === undefined || each.endReason !== undefined ? [] : [heldLike(parent, each)];
  });
};
