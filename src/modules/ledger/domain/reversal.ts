import { derivedId } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Metadata, Posting, TransactionId } from '../index.ts';
import type { Posted } from './judge.ts';

/** It follows from what is reversed: so nothing is reversed twice. */
export const reversalId = (id: TransactionId): TransactionId => derivedId('txn', 'reversal', id);

interface Original {
  readonly id: TransactionId;
  readonly postings: readonly Posting[];
  readonly metadata: Metadata;
}

const mirrored = (minor: string): string => (minor.startsWith('-') ? minor.slice(1) : `-${minor}`);

export const reversalOf = (
  { id, postings, metadata }: Original,
  { effectiveAt, reason }: { readonly effectiveAt: Instant; readonly reason: string },
): Posted => ({
  id: reversalId(id),
  effectiveAt,
  purpose: 'reversal',
  postings: postings.map(({ account, minor }) => ({ account, minor: mirrored(minor) })),
  metadata: { ...metadata, reason },
  reverses: id,
});
