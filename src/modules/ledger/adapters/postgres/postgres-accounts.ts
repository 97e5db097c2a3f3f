import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Account } from '../../domain/account.ts';
import { type Accounts } from '../../ports/ledger-stores.ts';
import { type AccountRow, toAccount } from './account-row.ts';

export class PostgresAccounts implements Accounts {
  constructor(private readonly db: Knex) {}

  async find(codes: readonly string[]): Promise<readonly Account[]> {
    const rows = await rowsOf<AccountRow>(
      this.db,
      `select id, code, kind, currency, normal_side, bound from ledger.accounts where code = any(:codes)`,
      { codes },
    );
    return rows.map(toAccount);
  }

  async open(accounts: readonly Account[], at: Instant): Promise<void> {
    // Sorted, so that two openers of the same accounts do not wait for each other in a circle.
    await rowsOf(
      this.db,
      `with opened as (
         insert into ledger.accounts (id, code, kind, currency, normal_side, bound, opened_at)
         select id, code, kind, currency, normal_side, bound, :at
         from unnest(:ids::uuid[], :codes::text[], :kinds::text[], :currencies::text[], :sides::text[], :bounds::text[])
           as wanted (id, code, kind, currency, normal_side, bound)
         order by code
         on conflict do nothing
         returning id, bound
       )
       insert into ledger.account_balances (account_id, minor)
       select id, 0 from opened where bound = 'no_overdraft'`,
      {
        at,
        ids: accounts.map(({ id }) => toUuid(id)),
        codes: accounts.map(({ code }) => code),
        kinds: accounts.map(({ kind }) => kind),
        currencies: accounts.map(({ currency }) => currency),
        sides: accounts.map(({ normalSide }) => normalSide),
        bounds: accounts.map(({ bound }) => bound),
      },
    );
  }
}
