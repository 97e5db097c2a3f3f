import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Adjustment, type AdjustmentId, decided } from '../../domain/life-cycle/adjustment.ts';
import { announcedAdjustment } from '../../domain/life-cycle/announcements.ts';
import { adjustedStep } from '../../domain/life-cycle/history.ts';
import type { CommissionStores, CommissionTransaction } from '../../ports/commissions.ts';

export interface AdjustmentDecision {
  readonly id: AdjustmentId;
  readonly action: 'approve' | 'reject';
  readonly by: string;
  readonly note?: string | undefined;
}

/** A second person agrees to an adjustment, or anybody says it is not to be. */
export class DecideAdjustment {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly clock: Clock,
  ) {}

  /** Throws `commission.adjustment_not_found`, `commission.adjustment_four_eyes`, `adjustment.illegal_move`. */
  run({ id, action, by, note }: AdjustmentDecision): Promise<Adjustment> {
    return this.transaction.run(async (stores) => {
      const [found] = await stores.adjustments.ofIds([id]);
      if (found === undefined) throw noAdjustment(id);
      const now = this.clock.now();
      const adjustment = decided(found, action, { by, at: now, note });
      await stores.adjustments.save(adjustment);
      if (action === 'approve') await counted(stores, adjustment, now);
      return adjustment;
    });
  }
}

export const noAdjustment = (id: AdjustmentId): AppError =>
  new AppError('not_found', 'commission.adjustment_not_found', `there is no adjustment ${id}`);

/** From now on it counts: it is told, and the commission it is about remembers it. */
export const counted = async (
  { commissions, outbox }: CommissionStores,
  adjustment: Adjustment,
  at: Instant,
  subject?: string,
): Promise<void> => {
  const { commissionId } = adjustment;
  const about = commissionId === undefined ? [] : await commissions.ofIds([commissionId]);
  await commissions.record(
    about.map((commission) => adjustedStep(commission, adjustment)),
    at,
  );
  outbox.publish(announcedAdjustment(adjustment, at, subject));
};
