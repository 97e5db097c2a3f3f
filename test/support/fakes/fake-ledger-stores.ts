import { Ledger } from '../../../src/modules/ledger/application/ledger.ts';
import { OpenAccounts } from '../../../src/modules/ledger/application/open-accounts.ts';
import { PostTransactions } from '../../../src/modules/ledger/application/post-transactions.ts';
import { type Account, onSide } from '../../../src/modules/ledger/domain/account.ts';
import type { Book, Judgement, SoundTransaction } from '../../../src/modules/ledger/domain/judge.ts';
import type { Balance, Entry, LedgerPort, Range, TransactionId } from '../../../src/modules/ledger/index.ts';
import type { LedgerReader } from '../../../src/modules/ledger/ports/ledger-reader.ts';
import {
  Accounts,
  Journal,
  type LedgerStores,
  type LedgerTransaction,
} from '../../../src/modules/ledger/ports/ledger-stores.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { grouped } from '../../../src/shared/grouped.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import { type FakeParts, FakeTransaction, Table } from './fake-transaction.ts';

interface Tables {
  readonly accounts: Table<Account>;
  readonly transactions: Table<SoundTransaction>;
  /** By code, of the bounded accounts, on their normal side. */
  readonly balances: Table<bigint>;
}

class FakeAccounts extends Accounts {
  constructor(private readonly tables: Tables) {
    super();
  }

  find(codes: readonly string[]): Promise<readonly Account[]> {
    return Promise.resolve(codes.flatMap((code) => this.tables.accounts.get(code) ?? []));
  }

  open(accounts: readonly Account[], _at: Instant): Promise<void> {
    for (const account of accounts) {
      if (this.tables.accounts.has(account.code)) continue;
      this.tables.accounts.set(account.code, account);
      if (account.bound === 'no_overdraft') this.tables.balances.set(account.code, 0n);
    }
    return Promise.resolve();
  }

  stand(): never {
    return notAsked();
  }

  change(): never {
    return notAsked();
  }
}

/** What no other module comes to, no story needs: it is tested on the real stores. */
const notAsked = (): never => {
  throw new Error('a fake ledger does not know that');
};

class FakeJournal extends Journal {
  constructor(private readonly tables: Tables) {
    super();
  }

  open(codes: readonly string[], ids: readonly TransactionId[]): Promise<Book> {
    const { accounts, balances, transactions } = this.tables;
    return Promise.resolve({
      accounts: known(codes, accounts),
      balances: known(codes, balances),
      digests: new Map([...known(ids, transactions)].map(([id, { digest }]) => [id as TransactionId, digest])),
      ...{ states: new Map(), least: new Map(), closings: new Map() },
    });
  }

  /** One batch at a time runs here, so nobody is ever faster. */
  append({ posted, changes }: Judgement, _book: Book, _at: Instant): Promise<ReadonlyMap<TransactionId, string>> {
    for (const transaction of posted) this.tables.transactions.set(transaction.id, transaction);
    for (const [code, change] of changes)
      this.tables.balances.set(code, (this.tables.balances.get(code) ?? 0n) + change);
    return Promise.resolve(new Map());
  }

  find(): never {
    return notAsked();
  }

  balances(): never {
    return notAsked();
  }
}

const known = <Row>(keys: readonly string[], table: Table<Row>): Map<string, Row> =>
  new Map(
    keys.flatMap((key) => {
      const row = table.get(key);
      return row === undefined ? [] : [[key, row] as const];
    }),
  );

export class FakeLedgerTransaction extends FakeTransaction<LedgerStores> implements LedgerTransaction {
  private readonly tables: Tables;

  constructor(parts: Partial<FakeParts<LedgerStores>> = {}) {
    const tables: Tables = { accounts: new Table(), transactions: new Table(), balances: new Table() };
    super({
      schema: 'ledger',
      tables: Object.values(tables) as Table<unknown>[],
      stores: (outbox) => ({
        accounts: new FakeAccounts(tables),
        journal: new FakeJournal(tables),
        closings: { close: notAsked },
        holds: { take: notAsked, takeExpired: notAsked, add: notAsked, save: notAsked, hold: notAsked },
        templates: { find: notAsked, lock: notAsked, publish: notAsked, run: notAsked, addRun: notAsked },
        seals: { last: notAsked, add: notAsked },
        outbox,
      }),
      ...parts,
    });
    this.tables = tables;
  }

  accounts(): readonly Account[] {
    return this.tables.accounts.committed.values();
  }

  posted(): readonly SoundTransaction[] {
    return this.tables.transactions.committed.values();
  }

  /** What is kept beside the journal, for bounded accounts only. */
  keptBalance(code: string): bigint | undefined {
    return this.tables.balances.committed.get(code);
  }

  entries(): readonly Entry[] {
    const sides = new Map(this.accounts().map(({ code, normalSide }) => [code, normalSide]));
    return this.posted().flatMap(({ id, postings, effectiveAt, purpose, metadata = {} }) =>
      postings.map(({ account, minor }) => ({
        transactionId: id,
        account,
        minor: onSide(sides.get(account) ?? 'debit', BigInt(minor)).toString(),
        effectiveAt,
        purpose,
        metadata,
      })),
    );
  }
}

/** Only what other modules ask; what lists show, nobody asks a fake. */
type AskedReader = Pick<LedgerReader, 'balances' | 'entries'>;

const readerOf = (transaction: FakeLedgerTransaction): AskedReader => ({
  balances: (codes, { before } = {}) => {
    const wanted = new Set(codes);
    const counting = transaction
      .entries()
      .filter(({ account, effectiveAt }) => wanted.has(account) && (before === undefined || effectiveAt < before));
    const byAccount = grouped(counting, ({ account }) => account);
    return Promise.resolve(
      transaction
        .accounts()
        .filter(({ code }) => wanted.has(code))
        .map(({ code, currency }): Balance => {
          const own = byAccount.get(code) ?? [];
          return { account: code, currency, minor: own.reduce((sum, { minor }) => sum + BigInt(minor), 0n).toString() };
        }),
    );
  },
  entries: (codes, { from, until }: Range) => {
    const wanted = new Set(codes);
    return Promise.resolve(
      transaction
        .entries()
        .filter(({ account, effectiveAt }) => wanted.has(account) && effectiveAt >= from && effectiveAt < until)
        .toSorted((a, b) => (a.effectiveAt === b.effectiveAt ? 0 : a.effectiveAt < b.effectiveAt ? -1 : 1)),
    );
  },
});

/** The real ledger on fake stores. */
export const ledgerOnFakes = (transaction: LedgerTransaction, kept: FakeLedgerTransaction, clock: Clock): LedgerPort =>
  new Ledger(new OpenAccounts(transaction, clock), new PostTransactions(transaction, clock), readerOf(kept), {
    reports: { trialBalance: () => Promise.resolve({ accounts: 0, transactions: 0, totals: [] }) },
    seals: { last: () => Promise.resolve(undefined) },
  });
