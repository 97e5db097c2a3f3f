import type { Clock } from '../../../../shared/clock.ts';
import type { AdjustmentsPort } from '../../../commission/index.ts';
import { adjusted, expired } from '../../domain/disputes/decide.ts';
import type { DisputeReader, DueAdjustment } from '../../ports/disputes.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';
import { keepTurns } from './keep-turns.ts';

const BATCH = 200;

/**
 * What time and other modules have to do with disputes: whose time is over comes out by its contract, and what was
 * granted becomes an adjustment. Commission is told under an id that follows from dispute and round, so it does not matter
 * where somebody was cut off: told again, it has it already.
 */
export class RunDisputes {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly reader: DisputeReader,
    private readonly adjustments: Pick<AdjustmentsPort, 'adjust'>,
    private readonly clock: Clock,
  ) {}

  /** True when there may be more. */
  async run(): Promise<boolean> {
    const isMoreOverdue = await this.expire();
    return (await this.adjust()) || isMoreOverdue;
  }

  async isDue(): Promise<boolean> {
    return (await this.reader.isAnyOverdue(this.clock.now())) || (await this.reader.dueAdjustments(1)).length > 0;
  }

  private expire(): Promise<boolean> {
    const now = this.clock.now();
    return this.transaction.run(async (stores) => {
      const overdue = await stores.disputes.overdue(now, BATCH);
      await keepTurns(
        stores,
        overdue.map((dispute) => expired(dispute, now)),
      );
      return overdue.length === BATCH;
    });
  }

  /** One that fails stops no other; all are tried before the first failure is thrown. */
  private async adjust(): Promise<boolean> {
    const due = await this.reader.dueAdjustments(BATCH);
    const failures: unknown[] = [];
    for (const each of due) {
      try {
        await this.adjustOne(each);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return due.length === BATCH;
  }

  private async adjustOne(due: DueAdjustment): Promise<void> {
    const { disputeId, round, adjustmentId, programId, partnerId, about, granted, reason, by, approvedBy = by } = due;
    if (adjustmentId === undefined) return;
    await this.adjustments.adjust({
      ...{ adjustmentId, programId, partnerId, commissionId: about.commissionId },
      amount: granted.toJSON(),
      reason,
      note: `Dispute ${disputeId}: ${due.text}`.slice(0, MAX_NOTE),
      subject: disputeId,
      by,
      approvedBy,
    });
    await this.transaction.run(async (stores) => {
      const dispute = await stores.disputes.get(disputeId);
      const resolution = (await stores.disputes.resolutions(disputeId)).find((each) => each.round === round);
      if (resolution === undefined || resolution.adjustedAt !== undefined) return; // somebody else was faster
      await keepTurns(stores, [adjusted(dispute, resolution, this.clock.now())]);
    });
  }
}

/** Of an adjustment's note. */
const MAX_NOTE = 1_000;
