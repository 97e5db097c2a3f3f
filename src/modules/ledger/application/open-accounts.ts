import type { Clock } from '../../../shared/clock.ts';
import type { Instant } from '../../../shared/instant.ts';
import { type Account, accountIdOf, mustBeAccount, mustHaveParents, toOpen } from '../domain/account.ts';
import type { NewAccount } from '../index.ts';
import type { Accounts, LedgerTransaction } from '../ports/ledger-stores.ts';

/** Opens what is not open yet, all or nothing. */
export class OpenAccounts {
  constructor(
    private readonly transaction: LedgerTransaction,
    private readonly clock: Clock,
  ) {}

  /**
   * The accounts as they were opened, in order. Throws `ledger.malformed_account`, `ledger.account_differs`,
   * `ledger.unknown_parent`.
   */
  run(wanted: readonly NewAccount[]): Promise<readonly Account[]> {
    wanted.forEach(mustBeAccount);
    return this.transaction.run(({ accounts }) => openAll(accounts, wanted, this.clock.now()));
  }
}

/** Throws as above, but for what is malformed. */
export const openAll = async (
  accounts: Accounts,
  wanted: readonly NewAccount[],
  at: Instant,
): Promise<readonly Account[]> => {
  const codes = [...new Set(wanted.map(({ code }) => code))];
  const missing = toOpen(wanted, await accounts.find(codes));
  if (missing.length > 0) {
    const parents = [...new Set(missing.flatMap(({ parent }) => parent ?? []))];
    mustHaveParents(missing, parents.length === 0 ? [] : await accounts.find(parents));
    await accounts.open(missing.map(withId), at);
    // Somebody may have opened one a moment before us, with other properties.
    toOpen(wanted, await accounts.find(codes));
  }
  return wanted.map(withId);
};

const withId = (account: NewAccount): Account => ({ ...account, id: accountIdOf(account.code) });
