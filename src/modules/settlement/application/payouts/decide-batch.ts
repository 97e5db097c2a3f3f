import type { Clock } from '../../../../shared/clock.ts';
import { moveBatch, movePayout, type PayoutAction } from '../../domain/payouts/payout-life-cycle.ts';
import { approved, type Batch, type Payout } from '../../domain/payouts/payout.ts';
import type { BatchId } from '../../index.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';

/** A second person says that the payouts of a close are right. */
export class ApproveBatch {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.batch_not_found`, `settlement.four_eyes`, `settlement.illegal_move`. */
  run(batchId: BatchId, by: string): Promise<Batch> {
    return this.transaction.run(async ({ payouts }) => {
      const batch = approved(await payouts.batch(batchId), by, this.clock.now());
      await payouts.saveBatch(batch);
      await payouts.save((await payouts.ofBatch(batchId)).map((payout) => moved(payout, 'approve')));
      return batch;
    });
  }
}

/** Nobody is paid from this batch; the balances wait for the next close. */
export class CancelBatch {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.batch_not_found`, `settlement.illegal_move`. */
  run(batchId: BatchId): Promise<Batch> {
    return this.transaction.run(async ({ payouts }) => {
      const found = await payouts.batch(batchId);
      const batch: Batch = { ...found, state: moveBatch(found.state, 'cancel') };
      const endedAt = this.clock.now();
      const all = await payouts.ofBatch(batchId);
      await payouts.saveBatch(batch);
      await payouts.save(all.map((payout) => ({ ...moved(payout, 'cancel'), endedAt, reason: 'batch_cancelled' })));
      return batch;
    });
  }
}

const moved = (payout: Payout, action: PayoutAction): Payout => ({
  ...payout,
  state: movePayout(payout.state, action),
});
