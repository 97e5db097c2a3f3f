import type { Month } from '../../shared/calendar.ts';
import { AppError } from '../../shared/errors.ts';
import type { World } from './world.ts';

interface Batch {
  readonly id: string;
  readonly state: string;
  readonly period: string;
}

/** Finance at the end of a month: close, have somebody else approve, send, hear from the bank, reconcile. */
export class FinanceDesk {
  constructor(private readonly world: World) {}

  async close(month: Month): Promise<void> {
    const { stage, programId } = this.world;
    await stage.staff.post(`/v1/programs/${programId}/periods/${month}/close`);
    await this.world.settle();
    const { data } = await stage.staff.get<{ data: readonly Batch[] }>(
      `/v1/payout-batches?programId=${programId}&limit=1000`,
    );
    for (const { id } of data.filter(({ period, state }) => period === month && state === 'draft'))
      await this.payOut(id);
    await this.world.settle();
  }

  private async payOut(batchId: string): Promise<void> {
    const { staff, approver } = this.world.stage;
    await approver.post(`/v1/payout-batches/${batchId}/approve`);
    await staff.post(`/v1/payout-batches/${batchId}/submit`);
    await this.world.settle();
    const statement = await staff.postForText('/v1/sandbox/bank/statements', { batchId });
    const { breaks } = await staff.postXml<{ breaks: number }>('/v1/bank-statements', statement);
    if (breaks > 0)
      throw new AppError(
        'refused',
        'demo.breaks',
        `${breaks} lines of the bank statement did not fit; see /v1/reconciliation/breaks`,
      );
  }
}
