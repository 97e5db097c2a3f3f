import { canonicalJson } from '../../../shared/canonical-json.ts';
import { digestOfText } from '../../../shared/digest.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { NewTransaction, PostVerdict, TransactionId } from '../index.ts';
import { type Account, type AccountState, onSide } from './account.ts';
import { check, type Refusal } from './check.ts';

/** What is known before a batch is judged. */
export interface Book {
  /** By code. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** By code, of those that are not open. */
  readonly states: ReadonlyMap<string, AccountState>;
  /** By code, of the bounded ones, on their normal side. */
  readonly balances: ReadonlyMap<string, bigint>;
  /** By code, of the bounded ones: the least they may hold, for their limit and for what is held of them. */
  readonly least: ReadonlyMap<string, bigint>;
  /** Of the ids that are used already. */
  readonly digests: ReadonlyMap<TransactionId, string>;
  /** By scope, how codes begin: until when they are closed. */
  readonly closings: ReadonlyMap<string, Instant>;
}

/** A reversal tells what it reverses. */
export interface Posted extends NewTransaction {
  readonly reverses?: TransactionId | undefined;
}

export interface SoundTransaction extends Posted {
  readonly digest: string;
}

export interface Batch {
  readonly transactions: readonly Posted[];
  /** All or none. */
  readonly linked?: boolean | undefined;
}

export interface Judgement {
  /** Of each batch, of each of its transactions. */
  readonly verdicts: readonly (readonly PostVerdict[])[];
  readonly posted: readonly SoundTransaction[];
  /** By code, of the bounded accounts: what `posted` adds to each, on its normal side. */
  readonly changes: ReadonlyMap<string, bigint>;
}

/** The greatest bigint of a database. Balances that are sums have no such limit. */
const MAX_BALANCE = 2n ** 63n - 1n;

/**
 * One after the other, as if each were alone: a transaction may spend what an earlier one brought, and a refused one
 * leaves no trace. Nor does a linked batch with one that is refused.
 */
export const judge = (batches: readonly Batch[], book: Book): Judgement => {
  const desk = new Desk(book);
  const verdicts = batches.map(({ transactions, linked }) => {
    if (linked !== true) return transactions.map((transaction) => desk.judge(transaction));
    const before = desk.mark();
    const judged = transactions.map((transaction) => desk.judge(transaction));
    const first = judged.find(({ verdict }) => verdict === 'refused');
    if (first === undefined) return judged;
    desk.returnTo(before);
    return judged.map((one) => (one.verdict === 'refused' ? one : { ...linkedTo(first.id), id: one.id }));
  });
  return { verdicts, posted: desk.posted, changes: desk.changes() };
};

const linkedTo = (id: TransactionId): { verdict: 'refused' } & Refusal => ({
  verdict: 'refused',
  code: 'ledger.linked_refused',
  detail: `it is linked to ${id}, which was refused; all are posted, or none`,
});

/** What was posted so far, and how each bounded account stands after it. */
class Desk {
  readonly posted: SoundTransaction[] = [];
  /** Of `posted`, what each moved. */
  private readonly moves: ReadonlyMap<string, bigint>[] = [];
  private readonly digests = new Map<TransactionId, string>();
  private readonly balances: Map<string, bigint>;

  constructor(private readonly book: Book) {
    this.balances = new Map(book.balances);
  }

  judge(transaction: Posted): PostVerdict {
    const { id } = transaction;
    const faulty = check(transaction, this.book.accounts);
    if (faulty !== undefined) return { id, verdict: 'refused', ...faulty };
    const content = contentDigest(transaction);
    const known = this.digests.get(id) ?? this.book.digests.get(id);
    if (known !== undefined)
      return known === content ? { id, verdict: 'exists' } : { id, verdict: 'refused', ...reused };
    const moves = boundedMoves(transaction, this.book.accounts);
    const barred = standingStill(transaction, this.book) ?? this.outOfBounds(moves);
    if (barred !== undefined) return { id, verdict: 'refused', ...barred };
    this.post({ ...transaction, digest: content }, moves);
    return { id, verdict: 'posted' };
  }

  mark(): number {
    return this.posted.length;
  }

