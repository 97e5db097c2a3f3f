import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../shared/errors.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type { BatchPayees, BatchReader } from '../../ports/batch-reader.ts';
import { noBatch } from './postgres-payouts.ts';

export class PostgresBatchReader implements BatchReader {
  constructor(private readonly db: Knex) {}

  async payees(batchId: BatchId): Promise<BatchPayees> {
    const rows = await rowsOf<{ program_id: string; partner_id: string; currency: string }>(
      this.db,
      `select payouts.program_id, partner_id, batches.currency
       from settlement.payouts
       join settlement.payout_batches as batches on batches.id = batch_id
       where batch_id = :id order by partner_id`,
      { id: toUuid(batchId) },
    );
    const [first] = rows;
    if (first === undefined) throw noBatch(batchId); // a batch is never empty
    return {
      programId: fromUuid('prg', first.program_id),
      currency: first.currency,
      partnerIds: rows.map(({ partner_id }) => fromUuid('par', partner_id)),
    };
  }

  async batchOf(payoutId: PayoutId): Promise<BatchId> {
    const [row] = await rowsOf<{ batch_id: string }>(
      this.db,
      `select batch_id from settlement.payouts where id = :id`,
      { id: toUuid(payoutId) },
    );
    if (row === undefined)
      throw new AppError('not_found', 'settlement.payout_not_found', `there is no payout ${payoutId}`);
    return fromUuid('bat', row.batch_id);
  }

  async sealedFile(batchId: BatchId): Promise<string> {
    const [row] = await rowsOf<{ sealed: string | null }>(
      this.db,
      `select sealed from settlement.payout_batches
       left join settlement.payout_files on batch_id = id
       where id = :id`,
      { id: toUuid(batchId) },
    );
    if (row === undefined) throw noBatch(batchId);
    if (row.sealed === null) {
      throw new AppError('not_found', 'settlement.no_file', 'the batch has no payment file yet; submit it first');
    }
    return row.sealed;
  }
}
