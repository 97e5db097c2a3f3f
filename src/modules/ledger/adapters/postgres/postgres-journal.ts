import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, isId, toUuid } from '../../../../shared/ids.ts';
import { type Instant, instant } from '../../../../shared/instant.ts';
import { type AccountState, isAccountCode } from '../../domain/account.ts';
import type { Book, Judgement, SoundTransaction } from '../../domain/judge.ts';
import type { TransactionId } from '../../index.ts';

import { type Journal } from '../../ports/ledger-stores.ts';
import { ACCOUNT_COLUMNS, type AccountRow, toAccount } from './account-row.ts';
import { TOGETHER } from './door.ts';
import { findTransactions } from './find-transactions.ts';
import { PostgresLedgerReader } from './postgres-ledger-reader.ts';
import type { RecordedTransaction } from '../../domain/recorded.ts';

interface BookRow extends AccountRow {
  readonly number: number;
  readonly minor: bigint | null;
  readonly least: bigint | null;
}

interface RulesRow {
  readonly digests: Readonly<Record<string, string>> | null;
  readonly states: Readonly<Record<string, AccountState>> | null;
  readonly closings: Readonly<Record<string, string>> | null;
}

/** Which numbers the accounts of an open book have in the journal. */
const numbers = new WeakMap<Book['accounts'], ReadonlyMap<string, number>>();

/**
 * A batch takes three statements, however large it is:
 *
 *   accounts, balances locked ──▶ rules, digests of used ids ──▶ transactions, entries, balances
 *
 * Balances are locked first and in one order, so batches wait for each other but never in a circle. What else there is
 * to know is read by a statement of its own, for only that sees what those we waited for have written: of two twins that
 * move a bounded account, the second finds the first. Twins that move none meet at the insert, and the second writes
 * nothing.
 */
export class PostgresJournal implements Journal {
  constructor(private readonly db: Knex) {}

  async open(codes: readonly string[], ids: readonly TransactionId[]): Promise<Book> {
    const rows = await rowsOf<BookRow>(this.db, TAKE_ACCOUNTS, { codes: codes.filter(isAccountCode) });
    const bounded = rows.filter(({ minor }) => minor !== null);
    const book: Book = {
      accounts: new Map(rows.map((row) => [row.code, toAccount(row)])),
      balances: new Map(bounded.map(({ code, minor }) => [code, minor ?? 0n])),
      least: new Map(bounded.map(({ code, least }) => [code, least ?? 0n])),
      ...(await this.rules(rows, ids)),
    };
    numbers.set(book.accounts, new Map(rows.map(({ code, number }) => [code, number])));
    return book;
  }

  async append({ posted, changes }: Judgement, book: Book, at: Instant): Promise<ReadonlyMap<TransactionId, string>> {
    const ids = posted.map(({ id }) => toUuid(id));
    const taken = await rowsOf<{ id: string }>(this.db, WRITE, {
      at,
      ids,
      ...columnsOf(posted),
      ...entriesOf(posted, ids, numbers.get(book.accounts) ?? new Map()),
      changedAccounts: [...changes.keys()].map((code) => uuidIn(book, code)),
      changes: [...changes.values()],
    });
    if (taken.length === 0) return new Map();
    const takenIds = new Set(taken.map(({ id }) => fromUuid('txn', id)));
    const lost = posted.filter(({ id }) => takenIds.has(id));
    if (lost.some(({ postings }) => postings.some(({ account }) => changes.has(account)))) throw new LostRace();
    return (await this.rules([], [...takenIds])).digests;
  }

  async find(id: TransactionId): Promise<RecordedTransaction | undefined> {
    return (await findTransactions(this.db, [id])).at(0);
  }

  async balances(codes: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    const balances = await new PostgresLedgerReader(this.db).balances(codes);
    return new Map(balances.map(({ account, minor }) => [account, BigInt(minor)]));
  }

