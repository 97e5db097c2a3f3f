import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import { isAccountCode, onSide } from '../../domain/account.ts';
import type { Hold } from '../../domain/hold.ts';
import type { AccountId, Balance, Entry, HoldId, Metadata, NormalSide, Range, TransactionId } from '../../index.ts';
import {
  type AccountEntry,
  type AccountFilter,
  type AccountWithBalance,
  type AsOf,
  type Closing,
  type EntryFilter,
  type LedgerReader,
} from '../../ports/ledger-reader.ts';
import { ACCOUNT_COLUMNS, type AccountRow, toAccount } from './account-row.ts';
import { asOfConditions, entryConditions, HOUR, hourOf } from './as-of.ts';
import { findTransactions } from './find-transactions.ts';
import { closingsOf } from './postgres-closings.ts';
import { codeAfter, entryAfter, entryKey } from './page-keys.ts';
import { HOLDS, type HoldRow, toHold } from './postgres-holds.ts';
import type { RecordedTransaction } from '../../domain/recorded.ts';

interface BalanceRow extends AccountRow {
  /** Kept, on the normal side. */
  readonly kept: bigint | null;
  /** Debits less credits. A sum of bigints is a numeric, which has no limit and arrives as text. */
  readonly total: string | null;
}

interface EntryRow {
  readonly transaction_id: string;
  readonly code: string;
  readonly normal_side: NormalSide;
  readonly minor: bigint;
  readonly effective_at: Instant;
  readonly purpose: string;
  readonly metadata: Metadata | null;
}

interface AccountEntryRow extends EntryRow {
  readonly currency: string;
  readonly recorded_at: Instant;
  readonly position: bigint;
  readonly running: string;
}

const balanceOf = ({ kept, total, normal_side }: BalanceRow): bigint =>
  kept ?? onSide(normal_side, BigInt(total ?? '0'));

export class PostgresLedgerReader implements LedgerReader {
  constructor(private readonly db: Knex) {}

  async balances(codes: readonly string[], asOf: AsOf = {}): Promise<readonly Balance[]> {
    const { sql, values } = asOfConditions(asOf);
    const rows = await rowsOf<BalanceRow>(
      this.db,
      sql === ''
        ? `select ${ACCOUNT_COLUMNS}, ${CURRENT} where code = any(:codes) order by code`
        : `select ${ACCOUNT_COLUMNS}, null as kept,
             (select sum(minor)::text from ledger.entries where account = number ${sql}) as total
           from ledger.accounts join ledger.account_numbers on account_id = accounts.id
           where code = any(:codes) order by code`,
      { codes: codes.filter(isAccountCode), ...values },
    );
    return rows.map((row) => ({ account: row.code, currency: row.currency, minor: balanceOf(row).toString() }));
  }

  async entries(codes: readonly string[], { from, until }: Range): Promise<readonly Entry[]> {
    const { sql, values } = entryConditions({ from, until });
    const rows = await rowsOf<EntryRow>(
      this.db,
      `select journal.id as transaction_id, code, normal_side, minor, entries.effective_at, purpose, journal.metadata
       from ledger.accounts
       join ledger.account_numbers on account_id = accounts.id
       join ledger.entries on account = account_numbers.number
       join ledger.journal on journal.number = position >> 10
       where code = any(:codes) ${sql}
       order by entries.effective_at, position`,
      { codes: codes.filter(isAccountCode), ...values },
    );
    return rows.map(toEntry);
  }

