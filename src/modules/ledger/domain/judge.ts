import { digest } from '../../../shared/digest.ts';
import type { NewTransaction, PostVerdict, TransactionId } from '../index.ts';
import { type Account, onSide } from './account.ts';
import { check, type Refusal } from './check.ts';

/** What is known before a batch is judged. */
export interface Book {
  /** By code. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** By code, of the bounded ones, on their normal side. */
  readonly balances: ReadonlyMap<string, bigint>;
  /** Of the ids that are used already. */
  readonly digests: ReadonlyMap<TransactionId, string>;
}

export interface SoundTransaction extends NewTransaction {
  readonly digest: string;
}

export interface Judgement {
  readonly verdicts: readonly PostVerdict[];
  readonly posted: readonly SoundTransaction[];
  /** By code, of the bounded accounts: what `posted` adds to each, on its normal side. */
  readonly changes: ReadonlyMap<string, bigint>;
}

/** The greatest bigint of a database. Balances that are sums have no such limit. */
const MAX_BALANCE = 2n ** 63n - 1n;

/**
 * One after the other, as if each were alone: a transaction may spend what an earlier one of the batch brought, and a
 * refused one leaves no trace.
 */
export const judge = (transactions: readonly NewTransaction[], book: Book): Judgement => {
  const digests = new Map(book.digests);
  const balances = new Map(book.balances);
  const posted: SoundTransaction[] = [];
  const changes = new Map<string, bigint>();

  const judged = (transaction: NewTransaction): PostVerdict => {
    const { id } = transaction;
    const faulty = check(transaction, book.accounts);
    if (faulty !== undefined) return { id, verdict: 'refused', ...faulty };
    const content = contentDigest(transaction);
    const known = digests.get(id);
    if (known !== undefined)
      return known === content ? { id, verdict: 'exists' } : { id, verdict: 'refused', ...reused };
    const moves = boundedMoves(transaction, book.accounts);
    const out = outOfBounds(moves, balances);
    if (out !== undefined) return { id, verdict: 'refused', ...out };
    for (const [code, move] of moves) {
      balances.set(code, (balances.get(code) ?? 0n) + move);
      changes.set(code, (changes.get(code) ?? 0n) + move);
    }
    digests.set(id, content);
    posted.push({ ...transaction, digest: content });
    return { id, verdict: 'posted' };
  };

  return { verdicts: transactions.map(judged), posted, changes };
};

const reused: Refusal = {
  code: 'ledger.id_reused',
  detail: 'the id belongs to a transaction with another content; a new transaction needs a new id',
};

const contentDigest = ({ currency, effectiveAt, purpose, postings, metadata = {} }: NewTransaction): string =>
  digest([currency, effectiveAt, purpose, postings.map(({ account, minor }) => [account, minor]), metadata]);

/** What the transaction as a whole does to each bounded account it touches. */
const boundedMoves = (
  { postings }: NewTransaction,
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

const outOfBounds = (
  moves: ReadonlyMap<string, bigint>,
  balances: ReadonlyMap<string, bigint>,
): Refusal | undefined => {
  for (const [code, move] of moves) {
    const balance = balances.get(code) ?? 0n;
    if (balance + move < 0n) {
      return { code: 'ledger.overdraft', detail: `account "${code}" holds ${balance}, and ${-move} would leave it` };
    }
    if (balance + move > MAX_BALANCE) {
      return { code: 'ledger.out_of_range', detail: `account "${code}" cannot hold more than ${MAX_BALANCE}` };
    }
  }
  return undefined;
};
