/** The ledger as the program wires it, on a database of its own: callers ask the port that other modules ask. */
import { rowsOf } from '../../src/infrastructure/postgres/database.ts';
import type { NewAccount, NewTransaction } from '../../src/modules/ledger/index.ts';
import { instantAt } from '../../src/shared/instant.ts';
import { cloneDatabase, type TestDatabase } from '../../test/support/database.ts';
import { ledgerOn } from '../../test/support/ledger.ts';
import { asOwner } from '../support/database.ts';
import { transactionId } from './ids.ts';

const FUNDS = '1000000000';

const bank: NewAccount = { code: 'bank', kind: 'bank', currency: 'EUR', normalSide: 'debit', bound: 'none' };
const wallet = (n: number): NewAccount => ({
  code: `wallet:${n}`,
  kind: 'wallet',
  currency: 'EUR',
  normalSide: 'credit',
  bound: 'no_overdraft',
});

const transfer = (from: string, to: string, minor: string): NewTransaction => ({
  id: transactionId(),
  currency: 'EUR',
  effectiveAt: instantAt(Date.now()),
  purpose: 'transfer',
  postings: [
    { account: from, minor },
    { account: to, minor: `-${minor}` },
  ],
});

export class OurLedger {
  posted = 0;
  private refused = 0;

  private constructor(
    readonly database: TestDatabase,
    private readonly parts: ReturnType<typeof ledgerOn>,
  ) {}

  static async with(accounts: number): Promise<OurLedger> {
    const database = await cloneDatabase();
    const ours = new OurLedger(database, ledgerOn(database));
    const wallets = Array.from({ length: accounts }, (_, n) => wallet(n + 1));
    await ours.parts.ledger.openAccounts([bank, ...wallets]);
    await ours.post(wallets.map(({ code }) => transfer(bank.code, code, FUNDS)));
    return ours;
  }

  /** Transfers in a second, so many a call, of so many callers, between the first accounts. */
  async perSecond(accounts: number, callers: number, size: number, ms: number): Promise<number> {
    const started = performance.now();
    const before = this.posted;
    const call = async (): Promise<void> => {
      while (performance.now() - started < ms)
        await this.post(Array.from({ length: size }, () => this.randomTransfer(accounts)));
    };
    await Promise.all(Array.from({ length: callers }, call));
    return ((this.posted - before) / (performance.now() - started)) * 1_000;
  }

  /** Of transactions with their entries and all indexes. */
  async bytes(): Promise<number> {
    const [row] = await rowsOf<{ bytes: bigint }>(
      this.database.owner.knex,
      `select pg_total_relation_size('ledger.journal') + pg_total_relation_size('ledger.entries') as bytes`,
    );
    return Number(row?.bytes ?? 0n);
  }

  /** What does not add up; and what was refused, which nothing should have been. */
  async faults(): Promise<number> {
    const { auditor } = this.parts;
    const found = [await auditor.unbalancedTransactions(), await auditor.wrongBalances()];
    return found.flat().length + this.refused;
  }

  /** So many transactions of a year, between the accounts there are; the balances come out as they were. */
  store(count: number): Promise<void> {
    return asOwner(this.database.url, [
      STORE.replaceAll(':count', String(count)),
      'vacuum analyze ledger.journal',
      'vacuum analyze ledger.entries',
      'checkpoint',
    ]);
  }

  private async post(transactions: readonly NewTransaction[]): Promise<void> {
    const verdicts = await this.parts.grouped.post(transactions);
    const refused = verdicts.filter(({ verdict }) => verdict !== 'posted').length;
    this.posted += verdicts.length - refused;
    this.refused += refused;
  }

  private randomTransfer(accounts: number): NewTransaction {
    const from = Math.floor(Math.random() * accounts);
    const to = (from + 1 + Math.floor(Math.random() * (accounts - 1))) % accounts;
    return transfer(`wallet:${from + 1}`, `wallet:${to + 1}`, String(1 + Math.floor(Math.random() * 100)));
  }
}

/** There and back again, a year ago until now; the triggers would look at each, and are told not to. */
const STORE = `
  do $$
  begin
    alter table ledger.entries disable trigger sound;
    insert into ledger.journal (number, recorded_at, id, count, digest, purpose)
    select nextval('ledger.journal_number_seq'), at, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
        || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
      2, decode(md5(n::text), 'hex'), 'transfer'
    from (
      select n, now() - interval '1 year' + n * interval '1 year' / (:count + 1) as at from generate_series(1, :count) as n
    ) as stored;
    insert into ledger.entries (position, minor, effective_at, account)
    select (journal.number << 10) + nth, case when (journal.number + nth) % 2 = 0 then 1 else -1 end, recorded_at,
      2 + (journal.number / 2 * 7 + nth * 13) % (select count(*) - 1 from ledger.accounts)
    from ledger.journal cross join generate_series(1, 2) as nth
    where journal.number > (select coalesce(max(position) >> 10, 0) from ledger.entries)
    order by journal.number, nth;
    alter table ledger.entries enable trigger sound;
  end $$`;