  async accounts(request: PageRequest, { kind, codePrefix }: AccountFilter): Promise<Page<AccountWithBalance>> {
    const after = codeAfter(request);
    const conditions = [
      ...(after === undefined ? [] : ['code > :after']),
      ...(kind === undefined ? [] : ['kind = :kind']),
      ...(codePrefix === undefined ? [] : ['starts_with(code, :codePrefix)']),
    ];
    const rows = await rowsOf<BalanceRow>(
      this.db,
      `select ${ACCOUNT_COLUMNS}, ${CURRENT}
       ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}
       order by code
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(after && { after }),
        ...(kind !== undefined && { kind }),
        ...(codePrefix !== undefined && { codePrefix }),
      },
    );
    return pageOf(
      rows.map((row) => ({ ...toAccount(row), balance: balanceOf(row) })),
      request,
      ({ code }) => [code],
    );
  }

  async entriesOf(
    accountId: AccountId,
    request: PageRequest,
    filter: EntryFilter = {},
  ): Promise<Page<AccountEntry> | undefined> {
    const [known] = await rowsOf<{ number: number }>(
      this.db,
      `select number from ledger.account_numbers where account_id = :id`,
      { id: toUuid(accountId) },
    );
    if (known === undefined) return undefined;
    const after = entryAfter(request);
    const { sql, values } = entryConditions(filter);
    const rows = await rowsOf<AccountEntryRow>(this.db, historySql(sql, after !== undefined, filter), {
      number: known.number,
      limit: request.limit + 1,
      ...values,
      ...after,
    });
    const { data, nextCursor } = pageOf(rows, request, ({ effective_at, position }) =>
      entryKey(effective_at, position),
    );
    return { data: data.map(toAccountEntry), nextCursor };
  }

  async transaction(id: TransactionId): Promise<RecordedTransaction | undefined> {
    return (await findTransactions(this.db, [id])).at(0);
  }

  async hold(id: HoldId): Promise<Hold | undefined> {
    const rows = await rowsOf<HoldRow>(this.db, `${HOLDS} where holds.id = :id`, { id: toUuid(id) });
    return rows.map(toHold).at(0);
  }

  closings(): Promise<readonly Closing[]> {
    return closingsOf(this.db);
  }

  async hasExpired(at: Instant): Promise<boolean> {
    const rows = await rowsOf(this.db, `select from ledger.holds where state = 'open' and expires_at <= :at limit 1`, {
      at,
    });
    return rows.length > 0;
  }
}

/** The balance of an account as of all entries: kept where it is bounded, summed where it is not. */
const CURRENT = `
  kept.minor as kept,
  case when bound = 'none'
    then (select sum(entries.minor)::text from ledger.entries where account = number)
  end as total
  from ledger.accounts
  join ledger.account_numbers on account_id = accounts.id
  left join ledger.account_balances as kept on kept.account_id = accounts.id`;

const [MOMENT, KEY] = ['(effective_at, position)', '(:at, :position::bigint)'];

/** A page, and the balance after each entry: of what lies before the page, and then added up. */
const historySql = (conditions: string, isLater: boolean, { from, recordedBefore }: EntryFilter): string => `
  with page as (
    select position, account, minor, effective_at
    from ledger.entries
    where account = :number ${isLater ? `and ${HOUR} >= ${hourOf('at')} and ${MOMENT} > ${KEY}` : ''} ${conditions}
    order by ${HOUR}, effective_at, position
    limit :limit
  )
  select
    journal.id as transaction_id, code, normal_side, accounts.currency, minor, page.effective_at, position,
    recorded_at, purpose, journal.metadata,
    (${beforePage(isLater, from, recordedBefore)} + sum(minor) over (order by page.effective_at, position))::text
      as running
  from page
  join ledger.account_numbers on account_numbers.number = account
  join ledger.accounts on accounts.id = account_id
  join ledger.journal on journal.number = position >> 10
  order by page.effective_at, position`;

const beforePage = (isLater: boolean, from?: Instant, recordedBefore?: Instant): string => {
  if (!isLater && from === undefined) return '0';
  const { sql } = asOfConditions({ recordedBefore });
  const earlier = isLater
    ? `${HOUR} <= ${hourOf('at')} and ${MOMENT} <= ${KEY}`
    : `${HOUR} <= ${hourOf('from')} and effective_at < :from`;
  return `(
    select coalesce(sum(minor), 0) from ledger.entries where account = :number and ${earlier} ${sql}
  )`;
};

const toEntry = ({ transaction_id, code, normal_side, minor, effective_at, purpose, metadata }: EntryRow): Entry => ({
  transactionId: fromUuid('txn', transaction_id),
  account: code,
  minor: onSide(normal_side, minor).toString(),
  effectiveAt: effective_at,
  purpose,
  metadata: metadata ?? {},
});

const toAccountEntry = (row: AccountEntryRow): AccountEntry => ({
  ...toEntry(row),
  currency: row.currency,
  recordedAt: row.recorded_at,
  balance: onSide(row.normal_side, BigInt(row.running)),
});
