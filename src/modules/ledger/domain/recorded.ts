import type { Instant } from '../../../shared/instant.ts';
import type { AccountId, Metadata, Posting, TransactionId } from '../index.ts';

/** A transaction as the journal has it. */
export interface RecordedTransaction {
  readonly id: TransactionId;
  /** Its place in the journal; numbers are skipped, and never used twice. */
  readonly number: bigint;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly purpose: string;
  readonly metadata: Metadata;
  readonly reverses?: TransactionId | undefined;
  readonly postings: readonly (Posting & { readonly accountId: AccountId; readonly currency: string })[];
}
