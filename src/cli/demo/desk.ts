import type { Month } from '../../shared/calendar.ts';
import { AppError } from '../../shared/errors.ts';
import type { House, World } from './world.ts';

interface Batch {
  readonly id: string;
  readonly state: string;
  readonly period: string;
}

/** Finance at the end of a month: close, have somebody else approve, send, hear from the bank, reconcile. */
export class FinanceDesk {
  constructor(private readonly world: World<House>) {}

  async close(month: Month): Promise<void> {
    const { stage, programId } = this.world;
    await stage.staff.post(`/v1/programs/${programId}/periods/${month}/close`);
    await this.world.settle();
  }

  /** What the close of that month has prepared; goes on where somebody else was cut off. */
  async payOut(month: Month): Promise<void> {
    const { stage, programId } = this.world;
    const { data } = await stage.staff.get<{ data: readonly Batch[] }>(
      `/v1/payout-batches?programId=${programId}&limit=1000`,
    );
    for (const batch of data.filter(({ period, state }) => period === month && state !== 'cancelled'))
      await this.send(batch);
    await this.world.settle();
  }

  private async send({ id, state }: Batch): Promise<void> {
    const { staff, approver } = this.world.stage;
    if (state === 'draft') await approver.post(`/v1/payout-batches/${id}/approve`);
    await staff.post(`/v1/payout-batches/${id}/submit`);
    await this.world.settle();
    // The bank answers once: without its statement, its next one would not fit.
    const statement = await staff.postForText('/v1/sandbox/bank/statements', { batchId: id }, `bank:${id}`);
    const { breaks } = await staff.postXml<{ breaks: number }>('/v1/bank-statements', statement);
    if (breaks > 0)
      throw new AppError(
        'refused',
        'demo.breaks',
        `${breaks} lines of the bank statement did not fit; see /v1/reconciliation/breaks`,
      );
  }
}
