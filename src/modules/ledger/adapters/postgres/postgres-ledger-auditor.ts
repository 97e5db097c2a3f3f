import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid } from '../../../../shared/ids.ts';
import { type LedgerAuditor } from '../../ports/ledger-auditor.ts';

const LIMIT = 100;

interface UnbalancedRow {
  readonly id: string | null;
  readonly number: bigint;
  readonly total: string;
  readonly entries: bigint;
}

interface WrongRow {
  readonly code: string;
  readonly kept: bigint | null;
  readonly total: string;
}

interface HeldRow {
  readonly code: string;
  readonly held: bigint;
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
      `select journal.id, coalesce(journal.number, entered.number) as number, coalesce(total, 0)::text as total,
         coalesce(entries, 0)::bigint as entries
       from ledger.journal
       full join (
         select number, sum(entries) as entries, sum(total) as total, bool_or(total <> 0) as odd
         from (
           select position >> 10 as number, currency, sum(minor) as total, count(*) as entries
           from ledger.entries
           join ledger.account_numbers on account_numbers.number = account
           join ledger.accounts on accounts.id = account_id
           group by position >> 10, currency
         ) as by_currency
         group by number
       ) as entered on entered.number = journal.number
       where odd or entries is distinct from count
       order by 2
       limit ${LIMIT}`,
    );
    return rows.map(
      ({ id, number, total, entries }) =>
        `${id === null ? `number ${number}, which nobody posted,` : fromUuid('txn', id)} has ${entries} postings that sum to ${total}`,
    );
  }

  async wrongBalances(): Promise<readonly string[]> {
    const rows = await rowsOf<WrongRow>(
      this.db,
      `select code, kept.minor as kept, total::text as total
       from ledger.accounts
       join ledger.account_numbers on account_id = accounts.id
       left join ledger.account_balances as kept on kept.account_id = accounts.id
       cross join lateral (
         select case normal_side when 'debit' then 1 else -1 end * coalesce(sum(minor), 0) as total
         from ledger.entries where account = number
       ) as entered
       where case bound when 'no_overdraft' then kept.minor is distinct from total else kept.minor is not null end
       order by code
       limit ${LIMIT}`,
    );
    return rows.map(({ code, kept, total }) => `${code}: ${kept ?? 'nothing'} is kept, the postings sum to ${total}`);
  }

  async wrongHolds(): Promise<readonly string[]> {
    const rows = await rowsOf<HeldRow>(
      this.db,
      `select code, kept.held, coalesce(total, 0)::text as total
       from ledger.account_balances as kept
       join ledger.accounts on accounts.id = kept.account_id
       join ledger.account_numbers using (account_id)
       left join lateral (
         select sum(remaining) as total from ledger.holds
         where state = 'open' and case normal_side when 'credit' then debit else credit end = number
       ) as promised on true
       where kept.held <> coalesce(total, 0)
       order by code
       limit ${LIMIT}`,
    );
    return rows.map(({ code, held, total }) => `${code}: ${held} is held, its open holds sum to ${total}`);
  }

  async unbalancedCurrencies(): Promise<readonly string[]> {
    const rows = await rowsOf<CurrencyRow>(
      this.db,
      `select currency, sum(minor)::text as total
       from ledger.entries
       join ledger.account_numbers on number = account
       join ledger.accounts on accounts.id = account_id
       group by currency having sum(minor) <> 0
       order by currency
       limit ${LIMIT}`,
    );
    return rows.map(({ currency, total }) => `${currency}: the trial balance is ${total}, not zero`);
  }
}
