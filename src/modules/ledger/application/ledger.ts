import type { Instant } from '../../../shared/instant.ts';
import {
  type Balance,
  type Entry,
  LedgerPort,
  type LedgerStanding,
  type NewAccount,
  type NewTransaction,
  type PostOptions,
  type PostVerdict,
  type Range,
  type SealedHead,
} from '../index.ts';
import type { LedgerReader } from '../ports/ledger-reader.ts';
import type { LedgerReports } from '../ports/ledger-reports.ts';
import type { Posting } from '../ports/posting.ts';
import type { SealReader } from '../ports/seals.ts';
import { standingOf } from './standing.ts';
import type { OpenAccounts } from './open-accounts.ts';

export class Ledger extends LedgerPort {
  constructor(
    private readonly opening: OpenAccounts,
    private readonly posting: Posting,
    private readonly reader: Pick<LedgerReader, 'balances' | 'entries'>,
    private readonly whole: {
      readonly reports: Pick<LedgerReports, 'trialBalance'>;
      readonly seals: Pick<SealReader, 'last'>;
    },
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

  async sealedHead(): Promise<SealedHead | undefined> {
    const last = await this.whole.seals.last();
    return last && { number: last.number, head: last.head };
  }

  entries(accounts: readonly string[], range: Range): Promise<readonly Entry[]> {
    return this.reader.entries(accounts, range);
  }

  async standing(): Promise<LedgerStanding> {
    const { reports, seals } = this.whole;
    return standingOf(await reports.trialBalance(), await seals.last());
  }
}