  private async rules(
    accounts: readonly BookRow[],
    ids: readonly TransactionId[],
  ): Promise<Pick<Book, 'digests' | 'states' | 'closings'>> {
    const byUuid = new Map(ids.filter((id) => isId('txn', id)).map((id) => [toUuid(id), id]));
    const codes = new Map(accounts.map(({ number, code }) => [String(number), code]));
    const [row] = await rowsOf<RulesRow>(this.db, RULES, {
      uuids: [...byUuid.keys()],
      numbers: accounts.map(({ number }) => number),
    });
    return {
      digests: named(row?.digests, (uuid) => byUuid.get(uuid)),
      states: named(row?.states, (number) => codes.get(number)),
      closings: new Map(Object.entries(row?.closings ?? {}).map(([scope, until]) => [scope, instant(until)])),
    };
  }
}

const named = <Name, Value>(
  found: Readonly<Record<string, Value>> | null | undefined,
  nameOf: (key: string) => Name | undefined,
): ReadonlyMap<Name, Value> =>
  new Map(
    Object.entries(found ?? {}).flatMap(([key, value]) => {
      const name = nameOf(key);
      return name === undefined ? [] : [[name, value] as const];
    }),
  );

const uuidIn = ({ accounts }: Book, code: string): string => {
  const account = accounts.get(code);
  if (account === undefined) throw new Error(`judged without account ${code}`);
  return toUuid(account.id);
};

const columnsOf = (posted: readonly SoundTransaction[]) => ({
  reversed: posted.map(({ reverses }) => (reverses === undefined ? null : toUuid(reverses))),
  purposes: posted.map(({ purpose }) => purpose),
  metadata: posted.map(({ metadata = {} }) => (Object.keys(metadata).length === 0 ? null : JSON.stringify(metadata))),
  digests: posted.map(({ digest }) => `\\x${digest}`),
  counts: posted.map(({ postings }) => postings.length),
});

const entriesOf = (
  posted: readonly SoundTransaction[],
  ids: readonly string[],
  numberOf: ReadonlyMap<string, number>,
) => {
  const entries = posted.flatMap(({ postings, effectiveAt }, index) =>
    postings.map(({ account, minor }, nth) => ({ id: ids[index], nth: nth + 1, account, minor, effectiveAt })),
  );
  return {
    entryIds: entries.map(({ id }) => id),
    nths: entries.map(({ nth }) => nth),
    entryAccounts: entries.map(({ account }) => numberOf.get(account)),
    minors: entries.map(({ minor }) => minor),
    effective: entries.map(({ effectiveAt }) => effectiveAt),
  };
};

/**
 * An id was taken meanwhile, for another content, and the balances were reckoned with ours: undone and judged again, the
 * batch finds it.
 */
class LostRace extends Error {
  /** serialization_failure: what this is, and what a transaction is repeated for. */
  readonly code = '40001';
}

const TAKE_ACCOUNTS = `
  with door as materialized (${TOGETHER}),
  named as materialized (
    select ${ACCOUNT_COLUMNS}, number
    from door cross join ledger.accounts join ledger.account_numbers on account_id = accounts.id
    where code = any(:codes)
  ),
  kept as materialized (
    select account_id, minor, floor + held as least
    from ledger.account_balances
    where account_id in (select id from named where bound = 'no_overdraft')
    order by account_id
    for update
  )
  select named.*, minor, least from named left join kept on account_id = id`;

const RULES = `
  select
    (select jsonb_object_agg(id, encode(digest, 'hex')) from ledger.journal where id = any(:uuids)) as digests,
    (
      select jsonb_object_agg(account, state)
      from (
        select distinct on (account) account, state
        from ledger.account_changes where account = any(:numbers::integer[]) order by account, version desc
      ) as latest
      where state <> 'open'
    ) as states,
    (
      select jsonb_object_agg(scope, until)
      from (select scope, max(closed_before) as until from ledger.closings group by scope) as latest
    ) as closings`;

/** Answers the ids that were taken. */
const WRITE = `
  select ledger.write_judged(
    :at, :ids, :reversed, :counts, :digests, :purposes, :metadata,
    :entryIds, :nths, :minors, :effective, :entryAccounts,
    :changedAccounts, :changes
  ) as id`;
