import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import { ending } from '../../domain/life-cycle/ending.ts';
import { otherStep, type PastStep } from '../../domain/life-cycle/history.ts';
import { openHolds, released } from '../../domain/life-cycle/holds.ts';
import { recruitWays } from '../../domain/life-cycle/recruits.ts';
import { at } from '../../domain/life-cycle/step.ts';
import type { CommissionId } from '../../index.ts';
import type { CommissionStores, CommissionTransaction } from '../../ports/commissions.ts';
import { keep } from './keep.ts';
import { foundCommission } from './known-commission.ts';
import type { ReckonCommissions } from './reckon-commissions.ts';

export interface Review {
  readonly commissionId: CommissionId;
  /** `confirm`: it goes on, with as much time again. `end`: it is reversed, for good. */
  readonly outcome: 'confirm' | 'end';
  readonly note: string;
  readonly by: string;
}

/** Somebody has looked at a commission that had become too old. */
export class ReviewCommission {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly reckon: ReckonCommissions,
    private readonly clock: Clock,
  ) {}

  /** Throws `commission.not_found`, `commission.not_under_review`. */
  run(review: Review): Promise<Commission> {
    return this.transaction.run(async (stores) => {
      const commission = await foundCommission(stores, review.commissionId);
      if (!openHolds(commission.holds).some(({ by }) => by === 'review')) throw notUnderReview(commission);
      if (review.outcome === 'end') await this.end(stores, commission, review);
      else await this.confirm(stores, commission, review);
      return foundCommission(stores, review.commissionId);
    });
  }

  private async confirm(stores: CommissionStores, commission: Commission, review: Review): Promise<void> {
    const now = this.clock.now();
    const holds = released(commission.holds, 'review', now);
    await stores.commissions.save([{ ...commission, holds, reviewedAt: now }]);
    await stores.commissions.record([this.reviewed(commission, review)], now);
    // Where the facts put it meanwhile, reckoning knows; it is told to look.
    await this.reckon.run(stores, [{ orderId: commission.orderId }]);
  }

  private async end(stores: CommissionStores, commission: Commission, review: Review): Promise<void> {
    const now = this.clock.now();
    const holds = released(commission.holds, 'review', now);
    const way = ending(at({ ...commission, holds, reviewedAt: now }), { reason: 'review_ended', at: now });
    const all = await stores.commissions.ofOrders([commission.orderId]);
    const ways = [way, ...recruitWays(way, undefined, [], all)];
    const steps = ways.flatMap((each) => each.steps);
    await stores.commissions.record([this.reviewed(commission, review)], now);
    await keep(stores, { commissions: ways.map((each) => each.commission), steps }, now);
  }

  private reviewed(commission: Commission, { outcome, by: actor, note }: Review): PastStep {
    return otherStep(commission, 'reviewed', this.clock.now(), { reasons: [outcome], actor, note });
  }
}

const notUnderReview = ({ id, state }: Commission): AppError =>
  new AppError(
    'conflict',
    'commission.not_under_review',
    `${id} is ${state} and waits for no review; GET /v1/commissions/${id} says what it waits for`,
  );
