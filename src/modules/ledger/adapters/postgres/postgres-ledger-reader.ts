import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import { isAccountCode, onSide } from '../../domain/account.ts';
import type { AccountId, Balance, Entry, NormalSide, Range, TransactionId } from '../../index.ts';
import {
  type AccountEntry,
  type AccountFilter,
  type AccountWithBalance,
  type LedgerReader,
  type RecordedTransaction,
  type TrialBalance,
} from '../../ports/ledger-reader.ts';
import { type AccountRow, toAccount } from './account-row.ts';
import { codeAfter, entryAfter, entryKey } from './page-keys.ts';

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
  readonly metadata: Readonly<Record<string, string>>;
}

interface AccountEntryRow extends EntryRow {
  readonly currency: string;
  readonly recorded_at: Instant;
  readonly position: bigint;
  readonly running: string;
}

interface PostingRow {
  readonly currency: string;
  readonly effective_at: Instant;
  readonly recorded_at: Instant;
  readonly purpose: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly account_id: string;
  readonly code: string;
  readonly minor: bigint;
}

interface TotalRow {
  readonly currency: string;
  readonly kind: string;
  readonly accounts: bigint;
  readonly transactions: bigint;
  readonly debit: string;
  readonly credit: string;
}

const balanceOf = ({ kept, total, normal_side }: BalanceRow): bigint =>
  kept ?? onSide(normal_side, BigInt(total ?? '0'));

export class PostgresLedgerReader implements LedgerReader {
  constructor(private readonly db: Knex) {}

  async balances(codes: readonly string[], before?: Instant): Promise<readonly Balance[]> {
    const rows = await rowsOf<BalanceRow>(
      this.db,
      before === undefined
        ? `select accounts.*, ${CURRENT} where code = any(:codes) order by code`
        : `select accounts.*, null as kept,
             (select sum(minor)::text from ledger.postings where account_id = id and effective_at < :before) as total
           from ledger.accounts where code = any(:codes) order by code`,
      { codes: codes.filter(isAccountCode), ...(before && { before }) },
    );
    return rows.map((row) => ({ account: row.code, currency: row.currency, minor: balanceOf(row).toString() }));
  }

  async entries(codes: readonly string[], { from, until }: Range): Promise<readonly Entry[]> {
    const rows = await rowsOf<EntryRow>(
      this.db,
      `select transaction_id, code, normal_side, minor, postings.effective_at, purpose, metadata
       from ledger.accounts
       join ledger.postings on account_id = accounts.id
       join ledger.transactions on transactions.id = transaction_id
       where code = any(:codes) and postings.effective_at >= :from and postings.effective_at < :until
       order by postings.effective_at, position`,
      { codes: codes.filter(isAccountCode), from, until },
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
      `select accounts.*, ${CURRENT}
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

  async entriesOf(accountId: AccountId, request: PageRequest): Promise<Page<AccountEntry> | undefined> {
    const id = toUuid(accountId);
    const known = await rowsOf(this.db, `select from ledger.accounts where id = :id`, { id });
    if (known.length === 0) return undefined;
    const after = entryAfter(request);
    const rows = await rowsOf<AccountEntryRow>(
      this.db,
      `with page as (
         select transaction_id, account_id, minor, effective_at, position
         from ledger.postings
         where account_id = :id ${after === undefined ? '' : 'and (effective_at, position) > (:at, :position::bigint)'}
         order by effective_at, position
         limit :limit
       )
       select
         transaction_id, code, normal_side, accounts.currency, minor, page.effective_at, position, recorded_at,
         purpose, metadata,
         (${after === undefined ? '0' : BEFORE} + sum(minor) over (order by page.effective_at, position))::text as running
       from page
       join ledger.accounts on accounts.id = account_id
       join ledger.transactions on transactions.id = transaction_id
       order by page.effective_at, position`,
      { id, limit: request.limit + 1, ...after },
    );
    const { data, nextCursor } = pageOf(rows, request, ({ effective_at, position }) =>
      entryKey(effective_at, position),
    );
    return { data: data.map(toAccountEntry), nextCursor };
  }

  async transaction(id: TransactionId): Promise<RecordedTransaction | undefined> {
    const rows = await rowsOf<PostingRow>(
      this.db,
      `select transactions.currency, transactions.effective_at, recorded_at, purpose, metadata, account_id, code, minor
       from ledger.transactions
       join ledger.postings on transaction_id = transactions.id
       join ledger.accounts on accounts.id = account_id
       where transactions.id = :id
       order by nth`,
      { id: toUuid(id) },
    );
    const [first] = rows;
    if (first === undefined) return undefined;
    const { currency, effective_at, recorded_at, purpose, metadata } = first;
    const postings = rows.map(({ account_id, code, minor }) => ({
      accountId: fromUuid('acc', account_id),
      account: code,
      minor: minor.toString(),
    }));
    return { id, currency, effectiveAt: effective_at, recordedAt: recorded_at, purpose, metadata, postings };
  }

  async trialBalance(): Promise<TrialBalance> {
    const rows = await rowsOf<TotalRow>(
      this.db,
      `select
         currency, kind, count(*) as accounts,
         (select count(*) from ledger.transactions) as transactions,
         coalesce(sum(debit), 0)::text as debit,
         coalesce(sum(credit), 0)::text as credit
       from ledger.accounts
       left join (
         select
           account_id, sum(minor) filter (where minor > 0) as debit, -sum(minor) filter (where minor < 0) as credit
         from ledger.postings group by account_id
       ) as moved on account_id = id
       group by currency, kind
       order by currency, kind collate "C"`,
    );
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

/** The balance of an account as of all entries: kept where it is bounded, summed where it is not. */
const CURRENT = `
  kept.minor as kept,
  case when bound = 'none'
    then (select sum(postings.minor)::text from ledger.postings where postings.account_id = accounts.id)
  end as total
  from ledger.accounts
  left join ledger.account_balances as kept on kept.account_id = accounts.id`;

const BEFORE = `(
  select coalesce(sum(minor), 0) from ledger.postings
  where account_id = :id and (effective_at, position) <= (:at, :position::bigint)
)`;

const toEntry = ({ transaction_id, code, normal_side, minor, effective_at, purpose, metadata }: EntryRow): Entry => ({
  transactionId: fromUuid('txn', transaction_id),
  account: code,
  minor: onSide(normal_side, minor).toString(),
  effectiveAt: effective_at,
  purpose,
  metadata,
});

const toAccountEntry = (row: AccountEntryRow): AccountEntry => ({
  ...toEntry(row),
  currency: row.currency,
  recordedAt: row.recorded_at,
  balance: onSide(row.normal_side, BigInt(row.running)),
});
