/**
 * Seals. The transactions after one number and up to another are the leaves of a Merkle tree, in the order of the
 * journal; the head of a seal takes in its root and the head before, and is signed. So a signed head vouches for every
 * transaction up to it, and a few hashes show that one of them is among them.
 *
 *     leaf = SHA-256( 00 content )      node = SHA-256( 01 left right )      hashes in hex, content as canonical JSON
 *
 * A node without a sibling moves up as it is, so the tree has the shape of RFC 6962's.
 */
import { canonicalJson } from '../../../shared/canonical-json.ts';
import { digestOfText } from '../../../shared/digest.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { RecordedTransaction } from './recorded.ts';

export interface Seal {
  /** 1, 2, 3 … */
  readonly number: number;
  /** The number of the last transaction of the seal before. */
  readonly after: bigint;
  readonly upTo: bigint;
  readonly count: number;
  readonly root: string;
  readonly head: string;
  /** The first eight digits of each leaf: when the root does not come out, they tell where. */
  readonly marks: string;
  readonly keyId: string;
  /** Ed25519, of the head, in hex. */
  readonly signature: string;
  readonly sealedAt: Instant;
}

/** The head before the first. */
export const NO_HEAD = '0'.repeat(64);

const MARK = 8;

type SealedTransaction = Pick<
  RecordedTransaction,
  'number' | 'id' | 'effectiveAt' | 'recordedAt' | 'purpose' | 'metadata' | 'reverses' | 'postings'
>;

export const leafOf = (transaction: SealedTransaction): string => {
  const { number, id, effectiveAt, recordedAt, purpose, metadata, reverses, postings } = transaction;
  const entries = postings.map(({ account, currency, minor }) => [account, currency, minor]);
  const content = [number.toString(), id, effectiveAt, recordedAt, purpose, metadata, reverses ?? null, entries];
  return digestOfText(`\u0000${canonicalJson(content)}`);
};

const nodeOf = (left: string, right: string): string => digestOfText(`\u0001${left}${right}`);

const above = (level: readonly string[]): readonly string[] =>
  Array.from({ length: Math.ceil(level.length / 2) }, (_, pair) => {
    const [left = '', right] = level.slice(2 * pair, 2 * pair + 2);
    return right === undefined ? left : nodeOf(left, right);
  });

export const rootOf = (leaves: readonly string[]): string => {
  let level = leaves;
  while (level.length > 1) level = above(level);
  return level[0] ?? digestOfText('');
};

/** A sibling on the way from a leaf to the root. */
export interface ProofStep {
  readonly side: 'left' | 'right';
  readonly hash: string;
}

export const proofOf = (leaves: readonly string[], index: number): readonly ProofStep[] => {
  const steps: ProofStep[] = [];
  let [level, at] = [leaves, index];
  while (level.length > 1) {
    const sibling = level[at ^ 1];
    if (sibling !== undefined) steps.push({ side: at % 2 === 0 ? 'right' : 'left', hash: sibling });
    [level, at] = [above(level), at >> 1];
  }
  return steps;
};

/** Where the steps lead from the leaf: to the root, if the leaf is in the tree. */
export const rootByProof = (leaf: string, steps: readonly ProofStep[]): string =>
  steps.reduce((hash, step) => (step.side === 'left' ? nodeOf(step.hash, hash) : nodeOf(hash, step.hash)), leaf);

export type UnsignedSeal = Omit<Seal, 'keyId' | 'signature' | 'sealedAt'>;

export const headOf = (seal: Pick<Seal, 'number' | 'after' | 'upTo' | 'count' | 'root'>, previous: string): string =>
  digestOfText(
    canonicalJson([seal.number, seal.after.toString(), seal.upTo.toString(), seal.count, seal.root, previous]),
  );

export const sealOver = (
  transactions: readonly SealedTransaction[],
  upTo: bigint,
  last: Pick<Seal, 'number' | 'upTo' | 'head'> | undefined,
): UnsignedSeal => {
  const leaves = transactions.map(leafOf);
  const number = (last?.number ?? 0) + 1;
  const seal = { number, after: last?.upTo ?? 0n, upTo, count: leaves.length, root: rootOf(leaves) };
  const marks = leaves.map((leaf) => leaf.slice(0, MARK)).join('');
  return { ...seal, head: headOf(seal, last?.head ?? NO_HEAD), marks };
};

export type IsSigned = (seal: Seal) => boolean;

/** What is wrong with a seal over these transactions; the first bad row by name, where there is one. */
export const faultOf = (
  seal: Seal,
  previous: Pick<Seal, 'number' | 'upTo' | 'head'> | undefined,
  transactions: readonly SealedTransaction[],
  isSigned: IsSigned,
): string | undefined => {
  const leaves = transactions.map(leafOf);
  if (leaves.length !== seal.count || rootOf(leaves) !== seal.root) return firstBadRow(seal, transactions, leaves);
  return (
    outOfLine(seal, previous) ?? (isSigned(seal) ? undefined : `seal ${seal.number}: its signature is not of its key`)
  );
};

const BEFORE_ALL = { number: 0, upTo: 0n, head: NO_HEAD };

const outOfLine = (seal: Seal, previous: Pick<Seal, 'number' | 'upTo' | 'head'> = BEFORE_ALL): string | undefined => {
  if (seal.number !== previous.number + 1 || seal.after !== previous.upTo)
    return `seal ${seal.number} does not follow seal ${previous.number}: one between them is gone`;
  return headOf(seal, previous.head) === seal.head ? undefined : `seal ${seal.number}: its head does not come out`;
};

/** By the marks: the first that differ, and whether what follows is as if one row were too many or too few. */
const firstBadRow = (seal: Seal, transactions: readonly SealedTransaction[], leaves: readonly string[]): string => {
  const sealed = seal.marks.match(/.{8}/g) ?? [];
  const found = leaves.map((leaf) => leaf.slice(0, MARK));
  const at = sealed.findIndex((mark, index) => found[index] !== mark);
  const place = at === -1 ? sealed.length : at;
  return `seal ${seal.number}: ${whatHappened(place, sealed, found, transactions)}`;
};

const whatHappened = (
  at: number,
  sealed: readonly string[],
  found: readonly string[],
  transactions: readonly SealedTransaction[],
): string => {
  const row = transactions[at];
  if (found.length < sealed.length && (row === undefined || found[at] === sealed[at + 1]))
    return gone(transactions[at - 1]);
  if (row === undefined) return 'its root does not come out, and its marks do: the seal itself was changed';
  const named = `transaction ${row.id} (number ${row.number})`;
  const isAdded = found.length > sealed.length && sealed[at] === found[at + 1];
  return isAdded ? `${named} was put in after the seal` : `${named} is not as it was sealed`;
};

const gone = (before: SealedTransaction | undefined): string =>
  `the transaction after ${before === undefined ? 'the seal before' : `${before.id} (number ${before.number})`} is gone`;
