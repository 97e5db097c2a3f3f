import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, isId, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { isAccountCode } from '../../domain/account.ts';
import type { Book, Judgement } from '../../domain/judge.ts';
import type { TransactionId } from '../../index.ts';
import { type Journal } from '../../ports/ledger-stores.ts';
import { type AccountRow, toAccount } from './account-row.ts';

interface BookRow extends AccountRow {
  readonly minor: bigint | null;
}

interface DigestRow {
  readonly id: string;
  readonly digest: string;
}

/**
 * A batch takes three statements, however large it is:
 *
 *   accounts, balances locked ──▶ digests of used ids ──▶ transactions, postings, balances
 *
 * Balances are locked first and in one order, so batches wait for each other but never in a circle. The digests are
 * read by a statement of its own, for only that sees what those we waited for have written: of two twins that move a
 * bounded account, the second finds the first. Twins that move none meet at the insert, and the second writes nothing.
 */
export class PostgresJournal implements Journal {
  constructor(private readonly db: Knex) {}

  async open(codes: readonly string[], ids: readonly TransactionId[]): Promise<Book> {
    const rows = await this.lockedAccounts(codes.filter(isAccountCode));
    return {
      accounts: new Map(rows.map((row) => [row.code, toAccount(row)])),
      balances: new Map(rows.flatMap(({ code, minor }) => (minor === null ? [] : [[code, minor] as const]))),
      digests: await this.digests(ids.filter((id) => isId('txn', id))),
    };
  }

  async append(
    { posted, changes }: Judgement,
    { accounts }: Book,
    at: Instant,
  ): Promise<ReadonlyMap<TransactionId, string>> {
    const uuidOf = (code: string): string => {
      const account = accounts.get(code);
      if (account === undefined) throw new Error(`judged without account ${code}`);
      return toUuid(account.id);
    };
    const uuids = new Map([...accounts.keys()].map((code) => [code, uuidOf(code)]));
    const ids = posted.map(({ id }) => toUuid(id));
    const postings = posted.flatMap((transaction, index) =>
      transaction.postings.map(({ account, minor }, nth) => ({
        id: ids[index],
        nth: nth + 1,
        account: uuids.get(account),
        minor,
        effectiveAt: transaction.effectiveAt,
      })),
    );
    const taken = await rowsOf<{ id: string }>(this.db, WRITE, {
      at,
      ids,
      currencies: posted.map(({ currency }) => currency),
      effective: posted.map(({ effectiveAt }) => effectiveAt),
      purposes: posted.map(({ purpose }) => purpose),
      metadata: posted.map(({ metadata = {} }) => JSON.stringify(metadata)),
      digests: posted.map(({ digest }) => digest),
      counts: posted.map((transaction) => transaction.postings.length),
      postingIds: postings.map(({ id }) => id),
      nths: postings.map(({ nth }) => nth),
      postingAccounts: postings.map(({ account }) => account),
      minors: postings.map(({ minor }) => minor),
      postingEffective: postings.map(({ effectiveAt }) => effectiveAt),
      changedAccounts: [...changes.keys()].map(uuidOf),
      changes: [...changes.values()].map(String),
    });
    if (taken.length === 0) return new Map();
    const takenIds = new Set(taken.map(({ id }) => fromUuid('txn', id)));
    const moved = posted.filter(({ id }) => takenIds.has(id)).flatMap((transaction) => transaction.postings);
    if (moved.some(({ account }) => changes.has(account))) throw new LostRace();
    return this.digests([...takenIds]);
  }

  private lockedAccounts(codes: readonly string[]): Promise<BookRow[]> {
    return rowsOf<BookRow>(
      this.db,
      `with named as materialized (
         select id, code, kind, currency, normal_side, bound from ledger.accounts where code = any(:codes)
       ),
       kept as materialized (
         select account_id, minor
         from ledger.account_balances
         where account_id in (select id from named where bound = 'no_overdraft')
         order by account_id
         for update
       )
       select id, code, kind, currency, normal_side, bound, minor
       from named left join kept on account_id = id`,
      { codes },
    );
  }

  private async digests(ids: readonly TransactionId[]): Promise<ReadonlyMap<TransactionId, string>> {
    const byUuid = new Map(ids.map((id) => [toUuid(id), id]));
    const rows = await rowsOf<DigestRow>(
      this.db,
      `select id, encode(digest, 'hex') as digest from ledger.transactions where id = any(:uuids)`,
      { uuids: [...byUuid.keys()] },
    );
    return new Map(
      rows.flatMap(({ id, digest }) => {
        const known = byUuid.get(id);
        return known === undefined ? [] : [[known, digest] as const];
      }),
    );
  }
}

/**
 * An id was taken meanwhile, for another content, and the balances were reckoned with ours: undone and judged again, the
 * batch finds it.
 */
class LostRace extends Error {
  /** serialization_failure: what this is, and what a transaction is repeated for. */
  readonly code = '40001';
}

/**
 * Transactions go in by id, so that twins wait for each other in one order; postings only where their transaction went
 * in. Answers the ids that were taken.
 */
const WRITE = `
  with posted as (
    insert into ledger.transactions
      (id, currency, effective_at, recorded_at, purpose, metadata, digest, posting_count)
    select id, currency, effective_at, :at, purpose, metadata, decode(digest, 'hex'), posting_count
    from unnest(
      :ids::uuid[], :currencies::text[], :effective::timestamptz[], :purposes::text[], :metadata::jsonb[],
      :digests::text[], :counts::smallint[]
    ) as one (id, currency, effective_at, purpose, metadata, digest, posting_count)
    order by id
    on conflict do nothing
    returning id
  ),
  entered as (
    insert into ledger.postings (transaction_id, nth, account_id, minor, effective_at)
    select transaction_id, nth, account_id, minor, effective_at
    from unnest(
      :postingIds::uuid[], :nths::smallint[], :postingAccounts::uuid[], :minors::bigint[],
      :postingEffective::timestamptz[]
    ) with ordinality as one (transaction_id, nth, account_id, minor, effective_at, place)
    join posted on posted.id = transaction_id
    order by place
  ),
  moved as (
    update ledger.account_balances
    set minor = account_balances.minor + change.minor
    from unnest(:changedAccounts::uuid[], :changes::bigint[]) as change (account_id, minor)
    where account_balances.account_id = change.account_id
  )
  select id from unnest(:ids::uuid[]) as one (id) where id not in (select id from posted)`;
