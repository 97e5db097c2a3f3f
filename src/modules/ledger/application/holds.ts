import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import { derivedId } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import {
  afterPosting,
  bookWithout,
  type Hold,
  holdDigest,
  type HoldPosting,
  mustBeHold,
  mustBeOpen,
  type NewHold,
  postingOf,
  takenBy,
} from '../domain/hold.ts';
import { type Book, judge } from '../domain/judge.ts';
import type { HoldId, PostVerdict } from '../index.ts';
import type { LedgerStores, LedgerTransaction } from '../ports/ledger-stores.ts';
import { mustBePosted, writeBatches } from './write-batches.ts';

const EXPIRED_AT_ONCE = 100;

const accountsOf = ({ debit, credit }: NewHold): readonly string[] => [debit, credit];

/** Promises, keeps the promise in part or whole, or takes it back. */
export class HoldDesk {
  constructor(
    private readonly transaction: LedgerTransaction,
    private readonly clock: Clock,
  ) {}

  /** Placed twice is placed once. Throws `ledger.malformed_hold`, `ledger.id_reused`, and what posting it would refuse. */
  async place(wanted: NewHold): Promise<Hold> {
    mustBeHold(wanted);
    return this.transaction.run(async ({ journal, holds }) => {
      const known = await holds.take(wanted.id);
      if (known !== undefined) return sameHold(known, wanted);
      const book = await journal.open(accountsOf(wanted), []);
      const at = this.clock.now();
      const hold: Hold = {
        ...{ ...wanted, remaining: wanted.minor, state: 'open', placedAt: at },
        digest: holdDigest(wanted),
      };
      mustBePossible(hold, book, at);
      if (!(await holds.add(hold))) return sameHold((await holds.take(wanted.id)) ?? hold, wanted);
      await holds.hold(takenBy(hold, BigInt(hold.minor), book.accounts));
      return hold;
    });
  }

  /** Throws `ledger.hold_not_found`, `ledger.hold_not_open`, `ledger.hold_exceeded`, and what posting refuses. */
  async post(id: HoldId, part: HoldPosting): Promise<PostVerdict> {
    return this.transaction.run(async (stores) => {
      const hold = await taken(stores, id);
      const at = this.clock.now();
      const book = await stores.journal.open(accountsOf(hold), [part.id]);
      if (book.digests.has(part.id)) return { id: part.id, verdict: await this.sameOne(stores, hold, part) };
      const transaction = postingOf(hold, part);
      const minor = BigInt(transaction.postings[0]?.minor ?? '0');
      const after = afterPosting(hold, minor, part.final === true, at);
      const released = takenBy(hold, after.released, book.accounts);
      await release(stores, after.hold, released);
      const batch = { transactions: [transaction] };
      const [verdicts = []] = await writeBatches(stores, [batch], bookWithout(book, released), at);
      const [verdict = { id: part.id, verdict: 'posted' }] = mustBePosted(verdicts);
      return verdict;
    });
  }

  /** Void again is void. Throws `ledger.hold_not_found`, `ledger.hold_not_open`. */
  void(id: HoldId): Promise<Hold> {
    return this.transaction.run(async (stores) => {
      const hold = await taken(stores, id);
      if (hold.state === 'voided') return hold;
      mustBeOpen(hold);
      const { accounts } = await stores.journal.open(accountsOf(hold), []);
      return this.end(stores, hold, 'voided', accounts);
    });
  }

  /** Those whose time has come, some; true when there may be more. */
  expire(): Promise<boolean> {
    return this.transaction.run(async (stores) => {
      const due = await stores.holds.takeExpired(this.clock.now(), EXPIRED_AT_ONCE);
      if (due.length === 0) return false;
      const { accounts } = await stores.journal.open([...new Set(due.flatMap(accountsOf))], []);
      for (const hold of due) await this.end(stores, hold, 'expired', accounts);
      return due.length === EXPIRED_AT_ONCE;
    });
  }

  private async end(
    stores: LedgerStores,
    hold: Hold,
    state: 'voided' | 'expired',
    accounts: Book['accounts'],
  ): Promise<Hold> {
    const ended: Hold = { ...hold, state, endedAt: this.clock.now() };
    await release(stores, ended, takenBy(hold, BigInt(hold.remaining), accounts));
    return ended;
  }

  /** Posted before: the same part, or another one under its id. Throws `ledger.id_reused`. */
  private async sameOne({ journal }: LedgerStores, hold: Hold, part: HoldPosting): Promise<'exists'> {
    const posted = await journal.find(part.id);
    const minor = posted?.postings[0]?.minor;
    if (posted?.metadata['holdId'] !== hold.id || (part.minor !== undefined && part.minor !== minor))
      throw idReused(part.id);
    return 'exists';
  }
}

const taken = async ({ holds }: LedgerStores, id: HoldId): Promise<Hold> => {
  const hold = await holds.take(id);
  if (hold === undefined) throw new AppError('not_found', 'ledger.hold_not_found', `the ledger has no hold ${id}`);
  return hold;
};

const release = async ({ holds }: LedgerStores, hold: Hold, released: ReadonlyMap<string, bigint>): Promise<void> => {
  await holds.save(hold);
  await holds.hold(new Map([...released].map(([code, minor]) => [code, -minor])));
};

/** What could not be posted now is not promised. */
const mustBePossible = (hold: Hold, book: Book, at: Instant): void => {
  const trial = {
    ...postingOf(hold, { id: derivedId('txn', hold.id), effectiveAt: at }),
    currency: book.accounts.get(hold.debit)?.currency,
  };
  const { verdicts } = judge([{ transactions: [trial] }], book);
  mustBePosted(verdicts.flat());
};

const sameHold = (known: Hold, wanted: NewHold): Hold => {
  if (known.digest !== holdDigest(wanted)) throw idReused(wanted.id);
  return known;
};

const idReused = (id: string): AppError =>
  new AppError('conflict', 'ledger.id_reused', `${id} is taken, with another content; take a new id`);
