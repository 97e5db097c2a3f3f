import { IsIdOf, IsInstant, IsText } from '../../shared/fields.ts';
import type { Instant } from '../../shared/instant.ts';
import type { TransactionId } from './index.ts';

/** A transaction is in the journal. Who needs its postings asks for them. */
export class TransactionPostedV1 {
  static readonly type = 'ledger.transaction_posted';
  static readonly version = 1;

  @IsIdOf('txn') readonly transactionId!: TransactionId;
  @IsText({ max: 100 }) readonly purpose!: string;
  @IsInstant() readonly effectiveAt!: Instant;
}
