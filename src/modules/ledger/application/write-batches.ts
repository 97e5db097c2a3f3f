import { AppError } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/instant.ts';
import { type Announcement, published } from '../../../shared/outbox.ts';
import { type Batch, type Book, judge, type Posted } from '../domain/judge.ts';
import { TransactionPostedV1 } from '../events.ts';
import type { PostVerdict } from '../index.ts';
import type { LedgerStores } from '../ports/ledger-stores.ts';

/** Judges by the book, writes and tells what is posted: a verdict each, in order. */
export const writeBatches = async (
  { journal, outbox }: Pick<LedgerStores, 'journal' | 'outbox'>,
  batches: readonly Batch[],
  book: Book,
  at: Instant,
): Promise<readonly (readonly PostVerdict[])[]> => {
  const first = judge(batches, book);
  if (first.posted.length === 0) return first.verdicts;
  const taken = await journal.append(first, book, at);
  const { posted, verdicts } =
    taken.size === 0 ? first : judge(batches, { ...book, digests: new Map([...book.digests, ...taken]) });
  outbox.publish(...posted.map((transaction) => announcement(transaction, at)));
  return verdicts;
};

/** Nothing else is ever told of a transaction. */
const announcement = ({ id, purpose, effectiveAt }: Posted, at: Instant): Announcement =>
  published(
    TransactionPostedV1,
    { aggregate: id, occurredAt: at, alone: true },
    { transactionId: id, purpose, effectiveAt },
  );

/** For whoever posts one thing: its refusal is an error. */
export const mustBePosted = (verdicts: readonly PostVerdict[]): readonly PostVerdict[] => {
  const refused = verdicts.find((verdict) => verdict.verdict === 'refused' && !isOfAnother(verdict));
  if (refused?.verdict === 'refused')
    throw new AppError('refused', refused.code, refused.detail, { ids: { transactionId: refused.id } });
  return verdicts;
};

const isOfAnother = (verdict: PostVerdict): boolean =>
  verdict.verdict === 'refused' && verdict.code === 'ledger.linked_refused';
