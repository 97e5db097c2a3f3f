import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { heldOrReleased } from '../../domain/life-cycle/advance.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import { otherStep } from '../../domain/life-cycle/history.ts';
import { type Hold, openHolds, released } from '../../domain/life-cycle/holds.ts';
import { isOpen } from '../../domain/life-cycle/life-cycle.ts';
import { at } from '../../domain/life-cycle/step.ts';
import type { CommissionId } from '../../index.ts';
import type { CommissionTransaction } from '../../ports/commissions.ts';
import { recruitsOf } from './hold-for-review.ts';
import { keep } from './keep.ts';
import { foundCommission } from './known-commission.ts';
import type { ReckonCommissions } from './reckon-commissions.ts';

export interface HoldRequest {
  readonly commissionId: CommissionId;
  /** A code: `dispute`, `missing_acceptance`, … */
  readonly reason: string;
  readonly note: string;
  readonly by: string;
}

/** Somebody of the staff stops a commission where it is, and its clock with it. */
export class HoldCommission {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly clock: Clock,
  ) {}

  /** Throws `commission.not_found`, `commission.not_open`. */
  run({ commissionId, reason, note, by }: HoldRequest): Promise<Commission> {
    return this.transaction.run(async (stores) => {
      const commission = await foundCommission(stores, commissionId);
      if (!isOpen(commission.state)) throw notOpen(commission);
      const now = this.clock.now();
      const hold: Hold = { by: 'staff', reasons: [reason], from: now };
      const way = heldOrReleased(at({ ...commission, holds: [...commission.holds, hold] }));
      const ways = [way, ...(await recruitsOf(stores, [way]))];
      await stores.commissions.record(
        [otherStep(commission, 'stopped', now, { reasons: [reason], actor: by, note })],
        now,
      );
      const steps = ways.flatMap((each) => each.steps);
      await keep(stores, { commissions: ways.map((each) => each.commission), steps }, now);
      return way.commission;
    });
  }
}

/** Takes the staff's own holds off again; fraud's and those of a review are not theirs to take. */
export class ReleaseCommission {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly reckon: ReckonCommissions,
    private readonly clock: Clock,
  ) {}

  /** Throws `commission.not_found`, `commission.not_stopped`. */
  run({ commissionId, note, by }: Omit<HoldRequest, 'reason'>): Promise<Commission> {
    return this.transaction.run(async (stores) => {
      const commission = await foundCommission(stores, commissionId);
      if (!openHolds(commission.holds).some((hold) => hold.by === 'staff')) throw notStopped(commission);
      const now = this.clock.now();
      await stores.commissions.save([{ ...commission, holds: released(commission.holds, 'staff', now) }]);
      await stores.commissions.record([otherStep(commission, 'resumed', now, { actor: by, note })], now);
      await this.reckon.run(stores, [{ orderId: commission.orderId }]);
      return foundCommission(stores, commissionId);
    });
  }
}

const notOpen = ({ id, state }: Commission): AppError =>
  new AppError(
    'conflict',
    'commission.not_open',
    `${id} is ${state}: only what is not locked yet can be stopped; an adjustment corrects the others`,
  );

const notStopped = ({ id }: Commission): AppError =>
  new AppError(
    'conflict',
    'commission.not_stopped',
    `nobody has stopped ${id}; GET /v1/commissions/${id} says what holds it`,
  );
