import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { accountIdOf } from '../../domain/account.ts';
import type { Hold } from '../../domain/hold.ts';
import type { HoldId, Metadata } from '../../index.ts';
import { type Holds } from '../../ports/ledger-stores.ts';

export interface HoldRow {
  readonly id: string;
  readonly debit_code: string;
  readonly credit_code: string;
  readonly minor: bigint;
  readonly remaining: bigint;
  readonly state: Hold['state'];
  readonly purpose: string;
  readonly metadata: Metadata;
  readonly digest: string;
  readonly placed_at: Instant;
  readonly expires_at: Instant | null;
  readonly ended_at: Instant | null;
}

export const HOLDS = `
  select holds.id, debited.code as debit_code, credited.code as credit_code, holds.minor, remaining, state, purpose,
    holds.metadata, encode(digest, 'hex') as digest, placed_at, expires_at, ended_at
  from ledger.holds
  join ledger.account_numbers as debit_number on debit_number.number = debit
  join ledger.accounts as debited on debited.id = debit_number.account_id
  join ledger.account_numbers as credit_number on credit_number.number = credit
  join ledger.accounts as credited on credited.id = credit_number.account_id`;

export const toHold = (row: HoldRow): Hold => ({
  id: fromUuid('hld', row.id),
  debit: row.debit_code,
  credit: row.credit_code,
  minor: row.minor.toString(),
  remaining: row.remaining.toString(),
  state: row.state,
  purpose: row.purpose,
  metadata: row.metadata,
  digest: row.digest,
  placedAt: row.placed_at,
  ...(row.expires_at !== null && { expiresAt: row.expires_at }),
  ...(row.ended_at !== null && { endedAt: row.ended_at }),
});

export class PostgresHolds implements Holds {
  constructor(private readonly db: Knex) {}

  async take(id: HoldId): Promise<Hold | undefined> {
    const rows = await rowsOf<HoldRow>(this.db, `${HOLDS} where holds.id = :id for update of holds`, {
      id: toUuid(id),
    });
    return rows.map(toHold).at(0);
  }

  async takeExpired(at: Instant, limit: number): Promise<readonly Hold[]> {
    const rows = await rowsOf<HoldRow>(
      this.db,
      `${HOLDS} where state = 'open' and expires_at <= :at order by expires_at limit :limit
       for update of holds skip locked`,
      { at, limit },
    );
    return rows.map(toHold);
  }

  async add(hold: Hold): Promise<boolean> {
    const added = await rowsOf(
      this.db,
      `insert into ledger.holds
         (id, debit, credit, minor, remaining, state, purpose, metadata, digest, placed_at, expires_at)
       select :id, debit.number, credit.number, :minor, :minor, 'open', :purpose, :metadata, decode(:digest, 'hex'),
         :placedAt, :expiresAt::timestamptz
       from ledger.account_numbers as debit, ledger.account_numbers as credit
       where debit.account_id = :debit and credit.account_id = :credit
       on conflict do nothing
       returning 1`,
      {
        ...{ id: toUuid(hold.id), minor: hold.minor, purpose: hold.purpose, digest: hold.digest },
        debit: toUuid(accountIdOf(hold.debit)),
        credit: toUuid(accountIdOf(hold.credit)),
        metadata: hold.metadata ?? {},
        placedAt: hold.placedAt,
        expiresAt: hold.expiresAt ?? null,
      },
    );
    return added.length > 0;
  }

  async save({ id, remaining, state, endedAt }: Hold): Promise<void> {
    await rowsOf(
      this.db,
      `update ledger.holds set remaining = :remaining, state = :state, ended_at = :endedAt::timestamptz where id = :id`,
      { id: toUuid(id), remaining, state, endedAt: endedAt ?? null },
    );
  }

  async hold(changes: ReadonlyMap<string, bigint>): Promise<void> {
    await rowsOf(
      this.db,
      `update ledger.account_balances set held = held + change.minor
       from unnest(:accounts::uuid[], :changes::bigint[]) as change (account_id, minor)
       where account_balances.account_id = change.account_id`,
      { accounts: [...changes.keys()].map((code) => toUuid(accountIdOf(code))), changes: [...changes.values()] },
    );
  }
}
