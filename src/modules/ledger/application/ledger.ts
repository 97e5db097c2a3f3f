import type { Instant } from '../../../shared/instant.ts';
import {
  type Balance,
  type Entry,
  LedgerPort,
  type NewAccount,
  type NewTransaction,
  type PostVerdict,
  type Range,
} from '../index.ts';
import type { LedgerReader } from '../ports/ledger-reader.ts';
import type { OpenAccounts } from './open-accounts.ts';
import type { PostTransactions } from './post-transactions.ts';

export class Ledger extends LedgerPort {
  constructor(
    private readonly opening: OpenAccounts,
    private readonly posting: PostTransactions,
    private readonly reader: Pick<LedgerReader, 'balances' | 'entries'>,
  ) {
    super();
  }

  async openAccounts(accounts: readonly NewAccount[]): Promise<void> {
    await this.opening.run(accounts);
  }

  post(transactions: readonly NewTransaction[]): Promise<readonly PostVerdict[]> {
    return this.posting.run(transactions);
  }

  balances(accounts: readonly string[], before?: Instant): Promise<readonly Balance[]> {
    return this.reader.balances(accounts, before);
  }

  entries(accounts: readonly string[], range: Range): Promise<readonly Entry[]> {
    return this.reader.entries(accounts, range);
  }
}
