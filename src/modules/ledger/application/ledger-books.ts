import { AppError } from '../../../shared/errors.ts';
import { faultOf, leafOf, proofOf, type ProofStep, type Seal } from '../domain/seal.ts';
import type { TransactionId } from '../index.ts';

import type { SealKey, SealReader, SealSigner } from '../ports/seals.ts';
import type { RecordedTransaction } from '../domain/recorded.ts';

export interface Checked {
  readonly seals: number;
  readonly transactions: number;
  /** In the journal behind the last seal. */
  readonly unsealed: number;
  /** What was found first; nothing is looked at after it. */
  readonly fault?: string | undefined;
}

export interface Proof {
  readonly leaf: string;
  readonly steps: readonly ProofStep[];
  readonly seal: Seal;
}

/** What somebody else may keep, and check without us. */
export type Piece =
  | { readonly kind: 'key'; readonly key: SealKey }
  | { readonly kind: 'transaction'; readonly transaction: RecordedTransaction }
  | { readonly kind: 'seal'; readonly seal: Seal };

const AT_ONCE = 5_000;
const ALL = 9_007_199_254_740_991n;

/** The books as a whole: taken out, and looked through against their seals. */
export class LedgerBooks {
  constructor(
    private readonly reader: SealReader,
    private readonly signer: SealSigner,
  ) {}

  /** Keys, then all transactions in the order of the journal, each seal behind what it is over. */
  async *pieces(from = 1): AsyncGenerator<Piece> {
    for (const key of await this.reader.keys()) yield { kind: 'key', key };
    let last = await this.before(from);
    if (last !== undefined) yield { kind: 'seal', seal: last };
    for (let number = from; ; number += 1) {
      const [seal] = await this.reader.seals(number, 1);
      yield* this.between(last?.upTo ?? 0n, seal?.upTo ?? ALL);
      if (seal === undefined) return;
      yield { kind: 'seal', seal };
      last = seal;
    }
  }

  /** All of it, or from a seal on. */
  verify(from = 1): Promise<Checked> {
    return checkPieces(this.pieces(from), (text, signature, key) => this.signer.isSigned(text, signature, key), from);
  }

  /** Throws `ledger.transaction_not_sealed`. */
  async proof(id: TransactionId): Promise<Proof> {
    const seal = await this.reader.over(id);
    if (seal === undefined)
      throw new AppError('not_found', 'ledger.transaction_not_sealed', `no seal is over ${id} yet; try again shortly`);
    const transactions = await this.reader.transactions(seal.after, seal.upTo, AT_ONCE);
    const index = transactions.findIndex((transaction) => transaction.id === id);
    const leaves = transactions.map(leafOf);
    return { leaf: leaves[index] ?? '', steps: proofOf(leaves, index), seal };
  }

  /** It vouches for what came before. */
  private async before(number: number): Promise<Seal | undefined> {
    return number > 1 ? (await this.reader.seals(number - 1, 1)).at(0) : undefined;
  }

  private async *between(after: bigint, upTo: bigint): AsyncGenerator<Piece> {
    for (let last = after; ;) {
      const transactions = await this.reader.transactions(last, upTo, AT_ONCE);
      for (const transaction of transactions) yield { kind: 'transaction', transaction };
      const end = transactions.at(-1);
      if (end === undefined || transactions.length < AT_ONCE) return;
      last = end.number;
    }
  }
}

/** Pieces from wherever, against each other alone; of a part, the seal before it comes first. */
export const checkPieces = async (
  pieces: AsyncIterable<Piece>,
  isSignedBy: SealSigner['isSigned'],
  from = 1,
): Promise<Checked> => {
  const keys = new Map<string, SealKey>();
  const isSigned = (seal: Seal): boolean => {
    const key = keys.get(seal.keyId);
    return key !== undefined && isSignedBy(seal.head, seal.signature, key);
  };
  let [seals, transactions, previous] = [0, 0, undefined as Seal | undefined];
  let open: RecordedTransaction[] = [];
  for await (const piece of pieces) {
    if (piece.kind === 'key') keys.set(piece.key.id, piece.key);
    if (piece.kind === 'transaction') open.push(piece.transaction);
    if (piece.kind !== 'seal') continue;
    if (piece.seal.number >= from) {
      const fault = faultOf(piece.seal, previous, open, isSigned);
      if (fault !== undefined) return { seals, transactions, unsealed: 0, fault };
      [seals, transactions] = [seals + 1, transactions + open.length];
    }
    [previous, open] = [piece.seal, []];
  }
  return { seals, transactions, unsealed: open.length };
};
