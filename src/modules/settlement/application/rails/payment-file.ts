import { digest } from '../../../../shared/digest.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Vault } from '../../../../shared/vault.ts';
import type { BatchId } from '../../index.ts';
import type { BatchReader } from '../../ports/batch-reader.ts';
import type { SealedFile } from '../../ports/settlement-stores.ts';

/** The payment file of a batch: written once, kept sealed, and read as it was written. */
export class PaymentFile {
  constructor(
    private readonly reader: BatchReader,
    private readonly vault: Vault,
  ) {}

  /** Throws `settlement.batch_not_found`, `settlement.no_file`. */
  async of(batchId: BatchId): Promise<string> {
    return this.vault.open(await this.reader.sealedFile(batchId), contextOf(batchId));
  }
}

export const sealedFile = (batchId: BatchId, text: string, writtenAt: Instant, vault: Vault): SealedFile => ({
  sealed: vault.seal(text, contextOf(batchId)),
  digest: digest(text),
  writtenAt,
});

/** Names the file's owner, so that it opens nowhere else. */
const contextOf = (batchId: BatchId): string => `settlement.payout_files:${batchId}`;
