import { AppError } from '../../../shared/errors.ts';
import type { Seals } from '../domain/checkpoint.ts';
import { faultOf, leafOf, proofOf, type ProofStep, type Seal } from '../domain/seal.ts';
import type { TransactionId } from '../index.ts';

import type { SealKey, SealReader, SealSigner } from '../ports/seals.ts';
import type { RecordedTransaction } from '../domain/recorded.ts';

export interface Checked {
  readonly seals: number;
  readonly transactions: number;
  /** In the journal behind the last seal. */
  readonly unsealed: number;
  /** The last that is in order. */
  readonly last?: Pick<Seal, 'number' | 'head'> | undefined;
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

const EVERY: Seals = { from: 1, to: Infinity };
const AT_ONCE = 5_000;
const ALL = 9_007_199_254_740_991n;

/** The books as a whole: taken out, and looked through against their seals. */
export class LedgerBooks {
  constructor(
    private readonly reader: SealReader,
    private readonly signer: SealSigner,
  ) {}

  /**
   * Keys, then all transactions in the order of the journal, each seal behind what it is over; up to a seal, or the end.
   * Throws `ledger.unknown_seal`.
   */
  async *pieces({ from, to }: Seals = EVERY): AsyncGenerator<Piece> {
    for (const key of await this.reader.keys()) yield { kind: 'key', key };
    let last = await this.before(from);
    if (last !== undefined) yield { kind: 'seal', seal: last };
    for (let number = from; number <= to; number += 1) {
      const [seal] = await this.reader.seals(number, 1);
      yield* this.between(last?.upTo ?? 0n, seal?.upTo ?? ALL);
      if (seal === undefined) return;
      yield { kind: 'seal', seal };
      last = seal;
    }
  }

  /** All of it, or from a seal on, up to a seal. Throws `ledger.unknown_seal`. */
  verify(from = 1, to = Infinity): Promise<Checked> {
    return checkPieces(
      this.pieces({ from, to }),
      (text, signature, key) => this.signer.isSigned(text, signature, key),
      from,
    );
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
    if (number === 1) return undefined;
    const seal = (await this.reader.seals(number - 1, 1)).at(0);
    if (seal === undefined) throw unknownSeal(number);
    return seal;
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

const unknownSeal = (number: number): AppError =>
  new AppError('invalid', 'ledger.unknown_seal', `there is no seal ${number - 1} that seal ${number} could follow`);

/**
 * Pieces from wherever, against each other alone; of a part, the seal before it comes first. Throws
 * `ledger.unknown_seal`.
 */
export const checkPieces = async (
  pieces: AsyncIterable<Piece>,
  isSignedBy: SealSigner['isSigned'],
  from = 1,
): Promise<Checked> => {
  const reading = new Reading(isSignedBy, from);
  for await (const piece of pieces) {
    const fault = reading.take(piece);
    if (fault !== undefined) return { ...reading.checked, unsealed: 0, fault };
  }
  const { checked } = reading;
  if ((checked.last?.number ?? 0) < from - 1) throw unknownSeal(from);
  return checked;
};

/** What has come of an export so far. */
class Reading {
  private readonly keys = new Map<string, SealKey>();
  private previous: Seal | undefined;
  private open: RecordedTransaction[] = [];
  private seals = 0;
  private transactions = 0;

  constructor(
    private readonly isSignedBy: SealSigner['isSigned'],
    private readonly from: number,
  ) {}

  get checked(): Checked {
    const { seals, transactions, open, previous } = this;
    const last = previous && { number: previous.number, head: previous.head };
    return { seals, transactions, unsealed: open.length, last };
  }

  /** What is wrong with it, beside what came before. */
  take(piece: Piece): string | undefined {
    if (piece.kind === 'key') this.keys.set(piece.key.id, piece.key);
    if (piece.kind === 'transaction') this.open.push(piece.transaction);
    return piece.kind === 'seal' ? this.close(piece.seal) : undefined;
  }

  private close(seal: Seal): string | undefined {
    if (seal.number >= this.from) {
      const fault = faultOf(seal, this.previous, this.open, (each) => this.isSigned(each));
      if (fault !== undefined) return fault;
      this.seals += 1;
      this.transactions += this.open.length;
    }
    [this.previous, this.open] = [seal, []];
    return undefined;
  }

  private isSigned({ keyId, head, signature }: Seal): boolean {
    const key = this.keys.get(keyId);
    return key !== undefined && this.isSignedBy(head, signature, key);
  }
}