  returnTo(mark: number): void {
    for (const { id } of this.posted.splice(mark)) this.digests.delete(id);
    for (const moves of this.moves.splice(mark)) {
      for (const [code, move] of moves) this.balances.set(code, (this.balances.get(code) ?? 0n) - move);
    }
  }

  changes(): ReadonlyMap<string, bigint> {
    const changes = new Map<string, bigint>();
    for (const moves of this.moves) {
      for (const [code, move] of moves) changes.set(code, (changes.get(code) ?? 0n) + move);
    }
    return changes;
  }

  private post(transaction: SoundTransaction, moves: ReadonlyMap<string, bigint>): void {
    for (const [code, move] of moves) this.balances.set(code, (this.balances.get(code) ?? 0n) + move);
    this.digests.set(transaction.id, transaction.digest);
    this.posted.push(transaction);
    this.moves.push(moves);
  }

  private outOfBounds(moves: ReadonlyMap<string, bigint>): Refusal | undefined {
    for (const [code, move] of moves) {
      const balance = this.balances.get(code) ?? 0n;
      const least = this.book.least.get(code) ?? 0n;
      if (move < 0n && balance + move < least) {
        const detail = `account "${code}" holds ${balance}, and ${-move} would leave it${leaving(least)}`;
        return { code: 'ledger.overdraft', detail };
      }
      if (balance + move > MAX_BALANCE) {
        return { code: 'ledger.out_of_range', detail: `account "${code}" cannot hold more than ${MAX_BALANCE}` };
      }
    }
    return undefined;
  }
}

const leaving = (least: bigint): string => (least === 0n ? '' : `; ${least} must stay`);

const reused: Refusal = {
  code: 'ledger.id_reused',
  detail: 'the id belongs to a transaction with another content; a new transaction needs a new id',
};

/**
 * Half of a SHA-256, in hex, of the content as canonical JSON; what has no names to sort is that as it is. What came later
 * is left out where it is absent: what was posted before stays the same.
 */
export const contentDigest = (transaction: Posted): string => {
  const { currency, effectiveAt, purpose, postings, metadata, reverses } = transaction;
  const entries = postings.map(({ account, minor }) => [account, minor]);
  const content = JSON.stringify([currency ?? null, effectiveAt, purpose, entries]);
  const about = metadata === undefined ? '{}' : canonicalJson(metadata);
  const more = reverses === undefined ? '' : `,${JSON.stringify(reverses)}`;
  return digestOfText(`${content.slice(0, -1)},${about}${more}]`).slice(0, 32);
};

/** Whether an account, or the time, takes nothing any more. */
const standingStill = ({ postings, effectiveAt }: Posted, book: Book): Refusal | undefined => {
  if (book.states.size === 0 && book.closings.size === 0) return undefined;
  for (const { account } of postings) {
    const state = book.states.get(account);
    if (state === 'frozen')
      return { code: 'ledger.account_frozen', detail: `account "${account}" is frozen; unfreeze it first` };
    if (state === 'closed')
      return { code: 'ledger.account_closed', detail: `account "${account}" is closed; post to another` };
    const until = closedUntil(account, book.closings);
    if (until !== undefined && effectiveAt < until)
      return {
        code: 'ledger.closed_period',
        detail: `"${account}" is closed until ${until}; let it count from then on`,
      };
  }
  return undefined;
};

/** A scope is a code, or how codes begin up to a colon; the empty one is all. */
const closedUntil = (code: string, closings: ReadonlyMap<string, Instant>): Instant | undefined => {
  if (closings.size === 0) return undefined;
  const scopes = ['', code];
  for (let colon = code.indexOf(':'); colon !== -1; colon = code.indexOf(':', colon + 1))
    scopes.push(code.slice(0, colon + 1));
  return scopes
    .flatMap((scope) => closings.get(scope) ?? [])
    .toSorted()
    .at(-1);
};

/** What the transaction as a whole does to each bounded account it touches. */
export const boundedMoves = (
  { postings }: Posted,
  accounts: ReadonlyMap<string, Account>,
): ReadonlyMap<string, bigint> => {
  const moves = new Map<string, bigint>();
  for (const { account: code, minor } of postings) {
    const account = accounts.get(code);
    if (account?.bound !== 'no_overdraft') continue;
    moves.set(code, (moves.get(code) ?? 0n) + onSide(account.normalSide, BigInt(minor)));
  }
  return moves;
};
