import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Account, onSide, openedSettings, type Settings } from '../../domain/account.ts';
import type { AccountId } from '../../index.ts';
import { type Accounts, type Occasion, type StandingAccount } from '../../ports/ledger-stores.ts';
import { ACCOUNT_COLUMNS, type AccountRow, toAccount } from './account-row.ts';
import { goAlone } from './door.ts';

interface StandingRow extends AccountRow {
  readonly version: number | null;
  readonly state: Settings['state'];
  readonly limit_now: bigint | null;
  readonly metadata_now: Settings['metadata'];
  readonly minor: bigint | null;
  readonly held: bigint | null;
  readonly total: string;
}

export class PostgresAccounts implements Accounts {
  constructor(private readonly db: Knex) {}

  async find(codes: readonly string[]): Promise<readonly Account[]> {
    const rows = await rowsOf<AccountRow>(
      this.db,
      `select ${ACCOUNT_COLUMNS} from ledger.accounts where code = any(:codes)`,
      { codes },
    );
    return rows.map(toAccount);
  }

  async open(accounts: readonly Account[], at: Instant): Promise<void> {
    // Sorted, so that two openers of the same accounts do not wait for each other in a circle.
    await rowsOf(this.db, OPEN, {
      at,
      ids: accounts.map(({ id }) => toUuid(id)),
      codes: accounts.map(({ code }) => code),
      kinds: accounts.map(({ kind }) => kind),
      currencies: accounts.map(({ currency }) => currency),
      sides: accounts.map(({ normalSide }) => normalSide),
      bounds: accounts.map(({ bound }) => bound),
      limits: accounts.map(({ creditLimit = null }) => creditLimit),
      parents: accounts.map(({ parent = null }) => parent),
      metadata: accounts.map(({ metadata }) => (metadata === undefined ? null : JSON.stringify(metadata))),
    });
  }

  async stand(id: AccountId): Promise<StandingAccount | undefined> {
    await goAlone(this.db);
    const [row] = await rowsOf<StandingRow>(this.db, STAND, { id: toUuid(id) });
    if (row === undefined) return undefined;
    const account = toAccount(row);
    const changed = { state: row.state, creditLimit: row.limit_now ?? undefined, metadata: row.metadata_now };
    return {
      account,
      version: row.version ?? 0,
      settings: row.version === null ? openedSettings(account) : changed,
      kept: { minor: row.minor ?? onSide(account.normalSide, BigInt(row.total)), held: row.held ?? 0n },
    };
  }

  async change(
    { account, version }: StandingAccount,
    { state, creditLimit, metadata }: Settings,
    reason: string,
    { by, at }: Occasion,
  ): Promise<void> {
    const id = toUuid(account.id);
    await rowsOf(
      this.db,
      `insert into ledger.account_changes
         (account, version, state, credit_limit, metadata, reason, changed_by, changed_at)
       select number, :version, :state, :limit::bigint, :metadata, :reason, :by, :at
       from ledger.account_numbers where account_id = :id`,
      { id, version: version + 1, state, limit: creditLimit ?? null, metadata, reason, by, at },
    );
    await rowsOf(this.db, `update ledger.account_balances set floor = :floor where account_id = :id`, {
      id,
      floor: -(creditLimit ?? 0n),
    });
  }
}

const OPEN = `
  with opened as (
    insert into ledger.accounts
      (id, code, kind, currency, normal_side, bound, credit_limit, parent_code, metadata, opened_at)
    select id, code, kind, currency, normal_side, bound, credit_limit, parent_code, metadata, :at
    from unnest(
      :ids::uuid[], :codes::text[], :kinds::text[], :currencies::text[], :sides::text[], :bounds::text[],
      :limits::bigint[], :parents::text[], :metadata::jsonb[]
    ) as wanted (id, code, kind, currency, normal_side, bound, credit_limit, parent_code, metadata)
    order by code
    on conflict do nothing
    returning id, bound, credit_limit
  )
  insert into ledger.account_balances (account_id, minor, floor)
  select id, 0, -coalesce(credit_limit, 0) from opened where bound = 'no_overdraft'`;

const STAND = `
  select ${ACCOUNT_COLUMNS}, changed.version, changed.state, changed.credit_limit as limit_now,
    changed.metadata as metadata_now, kept.minor, kept.held,
    case when bound = 'none'
      then (select coalesce(sum(entries.minor), 0)::text from ledger.entries where account = number)
    end as total
  from ledger.accounts
  join ledger.account_numbers on account_id = accounts.id
  left join ledger.account_balances as kept on kept.account_id = accounts.id
  left join lateral (
    select * from ledger.account_changes where account = number order by version desc limit 1
  ) as changed on true
  where accounts.id = :id`;
