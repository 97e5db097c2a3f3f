import type { Clock } from '../../../shared/clock.ts';
import { type Account, accountIdOf, mustBeAccount, toOpen } from '../domain/account.ts';
import type { NewAccount } from '../index.ts';
import type { LedgerTransaction } from '../ports/ledger-stores.ts';

/** Opens what is not open yet, all or nothing. */
export class OpenAccounts {
  constructor(
    private readonly transaction: LedgerTransaction,
    private readonly clock: Clock,
  ) {}

  /** The accounts as they are now, in order. Throws `ledger.malformed_account`, `ledger.account_differs`. */
  async run(wanted: readonly NewAccount[]): Promise<readonly Account[]> {
    wanted.forEach(mustBeAccount);
    const codes = [...new Set(wanted.map(({ code }) => code))];
    return this.transaction.run(async ({ accounts }) => {
      const missing = toOpen(wanted, await accounts.find(codes));
      if (missing.length > 0) {
        await accounts.open(missing.map(withId), this.clock.now());
        // Somebody may have opened one a moment before us, with other properties.
        toOpen(wanted, await accounts.find(codes));
      }
      return wanted.map(withId);
    });
  }
}

const withId = ({ code, kind, currency, normalSide, bound }: NewAccount): Account => ({
  id: accountIdOf(code),
  code,
  kind,
  currency,
  normalSide,
  bound,
});
