/**
 * What there is nothing to judge about but what only the database knows: sound transactions, each once, of accounts that
 * are there. When no id is known, no account stands still and none leaves its bounds on the way, `judge` would post them
 * all. Then the order in which they are judged matters only for how far each bounded account sinks and rises.
 */
import type { Instant } from '../../../shared/instant.ts';
import type { Account } from './account.ts';
import { check } from './check.ts';
import { type Batch, boundedMoves, contentDigest, type Posted } from './judge.ts';

/** What becomes of a bounded account, on its normal side, counted from where it stands. */
interface Course {
  readonly net: bigint;
  /** After what takes from it; absent when nothing does. */
  readonly lowest?: bigint | undefined;
  readonly highest: bigint;
}

export interface PlainBatch {
  /** One at least. */
  readonly transactions: readonly Posted[];
  /** Of each of them. */
  readonly digests: readonly string[];
  /** By code. */
  readonly courses: ReadonlyMap<string, Course>;
  /** Of all moments at which something counts. */
  readonly earliest: Instant;
  /** By code, those that it was found plain with. */
  readonly accounts: ReadonlyMap<string, Account>;
}

/** Sums within it stay within a database's bigint, whatever they are added to. */
const FAR = 2n ** 62n;

/** Undefined when it has to be judged. */
export const plainly = (batches: readonly Batch[], accounts: ReadonlyMap<string, Account>): PlainBatch | undefined => {
  const transactions = batches.flatMap((batch) => batch.transactions);
  const [first] = transactions;
  if (first === undefined || !transactions.every((each) => isPlain(each, accounts))) return undefined;
  if (new Set(transactions.map(({ id }) => id)).size < transactions.length) return undefined;
  const courses = new Map<string, Course>();
  let earliest = first.effectiveAt;
  for (const transaction of transactions) {
    for (const [code, move] of boundedMoves(transaction, accounts))
      courses.set(code, onwards(courses.get(code) ?? START, move));
    if (transaction.effectiveAt < earliest) earliest = transaction.effectiveAt;
  }
  if ([...courses.values()].some(isFar)) return undefined;
  return { transactions, digests: transactions.map(contentDigest), courses, earliest, accounts };
};

const isPlain = (transaction: Posted, accounts: ReadonlyMap<string, Account>): boolean =>
  transaction.reverses === undefined && check(transaction, accounts) === undefined;

const onwards = ({ net: before, lowest, highest }: Course, move: bigint): Course => {
  const net = before + move;
  return { net, lowest: move < 0n ? least(lowest, net) : lowest, highest: net > highest ? net : highest };
};

const START: Course = { net: 0n, lowest: undefined, highest: 0n };

const least = (so: bigint | undefined, net: bigint): bigint => (so !== undefined && so < net ? so : net);

const isFar = ({ lowest = 0n, highest }: Course): boolean => lowest < -FAR || highest > FAR;
