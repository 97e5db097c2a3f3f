import type { Clock } from '../../../../shared/clock.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Adjustment } from '../../domain/life-cycle/adjustment.ts';
import { AdjustmentsPort, type DecidedAdjustment } from '../../index.ts';
import type { CommissionTransaction } from '../../ports/commissions.ts';
import type { AdjustmentLimits } from './adjustment-limits.ts';
import { counted } from './decide-adjustment.ts';
import { knownProgram } from '../terms/known-program.ts';
import { aboutCommission, amountOf } from './make-adjustment.ts';

/** Makes the entries that other modules have decided on. Who had to agree, they have seen to. */
export class AdjustForOthers extends AdjustmentsPort {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly limits: Pick<AdjustmentLimits, 'of'>,
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {
    super();
  }

  async limit(programId: Id<'prg'>): Promise<MoneyJson> {
    return (await this.limits.of(programId)).toJSON();
  }

  async adjust({ adjustmentId: id, subject, by, approvedBy, ...asked }: DecidedAdjustment): Promise<void> {
    const { currency } = await knownProgram(this.partners, asked.programId);
    const amount = amountOf({ amount: asked.amount, kind: 'adjustment' }, currency);
    const now = this.clock.now();
    await this.transaction.run(async (stores) => {
      const about = await aboutCommission(stores, asked);
      const adjustment: Adjustment = {
        ...asked,
        ...about,
        id,
        kind: 'adjustment',
        amount,
        state: 'approved',
        proposedBy: by,
        proposedAt: now,
        decidedBy: approvedBy,
        decidedAt: now,
      };
      const added = await stores.adjustments.add([adjustment]);
      if (added.length > 0) await counted(stores, adjustment, now, subject);
    });
  }
}
