import { PageQuery } from '../../../../infrastructure/http/paging.ts';
import { IsBag, IsCurrency, IsIdOf, IsInstant, IsListOf, IsOneOf, IsText } from '../../../../shared/fields.ts';
import { instant } from '../../../../shared/instant.ts';
import { MAX_BATCH } from '../../application/post-transactions.ts';
import { MAX_METADATA, MAX_POSTINGS } from '../../domain/check.ts';
import type { AccountId, NewAccount, NewTransaction, TransactionId } from '../../index.ts';

export class LedgerAccountPath {
  @IsIdOf('acc') readonly accountId!: AccountId;
}

export class LedgerTransactionPath {
  @IsIdOf('txn') readonly transactionId!: TransactionId;
}

export class LedgerAccountQuery extends PageQuery {
  @IsText({ max: 50, optional: true, description: 'Accounts of that kind alone' }) readonly kind?: string;
  @IsText({ max: 200, optional: true, description: 'Accounts whose code starts so, like `payable:`' })
  readonly codePrefix?: string;
}

class NewLedgerAccount {
  @IsText({ max: 200, pattern: /^[!-~]+$/, description: 'Its name for ever: visible ASCII, no spaces' })
  readonly code!: string;
  @IsText({ max: 50, pattern: /^[a-z][a-z0-9_]*$/, description: 'A word that groups accounts in reports' })
  readonly kind!: string;
  @IsCurrency() readonly currency!: string;
  @IsOneOf(['debit', 'credit'], { description: 'The side on which it grows' })
  readonly normalSide!: NewAccount['normalSide'];
  @IsOneOf(['none', 'no_overdraft'], { description: 'Whether its balance may leave the normal side' })
  readonly bound!: NewAccount['bound'];
}

export class OpenLedgerAccountsRequest {
  @IsListOf(() => NewLedgerAccount, { min: 1, max: 1_000 }) readonly accounts!: readonly NewLedgerAccount[];
}

class NewLedgerPosting {
  @IsText({ max: 200, description: 'The code of the account' }) readonly account!: string;
  @IsText({
    max: 19,
    pattern: /^(0|-?[1-9]\d{0,17})$/,
    description: 'Minor units of the currency: positive debits, negative credits',
  })
  readonly minor!: string;
}

class NewLedgerTransaction {
  @IsIdOf('txn', { description: 'Made by you, permanent: sent again with the same content it is the same transaction' })
  readonly id!: TransactionId;
  @IsCurrency() readonly currency!: string;
  @IsInstant({ description: 'When it counts, which may be before it is recorded' }) readonly effectiveAt!: string;
  @IsText({ max: 100 }) readonly purpose!: string;
  @IsListOf(() => NewLedgerPosting, { max: MAX_POSTINGS, description: 'Two or more; they sum to zero' })
  readonly postings!: readonly NewLedgerPosting[];
  @IsBag({
    optional: true,
    schema: {
      type: 'object',
      maxProperties: MAX_METADATA,
      additionalProperties: { type: 'string', maxLength: 500 },
    },
  })
  readonly metadata?: Readonly<Record<string, string>>;
}

export class PostLedgerTransactionsRequest {
  @IsListOf(() => NewLedgerTransaction, { min: 1, max: MAX_BATCH, description: 'Each is judged by itself, in order' })
  readonly transactions!: readonly NewLedgerTransaction[];
}

/** One moment has many spellings; content that is compared has one. */
export const newTransaction = ({
  id,
  currency,
  effectiveAt,
  purpose,
  postings,
  metadata,
}: NewLedgerTransaction): NewTransaction => ({
  id,
  currency,
  effectiveAt: instant(effectiveAt),
  purpose,
  postings,
  metadata,
});
