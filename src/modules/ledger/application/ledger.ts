import type { Instant } from '../../../shared/instant.ts';
import {
  type Balance,
  type Entry,
  LedgerPort,
  type NewAccount,
  type NewTransaction,
  type PostOptions,
  type PostVerdict,
  type Range,
} from '../index.ts';
import type { LedgerReader } from '../ports/ledger-reader.ts';
import type { Posting } from '../ports/posting.ts';
import type { OpenAccounts } from './open-accounts.ts';

export class Ledger extends LedgerPort {
  constructor(
    private readonly opening: OpenAccounts,
    private readonly posting: Posting,
    private readonly reader: Pick<LedgerReader, 'balances' | 'entries'>,
  ) {
    super();
  }

  async openAccounts(accounts: readonly NewAccount[]): Promise<void> {
    await this.opening.run(accounts);
  }

  post(transactions: readonly NewTransaction[], { linked }: PostOptions = {}): Promise<readonly PostVerdict[]> {
    return this.posting.run({ transactions, linked });
  }

  balances(accounts: readonly string[], before?: Instant): Promise<readonly Balance[]> {
    return this.reader.balances(accounts, { before });
  }

  entries(accounts: readonly string[], range: Range): Promise<readonly Entry[]> {
    return this.reader.entries(accounts, range);
  }
}
