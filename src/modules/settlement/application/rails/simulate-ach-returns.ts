import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { achReferenceOf } from '../../domain/rails/ach.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type { AchFiles } from '../../ports/ach-files.ts';
import type { PaymentFile } from './payment-file.ts';

export interface AchQuestion {
  readonly batchId: BatchId;
  readonly entries: readonly {
    readonly payoutId: PayoutId;
    /** `R03`, `C01`. */
    readonly code: string;
    readonly corrected?: string | undefined;
  }[];
}

/** Plays the receiving banks of ACH: answers a batch's file with one of returns. For sandboxes. */
export class SimulateAchReturns {
  constructor(
    private readonly paymentFile: PaymentFile,
    private readonly files: AchFiles,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.batch_not_found`, `settlement.no_file`, `settlement.malformed_ach_file`, `settlement.unknown_payout`. */
  async run({ batchId, entries }: AchQuestion): Promise<string> {
    const sent = await this.paymentFile.of(batchId);
    const strangers = entries.filter(({ payoutId }) => !sent.includes(achReferenceOf(payoutId)));
    if (strangers.length > 0) {
      const names = strangers.map(({ payoutId }) => payoutId).join(', ');
      throw new AppError('refused', 'settlement.unknown_payout', `not in this batch's file: ${names}`);
    }
    const answers = entries.map(({ payoutId, ...answer }) => ({ ...answer, reference: achReferenceOf(payoutId) }));
    return this.files.writeReturns(sent, answers, this.clock.now());
  }
}
