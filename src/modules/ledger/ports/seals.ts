import type { Checkpoint } from '../domain/checkpoint.ts';
import type { Seal } from '../domain/seal.ts';
import type { TransactionId } from '../index.ts';
import type { RecordedTransaction } from '../domain/recorded.ts';

export interface SealKey {
  readonly id: string;
  /** PEM, SPKI. */
  readonly publicKey: string;
}

/** Signs with a key of the ledger's own, made when it is first needed. */
export abstract class SealSigner {
  abstract sign(text: string): Promise<{ readonly keyId: string; readonly signature: string }>;
  /** Whether the signature is the key's. */
  abstract isSigned(text: string, signature: string, key: SealKey): boolean;
}

/** Looks at seals and what they seal, outside any transaction. */
export abstract class SealReader {
  /** Every number up to here is committed for good, or belongs to nobody. Waits for those who write. */
  abstract settled(): Promise<bigint>;
  abstract last(): Promise<Seal | undefined>;
  /** From that number on, some, in order. */
  abstract seals(from: number, limit: number): Promise<readonly Seal[]>;
  abstract over(id: TransactionId): Promise<Seal | undefined>;
  abstract keys(): Promise<readonly SealKey[]>;
  /** With `after < number <= upTo`, in order; some. */
  abstract transactions(after: bigint, upTo: bigint, limit: number): Promise<readonly RecordedTransaction[]>;
}

/** How far the journal is proven, outside any transaction. */
export abstract class Checkpoints {
  /** The one that was added last. */
  abstract last(): Promise<Checkpoint | undefined>;
  abstract add(checkpoint: Checkpoint): Promise<void>;
}
