import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import {
  type AccountState,
  onSide,
  openedSettings,
  type Settings,
  type SettingsVersion,
} from '../../domain/account.ts';
import type { AccountId, Metadata } from '../../index.ts';
import type { AsOf, EntryFilter } from '../../ports/ledger-reader.ts';
import {
  type AccountStanding,
  type AccountStatement,
  type LedgerReports,
  type TrialBalance,
} from '../../ports/ledger-reports.ts';
import { ACCOUNT_COLUMNS, type AccountRow, toAccount } from './account-row.ts';
import { asOfConditions, type Conditions, entryConditions } from './as-of.ts';

interface StandingRow extends AccountRow {
  readonly total: string;
  readonly held: bigint | null;
  readonly rolled_up: string;
  readonly children: readonly string[];
}

interface StatementRow extends AccountRow {
  readonly opening: string;
  readonly debits: string;
  readonly credits: string;
  readonly entries: bigint;
}

interface ChangeRow {
  readonly version: number;
  readonly state: AccountState;
  readonly credit_limit: bigint | null;
  readonly metadata: Metadata;
  readonly reason: string;
  readonly changed_by: string;
  readonly changed_at: Instant;
}

interface TotalRow {
  readonly currency: string;
  readonly kind: string;
  readonly accounts: bigint;
  readonly transactions: bigint;
  readonly debit: string;
  readonly credit: string;
}

export class PostgresLedgerReports implements LedgerReports {
  constructor(private readonly db: Knex) {}

  async standing(id: AccountId, asOf: AsOf = {}): Promise<AccountStanding | undefined> {
    const { sql, values } = asOfConditions(asOf);
    const [row] = await rowsOf<StandingRow>(this.db, standingSql(sql), { id: toUuid(id), ...values });
    if (row === undefined) return undefined;
    const account = toAccount(row);
    const last = (await this.changes(id)).at(-1);
    return {
      account,
      settings: last ?? openedSettings(account),
      version: last?.version ?? 0,
      minor: onSide(account.normalSide, BigInt(row.total)),
      held: row.held ?? 0n,
      rolledUp: onSide(account.normalSide, BigInt(row.rolled_up)),
      children: row.children,
    };
  }

  async statement(id: AccountId, filter: EntryFilter): Promise<AccountStatement | undefined> {
    const { from, recordedBefore } = filter;
    const earlier = from === undefined ? undefined : asOfConditions({ before: from, recordedBefore });
    const within = entryConditions(filter);
    const [row] = await rowsOf<StatementRow>(this.db, statementSql(earlier, within), {
      ...{ id: toUuid(id), ...earlier?.values },
      ...within.values,
    });
    if (row === undefined) return undefined;
    const account = toAccount(row);
    const [opening, debits, credits] = [row.opening, row.debits, row.credits].map(BigInt) as [bigint, bigint, bigint];
    const isDebit = account.normalSide === 'debit';
    return {
      account,
      opening: onSide(account.normalSide, opening),
      increases: isDebit ? debits : credits,
      decreases: isDebit ? credits : debits,
      closing: onSide(account.normalSide, opening + debits - credits),
      entries: Number(row.entries),
    };
  }

  async changes(id: AccountId): Promise<readonly SettingsVersion[]> {
    const rows = await rowsOf<ChangeRow>(
      this.db,
      `select version, state, credit_limit, metadata, reason, changed_by, changed_at
       from ledger.account_changes join ledger.account_numbers on number = account
       where account_id = :id order by version`,
      { id: toUuid(id) },
    );
    return rows.map(({ version, reason, changed_by, changed_at, ...settings }) => ({
      ...toSettings(settings),
      version,
      reason,
      changedBy: changed_by,
      changedAt: changed_at,
    }));
  }

  async trialBalance(asOf: AsOf = {}): Promise<TrialBalance> {
    const { sql, values } = asOfConditions(asOf);
    const rows = await rowsOf<TotalRow>(this.db, trialSql(sql), values);
    const totals = rows.map(({ currency, kind, accounts, debit, credit }) => ({
      currency,
      kind,
      accounts: Number(accounts),
      debit: BigInt(debit),
      credit: BigInt(credit),
    }));
    return {
      accounts: totals.reduce((sum, { accounts }) => sum + accounts, 0),
      transactions: Number(rows[0]?.transactions ?? 0),
      totals,
    };
  }
}

const toSettings = ({
  state,
  credit_limit,
  metadata,
}: Pick<ChangeRow, 'state' | 'credit_limit' | 'metadata'>): Settings => ({
  state,
  creditLimit: credit_limit ?? undefined,
  metadata,
});

const standingSql = (conditions: string): string => `
  with recursive below as (
    select accounts.id, code from ledger.accounts where id = :id
    union
    select accounts.id, accounts.code from below join ledger.accounts on parent_code = below.code
  ),
  moved as (
    select below.id, coalesce(sum(minor), 0) as total
    from below
    join ledger.account_numbers on account_id = below.id
    left join ledger.entries on account = number ${conditions}
    group by below.id
  )
  select ${ACCOUNT_COLUMNS}, kept.held,
    (select total::text from moved where moved.id = accounts.id) as total,
    (select sum(total)::text from moved) as rolled_up,
    array(select child.code from ledger.accounts as child where child.parent_code = accounts.code order by 1)
      as children
  from ledger.accounts
  left join ledger.account_balances as kept on kept.account_id = accounts.id
  where accounts.id = :id`;

const statementSql = (earlier: Conditions | undefined, within: Conditions): string => `
  select ${ACCOUNT_COLUMNS}, opening, debits, credits, entries
  from ledger.accounts
  join ledger.account_numbers on account_id = accounts.id
  cross join lateral (
    select coalesce(sum(minor), 0)::text as opening
    from ledger.entries where account = number ${earlier === undefined ? 'and false' : earlier.sql}
  ) as before
  cross join lateral (
    select coalesce(sum(minor) filter (where minor > 0), 0)::text as debits,
      coalesce(-sum(minor) filter (where minor < 0), 0)::text as credits, count(*) as entries
    from ledger.entries where account = number ${within.sql}
  ) as moved
  where accounts.id = :id`;

const trialSql = (conditions: string): string => `
  select
    currency, kind, count(*) as accounts,
    (select count(*) from ledger.journal) as transactions,
    coalesce(sum(debit), 0)::text as debit,
    coalesce(sum(credit), 0)::text as credit
  from ledger.accounts
  join ledger.account_numbers on account_id = id
  left join (
    select account, sum(minor) filter (where minor > 0) as debit, -sum(minor) filter (where minor < 0) as credit
    from ledger.entries where true ${conditions} group by account
  ) as moved on account = number
  group by currency, kind
  order by currency, kind collate "C"`;
