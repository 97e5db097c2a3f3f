import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { type Approval, missingOf, ruleFor, withApproval } from '../../domain/payouts/approval.ts';
import { moveBatch, movePayout, type PayoutAction } from '../../domain/payouts/payout-life-cycle.ts';
import type { Batch, Payout } from '../../domain/payouts/payout.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type { BatchReader } from '../../ports/batch-reader.ts';
import type { BooksStore, SettlementTransaction } from '../../ports/settlement-stores.ts';

export interface ApprovedBatch {
  readonly batch: Batch;
  readonly approvals: readonly Approval[];
  /** What it takes yet before it may be sent, in words. */
  readonly missing: readonly string[];
}

/** Somebody else than who closed the period says that its payouts are right; of large amounts, two have to. */
export class ApproveBatch {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `settlement.batch_not_found`, `settlement.four_eyes`, `settlement.approved_already`,
   * `settlement.illegal_move`, `settlement.period_not_ready`.
   */
  run(batchId: BatchId, by: string, isSenior = false): Promise<ApprovedBatch> {
    return this.transaction.run(async ({ books, payouts, control: { approvals, policies } }) => {
      const found = await payouts.batch(batchId);
      await mustBeWhole(books, found);
      const total = await approvals.totalOf(found.programId, found.period);
      const rule = ruleFor(total, (await policies.current(found.programId))?.terms ?? {});
      const before = await approvals.ofBatch(batchId);
      const approval: Approval = { by, at: this.clock.now(), isSenior };
      const batch = withApproval(found, before, approval, rule);
      await approvals.add(batchId, approval);
      if (batch.state === 'approved') {
        const open = (await payouts.ofBatch(batchId)).filter(({ state }) => state === 'draft');
        await payouts.saveBatch(batch);
        await payouts.save(open.map((payout) => moved(payout, 'approve')));
      }
      const all = [...before, approval];
      return { batch, approvals: all, missing: missingOf(all, rule) };
    });
  }
}

/** Nobody is paid from this batch; the balances wait for the next close. */
export class CancelBatch {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.batch_not_found`, `settlement.illegal_move`, `settlement.period_not_ready`. */
  run(batchId: BatchId): Promise<Batch> {
    return this.transaction.run(async ({ books, payouts }) => {
      const found = await payouts.batch(batchId);
      await mustBeWhole(books, found);
      const batch: Batch = { ...found, state: moveBatch(found.state, 'cancel') };
      const endedAt = this.clock.now();
      const open = (await payouts.ofBatch(batchId)).filter(({ state }) => state !== 'cancelled');
      await payouts.saveBatch(batch);
      await payouts.save(
        open.map((payout) => {
          const reason = payout.heldBack?.because ?? 'batch_cancelled';
          return { ...moved(payout, 'cancel'), endedAt, reason };
        }),
      );
      return batch;
    });
  }
}

/** One payout is taken out of its batch before it is sent; its balance waits. The last one takes the batch with it. */
export class TakeOutPayout {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly reader: BatchReader,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.payout_not_found`, `settlement.payout_sent`, `settlement.illegal_move`, `settlement.period_not_ready`. */
  async run(payoutId: PayoutId, reason: string, by: string): Promise<Payout> {
    const batchId = await this.reader.batchOf(payoutId);
    const now = this.clock.now();
    return this.transaction.run(async ({ books, payouts, control: { approvals } }) => {
      const batch = await payouts.batch(batchId);
      await mustBeWhole(books, batch);
      const all = await payouts.ofBatch(batchId);
      const payout = all.find(({ id }) => id === payoutId);
      if (payout === undefined) throw new Error(`${payoutId} has left ${batchId}`);
      if (batch.state === 'submitted') throw sentAlready(payoutId);
      const after: Payout = { ...moved(payout, 'cancel'), endedAt: now, reason: 'taken_out' };
      await payouts.save([after]);
      await approvals.addRemoval({ payoutId, removedBy: by, removedAt: now, reason });
      const isLast = all.every(({ id, state }) => id === payoutId || state === 'cancelled');
      if (isLast) await payouts.saveBatch({ ...batch, state: moveBatch(batch.state, 'cancel') });
      return after;
    });
  }
}

/** While a close decides, its batches still grow, and limits look at what all of it comes to. */
const mustBeWhole = async (books: BooksStore, { programId, period }: Batch): Promise<void> => {
  if ((await books.period(programId, period))?.state !== 'closing') return;
  throw new AppError(
    'unavailable',
    'settlement.period_not_ready',
    `${period} is still being closed; try again shortly`,
    {
      retryAfterSeconds: 1,
    },
  );
};

const sentAlready = (payoutId: PayoutId): AppError =>
  new AppError('conflict', 'settlement.payout_sent', `${payoutId} is sent; only its rail can say what becomes of it`);

const moved = (payout: Payout, action: PayoutAction): Payout => ({
  ...payout,
  state: movePayout(payout.state, action),
});
