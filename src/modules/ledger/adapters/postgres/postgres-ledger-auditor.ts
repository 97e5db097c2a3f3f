import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid } from '../../../../shared/ids.ts';
import { type LedgerAuditor } from '../../ports/ledger-auditor.ts';

const LIMIT = 100;

interface UnbalancedRow {
  readonly id: string;
  readonly total: string;
  readonly postings: bigint;
}

interface WrongRow {
  readonly code: string;
  readonly kept: bigint | null;
  readonly total: string;
}

interface CurrencyRow {
  readonly currency: string;
  readonly total: string;
}

/** The database refuses all of this; these look whether somebody went behind its back. */
export class PostgresLedgerAuditor implements LedgerAuditor {
  constructor(private readonly db: Knex) {}

  async unbalancedTransactions(): Promise<readonly string[]> {
    const rows = await rowsOf<UnbalancedRow>(
      this.db,
      `select coalesce(transactions.id, entered.transaction_id) as id, coalesce(total, 0)::text as total,
         coalesce(postings, 0) as postings
       from ledger.transactions
       full join (
         select transaction_id, sum(minor) as total, count(*) as postings
         from ledger.postings group by transaction_id
       ) as entered on transaction_id = transactions.id
       where total <> 0 or postings is distinct from posting_count
       limit ${LIMIT}`,
    );
    return rows.map(
      ({ id, total, postings }) => `${fromUuid('txn', id)} has ${postings} postings that sum to ${total}`,
    );
  }

  async wrongBalances(): Promise<readonly string[]> {
    const rows = await rowsOf<WrongRow>(
      this.db,
      `select code, kept.minor as kept, total::text as total
       from ledger.accounts
       left join ledger.account_balances as kept on kept.account_id = accounts.id
       cross join lateral (
         select case normal_side when 'debit' then 1 else -1 end * coalesce(sum(minor), 0) as total
         from ledger.postings where postings.account_id = accounts.id
       ) as entered
       where case bound when 'no_overdraft' then kept.minor is distinct from total else kept.minor is not null end
       order by code
       limit ${LIMIT}`,
    );
    return rows.map(({ code, kept, total }) => `${code}: ${kept ?? 'nothing'} is kept, the postings sum to ${total}`);
  }

  async unbalancedCurrencies(): Promise<readonly string[]> {
    const rows = await rowsOf<CurrencyRow>(
      this.db,
      `select currency, sum(minor)::text as total
       from ledger.postings join ledger.accounts on accounts.id = account_id
       group by currency having sum(minor) <> 0
       order by currency
       limit ${LIMIT}`,
    );
    return rows.map(({ currency, total }) => `${currency}: the trial balance is ${total}, not zero`);
  }
}
