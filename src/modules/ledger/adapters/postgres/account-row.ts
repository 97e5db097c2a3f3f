import { fromUuid } from '../../../../shared/ids.ts';
import type { Account } from '../../domain/account.ts';
import type { Metadata } from '../../index.ts';

export interface AccountRow {
  readonly id: string;
  readonly code: string;
  readonly kind: string;
  readonly currency: string;
  readonly normal_side: Account['normalSide'];
  readonly bound: Account['bound'];
  readonly credit_limit: bigint | null;
  readonly parent_code: string | null;
  readonly metadata: Metadata | null;
}

/** The columns an `AccountRow` needs of `ledger.accounts`. */
export const ACCOUNT_COLUMNS = `accounts.id, accounts.code, accounts.kind, accounts.currency, accounts.normal_side,
  accounts.bound, accounts.credit_limit, accounts.parent_code, accounts.metadata`;

export const toAccount = (row: AccountRow): Account => ({
  id: fromUuid('acc', row.id),
  code: row.code,
  kind: row.kind,
  currency: row.currency,
  normalSide: row.normal_side,
  bound: row.bound,
  ...(row.credit_limit !== null && { creditLimit: row.credit_limit.toString() }),
  ...(row.parent_code !== null && { parent: row.parent_code }),
  ...(row.metadata !== null && { metadata: row.metadata }),
});
