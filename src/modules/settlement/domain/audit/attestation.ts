/**
 * A page that says of a moment what was promised, whether it held, and what the books came to. Each names the digest of
 * the one before, so that none can be taken out or changed without the next ones showing it.
 */
import { digest } from '../../../../shared/digest.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { PromiseState, Watched } from './watch.ts';

export interface AttestedPromise {
  readonly promise: string;
  readonly state: PromiseState;
  readonly lookedAt: Instant;
  readonly findings: readonly string[];
  /** Why nobody could look. */
  readonly failure?: string | undefined;
}

export interface AttestedTotal {
  readonly currency: string;
  readonly debit: MoneyJson;
  readonly credit: MoneyJson;
}

/** The signed head over the journal, as far as it was sealed. */
export interface AttestedSeal {
  readonly number: number;
  readonly head: string;
  readonly keyId: string;
  readonly signature: string;
}

export interface AttestedBooks {
  readonly accounts: number;
  readonly transactions: number;
  readonly totals: readonly AttestedTotal[];
  readonly seal?: AttestedSeal | undefined;
}

export interface Attestation {
  /** 1, 2, 3 … without gaps. */
  readonly number: number;
  readonly at: Instant;
  /** Nobody asked for it: it is that of the day. */
  readonly isDaily: boolean;
  readonly holds: boolean;
  readonly promises: readonly AttestedPromise[];
  readonly books: AttestedBooks;
  readonly payoutsFrozen: boolean;
  /** Of the one before; absent of the first. */
  readonly previous?: string | undefined;
  /** SHA-256 of the canonical JSON of all the rest. */
  readonly digest: string;
}

export type AttestationParts = Omit<Attestation, 'digest' | 'holds' | 'promises'> & {
  readonly watched: readonly Watched[];
};

export const attestationOf = ({ watched, ...parts }: AttestationParts): Attestation => {
  const promises = watched.map(({ promise, state, lookedAt, findings, failure }) => ({
    promise,
    state,
    lookedAt,
    findings,
    failure,
  }));
  const content = { ...parts, promises, holds: promises.every(isKept) };
  return { ...content, digest: digest(content) };
};

/** A promise nobody could look at is not kept: silence proves nothing. */
const isKept = ({ state, failure }: AttestedPromise): boolean => state === 'holds' && failure === undefined;

/** Whether it is as it was written. */
export const isUnchanged = ({ digest: written, ...content }: Attestation): boolean => digest(content) === written;
