import {
  type Account,
  accountIdOf,
  mustBeAccount,
  onSide,
  toOpen,
} from '../../../src/modules/ledger/domain/account.ts';
import { check } from '../../../src/modules/ledger/domain/check.ts';
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
  type TransactionId,
} from '../../../src/modules/ledger/index.ts';
import { canonicalJson } from '../../../src/shared/canonical-json.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { grouped } from '../../../src/shared/grouped.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import { Money } from '../../../src/shared/money.ts';

interface Kept {
  readonly entry: Entry;
  /** Of the whole journal. */
  readonly position: number;
}

const MAX_BALANCE = 9_223_372_036_854_775_807n;

/**
 * A ledger in memory, as plainly as one can write it: what an account holds is whatever its entries sum to, each time
 * anew. It shares the checks of form with the real one and nothing else, so that one can be held against the other.
 */
export class FakeLedger extends LedgerPort {
  private readonly accounts = new Map<string, Account>();
  private transactions = new Map<TransactionId, NewTransaction>();
  private kept = new Map<string, Kept[]>();
  private positions = 0;

  /** What was posted, in order. */
  get posted(): readonly NewTransaction[] {
    return [...this.transactions.values()];
  }

  openAccounts(wanted: readonly NewAccount[]): Promise<void> {
    return promised(() => {
      wanted.forEach(mustBeAccount);
      for (const account of toOpen(wanted, [...this.accounts.values()])) {
        this.accounts.set(account.code, { ...account, id: accountIdOf(account.code) });
      }
    });
  }

  post(transactions: readonly NewTransaction[], { linked }: PostOptions = {}): Promise<readonly PostVerdict[]> {
    return promised(() => {
      if (transactions.length > 1_000) throw new AppError('invalid', 'ledger.batch_too_large', 'more than 1,000');
      return linked === true ? this.postLinked(transactions) : transactions.map((each) => this.postOne(each));
    });
  }

  balances(codes: readonly string[], before?: Instant): Promise<readonly Balance[]> {
    return promised(() =>
      this.known(codes).map(({ code, currency }) => ({
        account: code,
        currency,
        minor: total(this.entriesOf(code).filter(({ effectiveAt }) => before === undefined || effectiveAt < before)),
      })),
    );
  }

  sealed: SealedHead | undefined;

  sealedHead(): Promise<SealedHead | undefined> {
    return Promise.resolve(this.sealed);
  }

  entries(codes: readonly string[], { from, until }: Range): Promise<readonly Entry[]> {
    return promised(() =>
      this.known(codes)
        .flatMap(({ code }) => this.kept.get(code) ?? [])
        .filter(({ entry }) => entry.effectiveAt >= from && entry.effectiveAt < until)
        .toSorted((a, b) =>
          a.entry.effectiveAt === b.entry.effectiveAt
            ? a.position - b.position
            : a.entry.effectiveAt < b.entry.effectiveAt
              ? -1
              : 1,
        )
        .map(({ entry }) => entry),
    );
  }

  /** Tried on a copy: all of it, or nothing happened. */
  private postLinked(transactions: readonly NewTransaction[]): readonly PostVerdict[] {
    const before = [
      new Map(this.transactions),
      new Map([...this.kept].map(([code, kept]) => [code, [...kept]])),
    ] as const;
    const verdicts = transactions.map((transaction) => this.postOne(transaction));
    if (verdicts.every(({ verdict }) => verdict !== 'refused')) return verdicts;
    [this.transactions, this.kept] = before;
    const code = 'ledger.linked_refused';
    return verdicts.map((one) =>
      one.verdict === 'refused' ? one : { id: one.id, verdict: 'refused', code, detail: code },
    );
  }

  private postOne(transaction: NewTransaction): PostVerdict {
    const { id } = transaction;
    const refused = (code: string): PostVerdict => ({ id, verdict: 'refused', code, detail: code });
    const faulty = check(transaction, this.accounts);
    if (faulty !== undefined) return refused(faulty.code);
    const known = this.transactions.get(id);
    if (known !== undefined) {
      return content(known) === content(transaction) ? { id, verdict: 'exists' } : refused('ledger.id_reused');
    }
    const entries = this.entriesFrom(transaction);
    const beyond = this.beyondBounds(entries);
    if (beyond !== undefined) return refused(beyond);
    this.transactions.set(id, transaction);
    for (const entry of entries) this.keep(entry);
    return { id, verdict: 'posted' };
  }

  private beyondBounds(entries: readonly Entry[]): string | undefined {
    for (const { code, bound, creditLimit = '0' } of this.known(entries.map(({ account }) => account))) {
      if (bound === 'none') continue;
      const own = entries.filter(({ account }) => account === code);
      const after = BigInt(total([...this.entriesOf(code), ...own]));
      if (BigInt(total(own)) < 0n && after < -BigInt(creditLimit)) return 'ledger.overdraft';
      if (after > MAX_BALANCE) return 'ledger.out_of_range';
    }
    return undefined;
  }

  standing(): Promise<LedgerStanding> {
    const totals = grouped([...this.accounts.values()], ({ currency }) => currency);
    return promised(() => ({
      accounts: this.accounts.size,
      transactions: this.transactions.size,
      totals: [...totals]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([currency, accounts]) => {
          const signed = accounts.flatMap(({ code, normalSide }) =>
            this.entriesOf(code).map(({ minor }) => (normalSide === 'debit' ? BigInt(minor) : -BigInt(minor))),
          );
          const sum = (minors: readonly bigint[]) =>
            Money.of(
              minors.reduce((a, b) => a + b, 0n),
              currency,
            ).toJSON();
          return {
            currency,
            debit: sum(signed.filter((minor) => minor > 0n)),
            credit: sum(signed.filter((minor) => minor < 0n).map((minor) => -minor)),
          };
        }),
    }));
  }

  private entriesFrom({ id, postings, effectiveAt, purpose, metadata = {} }: NewTransaction): readonly Entry[] {
    return postings.map(({ account, minor }) => {
      const side = this.accounts.get(account)?.normalSide ?? 'debit';
      const onItsSide = onSide(side, BigInt(minor)).toString();
      return { transactionId: id, account, minor: onItsSide, effectiveAt, purpose, metadata };
    });
  }

  private keep(entry: Entry): void {
    const kept = this.kept.get(entry.account) ?? [];
    kept.push({ entry, position: (this.positions += 1) });
    this.kept.set(entry.account, kept);
  }

  private known(codes: readonly string[]): readonly Account[] {
    return [...new Set(codes)].toSorted().flatMap((code) => this.accounts.get(code) ?? []);
  }

  private entriesOf(code: string): readonly Entry[] {
    return (this.kept.get(code) ?? []).map(({ entry }) => entry);
  }
}

const total = (entries: readonly Entry[]): string =>
  entries.reduce((sum, { minor }) => sum + BigInt(minor), 0n).toString();

const content = ({ metadata = {}, ...rest }: NewTransaction): string => canonicalJson({ ...rest, metadata });

/** As a network call would: what is thrown is a rejection. */
const promised = <Result>(work: () => Result): Promise<Result> => Promise.resolve().then(work);
