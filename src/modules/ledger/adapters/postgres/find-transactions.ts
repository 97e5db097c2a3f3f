import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Metadata, TransactionId } from '../../index.ts';
import type { RecordedTransaction } from '../../domain/recorded.ts';

export interface TransactionRow {
  readonly id: string;
  readonly number: bigint;
  readonly recorded_at: Instant;
  readonly reverses: string | null;
  readonly purpose: string;
  readonly metadata: Metadata | null;
  readonly effective_at: Instant;
  readonly entries: readonly (readonly [account: string, code: string, currency: string, minor: string])[];
}

/** Of those that are posted, in the order of the journal. */
export const findTransactions = async (
  db: Knex,
  ids: readonly TransactionId[],
): Promise<readonly RecordedTransaction[]> => {
  const rows = await rowsOf<TransactionRow>(db, `${TRANSACTIONS} where id = any(:uuids) order by number`, {
    uuids: ids.map(toUuid),
  });
  return rows.map(toRecorded);
};

/** Each with its entries; amounts as text, for a JSON number is a float. */
const TRANSACTIONS = `
  select journal.*, entered.*
  from ledger.journal
  cross join lateral (
    select min(effective_at) as effective_at,
      jsonb_agg(jsonb_build_array(accounts.id, code, currency, minor::text) order by position) as entries
    from ledger.entries
    join ledger.account_numbers on account_numbers.number = account
    join ledger.accounts on accounts.id = account_id
    where position > journal.number << 10 and position < (journal.number + 1) << 10
  ) as entered`;

export const toRecorded = (row: TransactionRow): RecordedTransaction => ({
  id: fromUuid('txn', row.id),
  number: row.number,
  effectiveAt: row.effective_at,
  recordedAt: row.recorded_at,
  purpose: row.purpose,
  metadata: row.metadata ?? {},
  ...(row.reverses !== null && { reverses: fromUuid('txn', row.reverses) }),
  postings: row.entries.map(([account, code, currency, minor]) => ({
    accountId: fromUuid('acc', account),
    account: code,
    currency,
    minor,
  })),
});
